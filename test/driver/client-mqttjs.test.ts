import mqtt from 'mqtt'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EmbeddedBroker, startBroker } from '../../src/broker/embedded-broker.ts'
import type { Client } from '../../src/driver/node.ts'
import { ClientModule } from '../support/driver/client-module.ts'
import { until } from '../support/until.ts'

let broker: EmbeddedBroker
beforeAll(async () => {
  broker = await startBroker({ host: '127.0.0.1', port: 0 })
})
afterAll(() => broker.close())

/** What is written for MQTT.js runs on ours: to the application it is MQTT.js. */
const as = (client: Client<Buffer>): mqtt.MqttClient => client as unknown as mqtt.MqttClient

/** What the line does not tell, by name; `dup`, `length` and the like are of the packet on the wire. */
const untold = ['qos', 'retain', 'dup', 'messageId', 'length', 'sessionPresent', 'returnCode', 'reasonCode'] as const

const told = (packet: object): object =>
  Object.fromEntries(
    Object.entries(packet).filter(([name, value]) => value !== null && !(untold as readonly string[]).includes(name)),
  )

/** The same small application: everything that it sees, in order. */
async function application(client: mqtt.MqttClient): Promise<unknown[]> {
  const seen: unknown[] = []
  const on = client.on.bind(client) as (event: string, listener: (...args: never[]) => void) => unknown
  on('connect', (packet: object) => seen.push(['connect', told(packet)]))
  on('message', (topic: string, payload: Buffer, packet: object) =>
    seen.push(['message', topic, payload, payload.toString(), told(packet)]),
  )
  for (const event of ['reconnect', 'offline', 'end', 'error']) on(event, () => seen.push([event]))
  on('close', () => seen.push(['close']))
  const finished = new Promise<void>((resolve) => on('end', () => resolve()))

  expect([client.connected, client.reconnecting]).toEqual([false, false])
  const done = new Promise<void>((resolve) => {
    client.subscribe(['app/+', 'app/deep/#'], { qos: 1 }, (error, granted) => {
      seen.push(['subscribed', error, granted])
      client.publish('app/first', 'grüße', { qos: 0 }, (failed, packet) =>
        seen.push(['published', failed ?? undefined, packet && told(packet)]),
      )
      client.publish('app/second', Buffer.from([0, 255, 13, 10, 26, 27]), { qos: 1 }, (failed, packet) =>
        seen.push(['published', failed, packet && told(packet)]),
      )
      client.publish('app/deep/er', '', { qos: 2 }, () => resolve())
    })
  })
  await done
  await until(() => seen.filter((each) => (each as unknown[])[0] === 'message').length === 3, 'three messages')
  seen.push(['connected', client.connected])
  seen.push(['again', await client.subscribeAsync({ 'app/+': { qos: 1 }, other: { qos: 0 } })])
  seen.push(['unsubscribed', await client.unsubscribeAsync('app/+').then(() => true)])
  await client.publishAsync('app/third', 'nobody hears it', { qos: 1 })
  seen.push(['bad filter', await client.subscribeAsync('a/#/b').catch((error: unknown) => error instanceof Error)])
  seen.push(['callback', await new Promise((resolve) => client.subscribe('more', (error) => resolve(error)))])
  client.end(false, () => seen.push(['ended']))
  await finished
  seen.push(['connected', client.connected, client.reconnecting])
  seen.push(['too late', await client.publishAsync('app/late', 'x').catch((error: unknown) => error instanceof Error)])
  return seen
}

test('the same application sees the same on MQTT.js over TCP and on this client through the module', async () => {
  const line = new ClientModule()
  const theirs = await application(mqtt.connect(broker.url, { clientId: 'app' }))
  const ours = await application(as(line.connect({ url: broker.url, clientId: 'app' })))
  const unordered = (seen: unknown[]) => seen.map((each) => JSON.stringify(each)).sort()
  expect(unordered(ours)).toEqual(unordered(theirs))
  const names = (seen: unknown[]) =>
    seen.map((each) => (each as string[])[0]).filter((name) => name !== 'published' && name !== 'message')
  expect(names(ours)).toEqual(names(theirs))
  await line.close()
})

/** A connection that the server ends, and what both tell of it. */
async function interrupted(client: mqtt.MqttClient, cut: () => void): Promise<string[]> {
  const seen: string[] = []
  const on = client.on.bind(client) as (event: string, listener: () => void) => unknown
  for (const event of ['connect', 'reconnect', 'offline', 'close', 'end', 'error']) on(event, () => seen.push(event))
  await client.subscribeAsync('cut')
  cut()
  await until(() => seen.filter((event) => event === 'connect').length === 2, seen.join())
  await client.endAsync()
  return seen
}

test('both tell the same of a connection that the server ends, in the same order', async () => {
  const line = new ClientModule()
  /** Somebody else takes the client ID, and leaves. */
  const cut = () =>
    void mqtt.connectAsync(broker.url, { clientId: 'cut', reconnectPeriod: 0 }).then((thief) => thief.endAsync(true))
  const theirs = await interrupted(mqtt.connect(broker.url, { clientId: 'cut', reconnectPeriod: 20 }), cut)
  const ours = await interrupted(as(line.connect({ url: broker.url, clientId: 'cut', reconnectPeriod: 20 })), cut)
  expect(ours).toEqual(theirs)
  await line.close()
})
