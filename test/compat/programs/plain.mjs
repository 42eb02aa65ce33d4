// What programs do with MQTT.js itself, by its names alone.
import { once } from 'node:events'
import mqtt, { connect, connectAsync, MqttClient } from 'mqtt'
import world from './world.cjs'

const { host, outside, port, program, say, until, url } = world

program(async () => {
  const other = await outside()
  const client = connect({ host, port, protocol: 'mqtt', clientId: 'plain', keepalive: 20, reconnectPeriod: 100 })
  say('made', client instanceof MqttClient, client.connected, client.reconnecting, client.disconnecting)
  const events = []
  for (const event of ['connect', 'reconnect', 'offline', 'close', 'end']) client.on(event, () => events.push(event))
  client.setMaxListeners(0)
  client.stream.setMaxListeners(0)
  const heard = []
  client.on('message', (topic, payload, packet) => heard.push([topic, `${payload}`, packet.cmd, packet.topic]))

  // Before there is a connection.
  client.publish('plain/early', 'one', { qos: 1 })
  client.subscribe('plain/early/#')
  const [connack] = await once(client, 'connect')
  say('connected', connack.cmd, client.connected)
  say(
    'options',
    client.options.clientId,
    client.options.keepalive,
    client.options.protocolVersion,
    client.options.clean,
  )

  say(
    'map',
    await client.subscribeAsync({ 'plain/a': { qos: 1 }, 'plain/b/+': { qos: 0, nl: false, rap: true, rh: 1 } }),
  )
  say(
    'list',
    await client.subscribeAsync(['plain/c', 'plain/d'], { qos: 2, properties: { subscriptionIdentifier: 1 } }),
  )
  say('again', await client.subscribeAsync('plain/c', { qos: 1 }))
  client.unsubscribe('plain/d')
  const granted = await new Promise((resolve) =>
    client.subscribe('plain/d', { qos: 1 }, (error, each) => resolve([error, each])),
  )
  say('at once', ...granted)
  const sent = await new Promise((resolve) =>
    client.publish('plain/a', 'text', { qos: 1, properties: { contentType: 'x' } }, (error, { cmd, topic }) =>
      resolve([error, cmd, topic]),
    ),
  )
  say('sent', ...sent)
  client.publish('plain/b/x', Buffer.from('bytes'), { qos: 2 })
  client.publish('plain/c', null, { retain: true })
  await other.publishAsync('plain/a', 'from outside', { qos: 1 })
  await until(() => heard.length >= 4, 'four messages')
  await client.publishAsync('plain/d', 'after it', { qos: 1 })
  await until(() => heard.length === 5, 'five messages')
  for (const each of [...heard].sort()) say('heard', ...each)

  say('bad filter', await client.subscribeAsync('plain/#/x').catch((error) => error instanceof Error))
  say('empty list', await client.subscribeAsync([]).catch((error) => error instanceof Error))
  say('queue', client.queue.length)

  // Ended, and begun again by the same object: what was subscribed to still is.
  await client.endAsync()
  say('ended', client.connected, client.disconnecting, client.disconnected)
  say('late', await client.publishAsync('plain/late', 'x').catch((error) => error instanceof Error))
  client.reconnect()
  await once(client, 'connect')
  heard.length = 0
  await until(async () => {
    await other.publishAsync('plain/a', 'still', { qos: 1 })
    return heard.length > 0
  }, 'a message')
  say('still', heard[0])
  await new Promise((resolve) => client.end(true, {}, resolve))
  say('events', events)

  // A broker that is not there, and one that refuses.
  const nowhere = connect('mqtt://127.0.0.1:1', { reconnectPeriod: 0 })
  const [error] = await once(nowhere, 'error')
  say('nowhere', error.code, nowhere.reconnecting)
  await nowhere.endAsync(true)
  say('not connected', await connectAsync('mqtt://127.0.0.1:1').catch(({ code }) => code))
  const async = await mqtt.connectAsync(url, { clientId: 'plain-async' })
  say('async', async.connected)
  await async.endAsync()
  await other.endAsync()
})
