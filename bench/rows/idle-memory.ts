import type { Benchmark } from '../harness/benchmark.ts'
import { kilobytesPerClient } from '../harness/memory.ts'
import { connectClient } from '../support/host.ts'
import { moduleInMemory } from '../support/module.ts'
import { mqttJsClient } from '../support/mqtt-js.ts'
import { startServer } from '../support/process.ts'

const clients = 5000
const wave = 100
/** Longer than a round: nobody pings meanwhile. */
const keepAlive = 600

/** (f) */
export const idleMemory: Benchmark = {
  name: 'f-idle',
  title: `RSS of one of ${clients} connected idle modules in one process, each with its line and host, after garbage collection.`,
  against: 'the same number of MQTT.js clients.',
  unit: 'KB/client',
  better: 'lower',
  floor: 1,
  files: clients + 200,
  ours: () => perClient(ours),
  other: () => perClient(other),
}

type Connect = (port: number, id: number) => Promise<unknown>

async function perClient(connect: Connect): Promise<number> {
  const server = await startServer('idle')
  return kilobytesPerClient({ clients, wave, connect: (id) => connect(server.port, id) })
}

const ignore = () => {}

async function ours(port: number, id: number): Promise<unknown> {
  const { module, end, host } = moduleInMemory()
  await connectClient(host, `bench-idle-${id}`, port, keepAlive)
  end.onData(ignore)
  return { module, end }
}

const other: Connect = (port, id) => mqttJsClient(port, { clientId: `bench-idle-${id}`, keepalive: keepAlive })
