// homie-device: a retained will, many retained topics at once, properties that are set from outside.
const HomieDevice = require('homie-device')
const { host, outside, port, program, say, until } = require('./world.cjs')

program(async () => {
  const other = await outside()
  const seen = new Map()
  other.on('message', (topic, payload) => seen.set(topic, `${payload}`))
  await other.subscribeAsync('homie/#', { qos: 1 })
  const device = new HomieDevice({
    name: 'Lamp',
    device_id: 'lamp',
    mqtt: { host, port, base_topic: 'homie/', auth: false },
  })
  device.setFirmware('lamp-firmware', '1.2.3')
  const node = device.node('light', 'Light', 'switch')
  const set = []
  node
    .advertise('on')
    .setName('On')
    .setDatatype('boolean')
    .settable((range, value) => {
      set.push([range.isRange, value])
      node.setProperty('on').send(value)
    })
  device.on('broadcast', (topic, value) => set.push(['broadcast', topic, value]))
  device.setup(true)
  await until(() => seen.get('homie/lamp/$state') === 'ready', 'ready')
  await other.publishAsync('homie/lamp/light/on/set', 'true', { qos: 1 })
  await until(() => seen.get('homie/lamp/light/on') === 'true', 'the property')
  await other.publishAsync('homie/$broadcast/alert', 'fire', { qos: 1 })
  await until(() => set.length === 2, 'the broadcast')
  for (const each of set) say(...each)
  device.end()
  await until(() => seen.get('homie/lamp/$state') === 'disconnected', 'its end')
  say('topics', [...seen.keys()].sort())
  await other.endAsync()
})
