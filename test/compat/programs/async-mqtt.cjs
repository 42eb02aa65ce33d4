// async-mqtt: promises around MQTT.js's callbacks.
const { AsyncClient, connectAsync } = require('async-mqtt')
const mqtt = require('mqtt')
const { outside, program, say, until, url } = require('./world.cjs')

program(async () => {
  const other = await outside()
  const client = await connectAsync(url, { clientId: 'async-mqtt', keepalive: 30 })
  say('connected', client.connected, client.reconnecting, client instanceof AsyncClient)
  say('listeners', client.setMaxListeners(20) !== undefined, client.getMaxListeners(), client.listenerCount('message'))
  const heard = []
  client.on('message', (topic, payload) => heard.push(`${topic} ${payload}`))
  client.prependListener('message', (topic) => heard.push(`first ${topic}`))
  say('granted', await client.subscribe(['async/a', 'async/b/+'], { qos: 1 }))
  say('granted', await client.subscribe({ 'async/c': { qos: 2 } }))
  const sent = await client.publish('async/a', 'eins', { qos: 1 })
  say('published', sent.cmd, sent.topic)
  await client.publish('async/b/x', Buffer.from([1, 2, 3]))
  await other.publishAsync('async/c', 'from outside', { qos: 2 })
  await until(() => heard.length === 6, 'three messages')
  say(
    'heard',
    heard.filter((each) => each.startsWith('first')).sort(),
    heard.filter((each) => /async.* /.test(each)).sort(),
  )
  await client.unsubscribe('async/a')
  await client.publish('async/a', 'nobody hears it', { qos: 1 })
  say('refused', await client.subscribe('bad/#/filter').catch((error) => error instanceof Error))
  client.removeAllListeners('message')
  say('events', client.listenerCount('message'))
  await client.end()
  say('ended', client.connected, await client.publish('async/a', 'late').catch((error) => error instanceof Error))

  // A client of one's own, wrapped.
  const inner = mqtt.connect(url, { clientId: 'async-wrapped' })
  const wrapped = new AsyncClient(inner)
  await new Promise((resolve) => wrapped.once('connect', resolve))
  await wrapped.publish('async/wrapped', '')
  await wrapped.end(false)
  await other.endAsync()
})
