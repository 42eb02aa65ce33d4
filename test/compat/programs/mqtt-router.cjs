// mqtt-router: handlers by topic with parameters, which it subscribes to at each connect.
const router = require('mqtt-router')
const mqtt = require('mqtt')
const { outside, program, say, until, url } = require('./world.cjs')

program(async () => {
  const other = await outside()
  const client = mqtt.connect(url, { clientId: 'router' })
  const routes = router.wrap(client)
  const heard = []
  routes.subscribe('house/+:room/light/+:lamp', { qos: 1 }, (topic, message, { room, lamp }) =>
    heard.push(['light', topic, `${message}`, room, lamp]),
  )
  routes.subscribe('house/all', (topic, message) => heard.push(['all', topic, `${message}`]))
  await new Promise((resolve) => client.once('connect', resolve))
  say('connected', routes.isConnected())
  await client.subscribeAsync('house/last')
  await other.publishAsync('house/kitchen/light/1', 'on', { qos: 1 })
  await other.publishAsync('house/all', 'off')
  await client.publishAsync('house/hall/light/2', 'off', { qos: 2 })
  await until(() => heard.length === 3, 'three messages')
  for (const each of heard.sort()) say(...each)
  routes.reset()
  client.end(() => say('ended', routes.isConnected()))
  await other.endAsync()
})
