import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { MqttClient } from 'mqtt'
import { createBroker } from '../../src/broker/embedded-broker.ts'
import type { Benchmark, Side } from '../harness/benchmark.ts'
import { kilobytesPerClient } from '../harness/memory.ts'
import { connectedFleet, type FleetSetup } from '../support/fleet-shard.ts'
import { payload, topicText } from '../support/message.ts'
import { mqttJsClient } from '../support/mqtt-js.ts'
import { startServer } from '../support/process.ts'
import { startTlsServer, type TlsPeer } from '../support/tls.ts'

const pool = 'a pool of MQTT.js clients in one process.'

/** They connect `each` at a time, all at once. */
const memory = (host: 'lean' | 'driver', each: number, floor: number): Benchmark => ({
  name: `n-fleet-memory-${host}`,
  title: `RSS that ${4 * each} idle modules of \`atmqtt fleet\` with the ${host} host add, each, to a process that has ${each}; after garbage collection.`,
  against: `the same with ${pool}`,
  unit: 'KB/client',
  better: 'lower',
  floor,
  files: 5 * each + 200,
  ours: async () => {
    const { port } = await startServer('idle')
    return perClient(each, (id) => connectedFleet({ run: `m${id}`, modules: each, port, host }))
  },
  other: async () => {
    const { port } = await startServer('idle')
    return perClient(each, (id) => connectedPool(id * each, each, port))
  },
})

const perClient = async (each: number, connect: (id: number) => Promise<unknown>): Promise<number> =>
  (await kilobytesPerClient({ clients: 4, first: 1, wave: 1, connect })) / each

const connectedPool = (first: number, count: number, port: number): Promise<readonly MqttClient[]> =>
  Promise.all(
    Array.from({ length: count }, (_, i) => mqttJsClient(port, { clientId: `m${first + i}`, keepalive: 600 })),
  )

/** More can't be had: paho waits with select(), and each client has three descriptors of the 1,024 that it takes. */
const locustFirst = 64

const locustMemory: Benchmark = {
  name: 'n-fleet-memory-locust',
  title:
    'RSS that 4,000 idle modules of `atmqtt fleet` with the lean host add, each, to a process that has 1,000; after garbage collection.',
  against: `users of Debian's locust with a client of paho each: ${4 * locustFirst} more in a process that has ${locustFirst}; a process takes 336 at most.`,
  unit: 'KB/client',
  better: 'lower',
  floor: 0.3,
  files: 5200,
  ours: memory('lean', 1000, 1).ours as Side,
  other: async () => {
    const { port } = await startServer('idle')
    return locustPerUser(port)
  },
}

/** Debian's own interpreter: another one of the machine does not have its packages. */
async function locustPerUser(port: number): Promise<number> {
  const script = join('bench', 'support', 'locust_clients.py')
  const users = [`${port}`, `${locustFirst}`, `${4 * locustFirst}`]
  const { stdout } = await promisify(execFile)('/usr/bin/python3', [script, ...users]).catch((error: Error) => {
    throw new Error('locust did not run: apt-get install python3-locust python3-paho-mqtt', { cause: error })
  })
  return Number(stdout)
}

const many = 2000

const connects: Benchmark = {
  name: 'n-fleet-connect',
  title: `connections a second: ${many} modules of \`atmqtt fleet\` (lean host) are made and connect all at once to a light server in another process.`,
  against: pool,
  unit: 'connections/s',
  better: 'higher',
  floor: 0.7,
  files: many + 200,
  ours: async () => {
    const { port } = await startServer('idle')
    return rate(many, () => connectedFleet({ run: 'c', modules: many, port }))
  },
  other: async () => {
    const { port } = await startServer('idle')
    return rate(many, () => connectedPool(0, many, port))
  },
}

const tlsMany = 1000

const tlsConnects: Benchmark = {
  name: 'n-fleet-connect-tls',
  title: `the same with TLS and ${tlsMany} modules, which verify the server; no session is resumed.`,
  against: 'a pool of MQTT.js clients in one process with one secure context for all.',
  unit: 'connections/s',
  better: 'higher',
  floor: 0.7,
  files: tlsMany + 200,
  ours: async () => {
    const server = await startTlsServer()
    return withFile(server, (ca) =>
      rate(tlsMany, () => connectedFleet({ run: 't', modules: tlsMany, port: server.port, ca })),
    )
  },
  other: async () => {
    const server = await startTlsServer()
    return rate(tlsMany, () => tlsPool(server))
  },
}

async function tlsPool({ port, ca }: TlsPeer): Promise<unknown> {
  const { connectAsync } = await import('mqtt')
  const { createSecureContext } = await import('node:tls')
  const options = { secureContext: createSecureContext({ ca }), reconnectPeriod: 0, connectTimeout: 120_000 }
  return Promise.all(
    Array.from({ length: tlsMany }, (_, i) =>
      connectAsync(`mqtts://127.0.0.1:${port}`, { ...options, clientId: `t${i}` }),
    ),
  )
}

async function withFile<T>({ ca }: TlsPeer, use: (file: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'atmqtt-bench-'))
  const file = join(folder, 'root.pem')
  writeFileSync(file, ca)
  try {
    return await use(file)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function rate(count: number, act: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await act()
  return (count / (performance.now() - start)) * 1000
}

const publishers = 200
const publishMs = 5000

const publishes: Benchmark = {
  name: 'n-fleet-publish',
  title: `QoS 1 publishes a second, acknowledged: ${publishers} modules of \`atmqtt fleet\` (lean host), each with one message in flight, for ${publishMs / 1000} s; each has three AT commands behind it.`,
  against: 'as many MQTT.js clients in one process, each with one message in flight.',
  unit: 'messages/s',
  better: 'higher',
  floor: 0.3,
  broker: true,
  ours: async ({ brokerPort: port }) => {
    const publish = '{every: 25ms, qos: 1, size: 60, waiting: 1, topic: "p/{client}"}'
    const fleet = await connectedFleet({ run: 'p', modules: publishers, port, publish })
    return perSecond(() => fleet.totals().counts.publishAcked)
  },
  other: async ({ brokerPort: port }) => {
    let acknowledged = 0
    for (const client of await connectedPool(0, publishers, port)) {
      const next = (): void =>
        void client.publish(topicText, Buffer.from(payload), { qos: 1 }, () => {
          acknowledged++
          next()
        })
      next()
    }
    return perSecond(() => acknowledged)
  },
}

async function perSecond(count: () => number): Promise<number> {
  await pause(1000)
  const [before, start] = [count(), performance.now()]
  await pause(publishMs)
  return ((count() - before) / (performance.now() - start)) * 1000
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const delayMs = 200

const latency: Benchmark = {
  name: 'n-fleet-latency',
  title: `median time to the acknowledgement that \`atmqtt fleet\` tells (50 modules, lean host, from sending), with a server that acknowledges after ${delayMs} ms.`,
  against: 'the delay.',
  unit: 'ms',
  better: 'lower',
  floor: 1.02,
  ours: async () => {
    const { port } = await startServer('delayed', String(delayMs))
    const setup: FleetSetup = { run: 'l', modules: 50, port, publish: '{every: 1s, qos: 1, size: 60}' }
    const fleet = await connectedFleet(setup)
    await pause(publishMs)
    return (await fleet.stop()).times.publishAckFromSent.quantile(0.5)
  },
  other: () => delayMs,
}

const outageMs = 3000

const restart: Benchmark = {
  name: 'n-fleet-restart-tail',
  title: `longest time to an acknowledgement that \`atmqtt fleet\` tells (50 modules, lean host, from the intended time, two messages a second each), where the server was gone for ${outageMs / 1000} s.`,
  against:
    'how long it was gone: a message was due the moment it went. Behind that come CONNECT and what waited before it.',
  unit: 'ms',
  better: 'lower',
  floor: 1.1,
  ours: async () => {
    const broker = await createBroker()
    const { port } = await broker.listen({ host: '127.0.0.1', port: 0 })
    const publish = '{every: 500ms, qos: 1, size: 60, waiting: 20}'
    const fleet = await connectedFleet({ run: 'r', modules: 50, port, publish, reconnect: 'none' })
    await pause(2000)
    const wentAt = performance.now()
    await broker.close()
    await pause(outageMs)
    const next = await createBroker()
    await next.listen({ host: '127.0.0.1', port })
    const goneMs = performance.now() - wentAt
    await pause(2000)
    return ((await fleet.stop()).times.publishAck.quantile(1) / goneMs) * outageMs
  },
  other: () => outageMs,
}

/** (n) */
export const fleetRows: readonly Benchmark[] = [
  memory('lean', 1000, 0.8),
  memory('driver', 250, 1.2),
  locustMemory,
  connects,
  tlsConnects,
  publishes,
  latency,
  restart,
]
