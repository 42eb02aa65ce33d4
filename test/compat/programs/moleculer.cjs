// moleculer: two nodes that find each other, call each other and tell events, all over MQTT.
const { ServiceBroker } = require('moleculer')
const { program, say, until, url } = require('./world.cjs')

const serverOf = (text) => {
  const { hostname, port, protocol } = new URL(text)
  return { host: hostname, port: Number(port), protocol: protocol.replace(':', '') }
}

program(async () => {
  const options = (nodeID, qos) => ({
    nodeID,
    logger: false,
    transporter: { type: 'MQTT', options: { ...serverOf(url), clientId: nodeID, qos, topicSeparator: '/' } },
    requestTimeout: 10_000,
  })
  const [first, second] = [new ServiceBroker(options('first', 1)), new ServiceBroker(options('second', 0))]
  const events = []
  second.createService({
    name: 'math',
    actions: {
      add: ({ params }) => params.a + params.b,
      fail() {
        throw new Error('no such thing')
      },
    },
    events: { 'lamp.*': (context) => void events.push([context.eventName, context.params]) },
  })
  await Promise.all([first.start(), second.start()])
  await first.waitForServices('math', 20_000)
  say('sum', await first.call('math.add', { a: 40, b: 2 }))
  say('sums', await Promise.all([1, 2, 3].map((n) => first.call('math.add', { a: n, b: n }))))
  say('failed', await first.call('math.fail').catch(({ message, nodeID }) => [message, nodeID]))
  await first.broadcast('lamp.on', { room: 'hall' })
  await first.emit('lamp.off', { room: 'kitchen' })
  await until(() => events.length === 2, 'two events')
  for (const each of events.sort()) say('event', ...each)
  say('nodes', (await first.call('$node.list')).map(({ id, available }) => [id, available]).sort())
  await second.stop()
  await until(
    async () => !(await first.call('$node.list')).some(({ id, available }) => id === 'second' && available),
    'its end',
  )
  await first.stop()
})
