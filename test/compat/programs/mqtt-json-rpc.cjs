// mqtt-json-rpc: calls with answers, each with a subscription that comes and goes.
const RPC = require('mqtt-json-rpc')
const mqtt = require('mqtt')
const { program, say, url } = require('./world.cjs')

program(async () => {
  const [server, client] = [
    mqtt.connect(url, { clientId: 'rpc-server' }),
    mqtt.connect(url, { clientId: 'rpc-client' }),
  ]
  await Promise.all([server, client].map((each) => new Promise((resolve) => each.once('connect', resolve))))
  const [serves, calls] = [new RPC(server), new RPC(client)]
  say('registered', await serves.register('example/add', (a, b) => a + b))
  await serves.register('example/fail', () => {
    throw new Error('no such thing')
  })
  const noticed = new Promise((resolve) => void serves.register('example/note', resolve))
  say('sum', await calls.call('example/add', 40, 2))
  // One after the other, and again at once: the response topic is unsubscribed from and subscribed to again.
  for (const n of [1, 2, 3]) say('sum', await calls.call('example/add', n, n))
  say('sums', await Promise.all([10, 20, 30].map((n) => calls.call('example/add', n, 1))))
  say('failed', await calls.call('example/fail').catch(({ message, code }) => [message, code]))
  calls.notify('example/note', 'hello')
  say('noticed', await noticed)
  await serves.unregister('example/add')
  say('through', calls.connected, calls.reconnecting)
  server.end()
  client.end()
})
