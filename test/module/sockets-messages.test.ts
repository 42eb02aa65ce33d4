import { afterEach, describe, expect, test } from 'vitest'
import { startBroker } from '../../src/broker/embedded-broker.ts'
import { startBytePeer } from '../support/byte-peer.ts'
import { acquire, connect, receivedText, startModule, type TestHost } from '../support/module/module-host.ts'
import { packetType, readPublish, writePublish } from '../support/mqtt-bytes.ts'
import { mosquittoMissing, startMosquitto } from '../support/programs/mosquitto.ts'
import { until } from '../support/until.ts'

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

async function host(...settings: readonly string[]): Promise<TestHost> {
  const started = await startModule()
  open.push(started.close)
  await acquire(started.host, 0, ...settings)
  return started.host
}

async function publish(to: TestHost, topic: string, payload: string, qos = 0, retained = 0, index = 0): Promise<void> {
  await to.data(`AT+CMQTTTOPIC=${index},${topic.length}`, topic)
  if (payload !== '') await to.data(`AT+CMQTTPAYLOAD=${index},${payload.length}`, payload)
  await to.says(`AT+CMQTTPUB=${index},${qos},60,${retained}`, 'OK')
}

async function subscribe(to: TestHost, filter: string, qos = 0, index = 0): Promise<void> {
  await to.data(`AT+CMQTTSUB=${index},${filter.length},${qos}`, filter, `+CMQTTSUB: ${index},0`)
}

const brokers = {
  embedded: async () => {
    const broker = await startBroker({ host: '127.0.0.1', port: 0 })
    open.push(broker.close)
    return `127.0.0.1:${broker.port}`
  },
  mosquitto: async () => {
    const broker = await startMosquitto('max_inflight_messages 0')
    open.push(broker.stop)
    return broker.address
  },
}
const hostile = '\r\nOK\r\n>\x1a\x1b\0AT+CMQTTSTOP\r'

describe.each(['embedded', 'mosquitto'] as const)('%s broker', (name) => {
  const here = test.skipIf(name === 'mosquitto' && mosquittoMissing)

  here.for([
    [0, 3],
    [1, 3],
    [2, 3],
    [0, 4],
    [1, 4],
    [2, 4],
  ])('QoS %i in both directions, version %i', async ([qos, version]) => {
    const address = await brokers[name]()
    const publisher = await host(`"version",0,${version}`)
    await connect(publisher, address)
    const started = await startModule()
    open.push(started.close)
    await started.host.says('AT+CMQTTSTART', 'OK', '+CMQTTSTART: 0')
    await started.host.says('AT+CMQTTACCQ=1,"other"', 'OK')
    await connect(started.host, address, '60,1', 1)
    await subscribe(started.host, 'a/+/c', qos, 1)
    for (const payload of ['one', hostile]) {
      await publish(publisher, 'a/b/c', payload, qos)
      await publisher.expectLines('+CMQTTPUB: 0,0')
      await started.host.expectBytes(receivedText(1, 'a/b/c', payload))
    }
    await publisher.expectQuiet()
    await started.host.expectQuiet()
  })

  here('retained: comes with a later subscription; an empty payload takes it away', async () => {
    const address = await brokers[name]()
    const one = await host()
    await connect(one, address)
    await publish(one, 'r', 'kept', 1, 1)
    await one.expectLines('+CMQTTPUB: 0,0')
    await one.data('AT+CMQTTSUB=0,1,1', 'r')
    await one.expectBytes(`\r\n+CMQTTSUB: 0,0\r\n${receivedText(0, 'r', 'kept')}`)
    await one.data('AT+CMQTTUNSUB=0,1,0', 'r', '+CMQTTUNSUB: 0,0')
    await publish(one, 'r', '', 1, 1)
    await one.expectLines('+CMQTTPUB: 0,0')
    await subscribe(one, 'r', 1)
    await one.expectQuiet()
  })

  here('a 1024-byte topic, a 4096-byte payload out and in', async () => {
    const one = await host('"version",0,4')
    await connect(one, await brokers[name]())
    const topic = `${'levels/'.repeat(10)}${'x'.repeat(1024 - 70)}`
    const payload = Array.from({ length: 4096 }, (_, i) => String.fromCharCode(i % 256)).join('')
    await subscribe(one, topic)
    await publish(one, topic, payload)
    await one.expectLines('+CMQTTPUB: 0,0')
    await one.expectBytes(receivedText(0, topic, payload))
  })

  here('an empty payload has no RXPAYLOAD', async () => {
    const one = await host()
    await connect(one, await brokers[name]())
    await subscribe(one, 't')
    await publish(one, 't', '')
    await one.expectBytes(
      '\r\n+CMQTTPUB: 0,0\r\n\r\n+CMQTTRXSTART: 0,1,0\r\n+CMQTTRXTOPIC: 0,1\r\nt\r\n+CMQTTRXEND: 0\r\n',
    )
  })

  here('the will arrives when the connection breaks', async () => {
    const address = await brokers[name]()
    const watcher = await host()
    await connect(watcher, address)
    await subscribe(watcher, 'wills/#', 1)
    const { host: dying, module } = await startModule()
    await dying.says('AT+CMQTTSTART', 'OK', '+CMQTTSTART: 0')
    await dying.says('AT+CMQTTACCQ=0,"dying"', 'OK')
    await dying.data('AT+CMQTTWILLTOPIC=0,7', 'wills/x')
    await dying.data('AT+CMQTTWILLMSG=0,4,1', 'gone')
    await connect(dying, address)
    await module.close()
    await watcher.expectBytes(receivedText(0, 'wills/x', 'gone'))
  })
})

test('two clients at once on two brokers', async () => {
  const one = await host()
  await acquire(one, 1)
  const addresses = [await brokers.embedded(), await brokers.embedded()]
  for (const index of [0, 1]) {
    await connect(one, addresses[index]!, '60,1', index)
    await subscribe(one, 't', 0, index)
  }
  for (const index of [1, 0]) {
    await publish(one, 't', `to ${index}`, 0, 0, index)
    await one.expectLines(`+CMQTTPUB: ${index},0`)
    await one.expectBytes(receivedText(index, 't', `to ${index}`))
  }
  await one.says('AT+CMQTTSUB?', '+CMQTTSUB:\r\nt\r\nt', 'OK')
  await one.says('AT+CMQTTDISC=0;+CMQTTREL=0', 'OK', '+CMQTTDISC: 0,0')
  await publish(one, 't', 'still there', 0, 0, 1)
  await one.expectBytes(`\r\n+CMQTTPUB: 1,0\r\n${receivedText(1, 't', 'still there')}`)
})

describe('long messages from a peer', () => {
  const from = async () => {
    const to = await startBytePeer()
    open.push(to.stop)
    const started = await startModule()
    open.push(started.close)
    await acquire(started.host)
    await connect(started.host, to.address)
    const send = (topic: string, payload: string, qos = 1, packetId = 7) =>
      to.send(
        writePublish({ topic: Buffer.from(topic, 'latin1'), payload: Buffer.from(payload, 'latin1'), qos, packetId }),
      )
    return { to, send, ...started }
  }

  test.each([1499, 1500, 1501, 1520, 3000, 10_240])(
    '%i bytes come in parts of at most 1500 [recv-3 urc-10]',
    async (length) => {
      const { host, send } = await from()
      const payload = Array.from({ length }, (_, i) => String.fromCharCode((i * 7) % 256)).join('')
      send('t', payload)
      await host.expectBytes(receivedText(0, 't', payload))
      await host.expectQuiet()
    },
  )

  test.each([
    ['10241 bytes of payload', 't', 'x'.repeat(10_241), { topicBytes: 1, payloadBytes: 10_241 }],
    ['1025 bytes of topic', 'y'.repeat(1025), 'p', { topicBytes: 1025, payloadBytes: 1 }],
  ])(
    '%s: dropped for the host, acknowledged, named in the log with its size [recv-9]',
    async (_, topic, payload, sizes) => {
      const { to, host, logs, send } = await from()
      send(topic, payload, 1, 7)
      await until(() => to.packets.some(({ raw }) => raw.equals(Buffer.of(0x40, 2, 0, 7))), 'PUBACK')
      send(topic, payload, 2, 8)
      await until(() => to.packets.some(({ raw }) => raw.equals(Buffer.of(0x70, 2, 0, 8))), 'PUBCOMP')
      await host.expectQuiet()
      expect(logs.filter(({ fields }) => JSON.stringify(fields)?.includes(String(sizes.payloadBytes)))).toHaveLength(2)
      expect(logs.at(-1)).toMatchObject({ level: 'warn', fields: sizes })
      send('y'.repeat(1024), 'x'.repeat(10_240))
      await host.expectBytes(receivedText(0, 'y'.repeat(1024), 'x'.repeat(10_240)))
    },
  )
})

describe('checkUTF8 0', () => {
  const topic = '\xb4\xac\xff\xfe'

  test('topic bytes go to the wire as they came, and come back so [pub-10]', async () => {
    const to = await startBytePeer()
    open.push(to.stop)
    const one = await host('"checkUTF8",0,0')
    await connect(one, to.address)
    await subscribe(one, topic, 1)
    await publish(one, topic, hostile, 1)
    await one.expectBytes(`${receivedText(0, topic, hostile)}\r\n+CMQTTPUB: 0,0\r\n`)
    const sent = to.packets.find(({ type }) => type === packetType.publish)!
    expect(readPublish(sent)).toMatchObject({
      topic: Buffer.from(topic, 'latin1'),
      payload: Buffer.from(hostile, 'latin1'),
    })
    await one.says('AT+CMQTTSUB?', `+CMQTTSUB:\r\n${topic}`, 'OK')
  })

  test.skipIf(mosquittoMissing)('mosquitto closes: CONNLOST', async () => {
    const one = await host('"checkUTF8",0,0')
    await connect(one, await brokers.mosquitto())
    await publish(one, topic, 'x')
    await one.expectLines('+CMQTTPUB: 0,0')
    await one.expectMatch(/\r\n\+CMQTTCONNLOST: 0,[12]\r\n/)
  })
})
