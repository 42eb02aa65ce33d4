// Node-RED's MQTT nodes in Node-RED's own runtime: birth, will and close messages, in and out, subscribing on demand.
const helper = require('node-red-node-test-helper')
const nodes = require('@node-red/nodes/core/network/10-mqtt.js')
const { host, outside, port, program, say, until } = require('./world.cjs')

const broker = {
  ...{ id: 'broker', type: 'mqtt-broker', broker: host, port: String(port), clientid: 'node-red', autoConnect: true },
  ...{ usetls: false, protocolVersion: '4', keepalive: '60', cleansession: true, autoUnsubscribe: true },
  ...{ birthTopic: 'nr/state', birthQos: '1', birthRetain: 'true', birthPayload: 'online' },
  ...{ closeTopic: 'nr/state', closeQos: '1', closeRetain: 'true', closePayload: 'closed' },
  ...{ willTopic: 'nr/state', willQos: '0', willRetain: 'true', willPayload: 'gone' },
}
const flow = [
  broker,
  {
    id: 'in',
    type: 'mqtt in',
    topic: 'nr/in/#',
    qos: '2',
    datatype: 'auto-detect',
    broker: 'broker',
    nl: false,
    rap: true,
    rh: 0,
    inputs: 0,
    wires: [['heard']],
  },
  {
    id: 'on-demand',
    type: 'mqtt in',
    topic: '',
    qos: '1',
    datatype: 'utf8',
    broker: 'broker',
    nl: false,
    rap: true,
    rh: 0,
    inputs: 1,
    wires: [['heard']],
  },
  {
    id: 'out',
    type: 'mqtt out',
    topic: '',
    qos: '',
    retain: '',
    respTopic: '',
    contentType: '',
    userProps: '',
    correl: '',
    expiry: '',
    broker: 'broker',
    wires: [],
  },
  { id: 'heard', type: 'helper' },
]

program(async () => {
  helper.init(require.resolve('node-red'))
  await new Promise((resolve) => helper.startServer(resolve))
  const other = await outside()
  const seen = []
  other.on('message', (topic, payload, { retain }) => seen.push([topic, `${payload}`, retain]))
  await other.subscribeAsync('nr/#', { qos: 1 })
  await new Promise((resolve) => helper.load(nodes, flow, resolve))
  const node = (id) => helper.getNode(id)
  await until(() => node('broker').connected, 'a connection')
  const heard = []
  node('heard').on('input', ({ topic, payload }) =>
    heard.push([topic, Buffer.isBuffer(payload) ? [...payload] : payload]),
  )
  await until(() => seen.some(([topic]) => topic === 'nr/state'), 'the birth message')
  await until(async () => {
    await other.publishAsync('nr/in/ready', 'now', { qos: 1 })
    return heard.length > 0
  }, 'a subscription')
  heard.length = 0
  await other.publishAsync('nr/in/json', '{"a":1}', { qos: 1 })
  await other.publishAsync('nr/in/bytes', Buffer.from([255, 0, 1]), { qos: 2 })
  await until(() => heard.some(([topic]) => topic === 'nr/in/bytes'), 'two messages')
  say(
    'heard',
    heard.filter(([topic]) => topic !== 'nr/in/ready'),
  )

  node('out').receive({ topic: 'nr/out/text', payload: 'hello', qos: 1, retain: true })
  node('out').receive({ topic: 'nr/out/object', payload: { n: 1 }, qos: 2 })
  node('out').receive({ topic: 'nr/out/number', payload: 21.5 })
  node('out').receive({ topic: 'nr/out/bytes', payload: Buffer.from([1, 2, 3]), qos: 0 })
  await until(() => seen.filter(([topic]) => topic.startsWith('nr/out/')).length === 4, 'four messages')
  say('out', seen.filter(([topic]) => topic.startsWith('nr/out/')).sort())

  heard.length = 0
  node('on-demand').receive({ action: 'subscribe', topic: 'nr/more', qos: 1 })
  await until(async () => {
    await other.publishAsync('nr/more', 'again', { qos: 1 })
    return heard.length > 0
  }, 'the subscription')
  say('on demand', heard[0])
  node('on-demand').receive({ action: 'unsubscribe', topic: 'nr/more' })

  const old = seen.length
  node('out').receive({ action: 'disconnect', broker: 'broker' })
  await until(
    () => !node('broker').connected && seen.slice(old).some(([, text]) => text === 'closed'),
    'the close message',
  )
  node('out').receive({ action: 'connect', broker: 'broker' })
  await until(() => node('broker').connected, 'another connection')
  await until(() => seen.filter(([, text]) => text === 'online').length === 2, 'another birth message')
  say('again', node('broker').connected)
  await helper.unload()
  say(
    'state',
    seen.filter(([topic]) => topic === 'nr/state').map(([, text]) => text),
  )
  await other.endAsync()
  await new Promise((resolve) => helper.stopServer(resolve))
})
