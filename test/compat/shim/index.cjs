// Stands in for `mqtt`: on MQTT.js it is MQTT.js, on the driver it is the driver with the path of a module added.
const lines = (process.env.COMPAT_LINES ?? '').split(',')
const used = new Set()

/** Each client of a process gets a module that no other one has. */
function withPath(first, second, connect) {
  const path = lines.find((line) => !used.has(line))
  const client = typeof first === 'string' ? connect(first, { ...second, path }) : connect({ ...first, path })
  used.add(path)
  client.on('end', () => used.delete(path))
  return client
}

function onTheDriver() {
  const driver = require('atmqtt/driver')
  const connect = (first, second) => withPath(first, second, driver.connect)
  return { ...driver, connect, default: { ...driver.default, connect } }
}

module.exports = process.env.COMPAT_ON === 'mqttjs' ? require('mqttjs') : onTheDriver()
