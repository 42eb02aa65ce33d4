// A device that proves with a certificate who it is, as brokers in clouds want it: it reports, and does as it is told.
// node mutual-tls.mjs /dev/serial/by-id/… mqtts://broker.example FOLDER-WITH-PEMS
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect } from 'atmqtt/driver'

const [path, url, folder] = process.argv.slice(2)
const pem = (name) => readFileSync(join(folder, `${name}.pem`), 'utf8')
const client = connect(url, { path, clientId: 'thing-1', ca: pem('ca'), cert: pem('client'), key: pem('client-key') })
const report = (state) => client.publish('things/1/reported', JSON.stringify(state), { qos: 1 })

client.on('error', ({ message }) => console.error(message))
client.on('message', (topic, payload) => {
  console.log(`${topic} ${payload}`)
  report(JSON.parse(payload.toString()))
})
await client.subscribeAsync('things/1/desired', { qos: 1 })
report(await client.signal())
process.once('SIGTERM', () => client.end())
