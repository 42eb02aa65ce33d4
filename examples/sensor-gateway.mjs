// Readings from standard input, one number a line, to a broker; while there is no connection they wait in a queue.
// sensor | node sensor-gateway.mjs /dev/serial/by-id/… mqtt://broker.example
import { createInterface } from 'node:readline'
import { connect } from 'atmqtt/driver'

const [path, url] = process.argv.slice(2)
const client = connect(url, {
  path,
  clientId: 'gateway-7',
  will: { topic: 'gateway/7/state', payload: 'gone', qos: 1 },
  queueLimit: 10_000,
  queuePolicy: 'drop-oldest',
})
client.on('connect', () => client.publish('gateway/7/state', 'here', { qos: 1, retain: true }))
client.on('offline', () => console.error('offline: readings wait'))
client.on('error', ({ message }) => console.error(message))
for await (const line of createInterface({ input: process.stdin })) {
  const reading = JSON.stringify({ at: new Date().toISOString(), value: Number(line) })
  client.publish('gateway/7/readings', reading, { qos: 1 }, (error) => error && console.error(error.message))
}
await client.endAsync()
