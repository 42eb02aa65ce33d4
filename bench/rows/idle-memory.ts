import { setTimeout as sleep } from 'node:timers/promises'
import type { Benchmark } from '../harness/benchmark.ts'
import { connectClient } from '../support/host.ts'
import { moduleInMemory } from '../support/module.ts'
import { mqttJsClient } from '../support/mqtt-js.ts'
import { type RunningServer, startServer } from '../support/process.ts'

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
  const all: unknown[] = await connectFrom(connect, server, 0, 1)
  const before = await settledRss()
  for (let id = 1; id <= clients; id += wave) all.push(...(await connectFrom(connect, server, id, wave)))
  const rss = (await settledRss()) - before
  if (all.length !== clients + 1) throw new Error(`${all.length} clients`)
  return rss / clients / 1000
}

const connectFrom = (connect: Connect, { port }: RunningServer, first: number, count: number): Promise<unknown[]> =>
  Promise.all(Array.from({ length: count }, (_, i) => connect(port, first + i)))

async function settledRss(): Promise<number> {
  if (!globalThis.gc) throw new Error('f-idle needs --expose-gc')
  for (let i = 0; i < 5; i++) {
    globalThis.gc()
    await sleep(100)
  }
  return process.memoryUsage.rss()
}

const ignore = () => {}

async function ours(port: number, id: number): Promise<unknown> {
  const { module, end, host } = moduleInMemory()
  await connectClient(host, `bench-idle-${id}`, port, keepAlive)
  end.onData(ignore)
  return { module, end }
}

const other: Connect = (port, id) => mqttJsClient(port, { clientId: `bench-idle-${id}`, keepalive: keepAlive })
