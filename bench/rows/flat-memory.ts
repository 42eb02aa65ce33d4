import { setTimeout as sleep } from 'node:timers/promises'
import { keepingClock } from '../../src/io/runtime/clock-node.ts'
import { MemoryServer } from '../../test/support/memory-server.ts'
import type { Benchmark } from '../harness/benchmark.ts'
import { connectedClient, instantLine } from '../support/driven-line.ts'
import { payloadText, topicText } from '../support/message.ts'

/** (j) */
export const flatMemory: Benchmark = {
  name: 'j-flat-memory',
  title:
    'heap of a client, a module and a server in one process, after garbage collection, when the client has published and received 100,000 messages of QoS 1.',
  against: 'the same after the first 10,000.',
  unit: 'KB',
  better: 'lower',
  floor: 1.05,
  ours: () => heapAfter(100_000),
  other: () => heapAfter(10_000),
}

/** So many wait in the client's queue, and come in a burst. */
const batch = 100

async function heapAfter(messages: number): Promise<number> {
  const server = new MemoryServer()
  const client = await connectedClient(instantLine(keepingClock, server), keepingClock, 'server')
  await client.subscribeAsync(topicText, { qos: 1 })
  let received = 0
  client.on('message', () => void received++)
  for (let sent = 0; sent < messages; sent += batch) {
    await Promise.all(Array.from({ length: batch }, () => client.publishAsync(topicText, payloadText, { qos: 1 })))
    for (const message of server.published.splice(0)) server.publish(topicText, message.slice(topicText.length + 1), 1)
  }
  if (received !== messages) throw new Error(`${received} of ${messages} came back`)
  return collectedHeap()
}

async function collectedHeap(): Promise<number> {
  if (!globalThis.gc) throw new Error('memory is measured with --expose-gc')
  for (let i = 0; i < 4; i++) {
    await sleep(100)
    globalThis.gc()
  }
  return process.memoryUsage().heapUsed / 1000
}
