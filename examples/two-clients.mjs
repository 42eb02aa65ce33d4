// Both clients of one module at once: commands that a broker on site has are answered to one in a cloud.
// node two-clients.mjs /dev/serial/by-id/… mqtt://site.example mqtt://cloud.example
import { openDevice } from 'atmqtt/driver'

const [path, siteUrl, cloudUrl] = process.argv.slice(2)
const device = openDevice({ path })
const site = device.connect({ url: siteUrl, clientId: 'bridge-site' })
const cloud = device.connect({ url: cloudUrl, clientId: 'bridge-cloud' })
for (const client of [site, cloud]) client.on('error', ({ message }) => console.error(message))
site.on('message', (topic, payload) => cloud.publish(`site/${topic}`, payload, { qos: 1 }))
cloud.on('message', (topic, payload) => site.publish(topic.replace('to-site/', ''), payload, { qos: 1 }))
await Promise.all([site.subscribeAsync('readings/#', { qos: 1 }), cloud.subscribeAsync('to-site/#', { qos: 1 })])
console.log('bridging')
process.once('SIGTERM', () => device.close())
