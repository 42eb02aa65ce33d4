import type { RowFilter } from '../../src/console/page/store/filter.ts'
import { RowStore } from '../../src/console/page/store/row-store.ts'
import type { TimelineRow } from '../../src/console/protocol.ts'
import type { Benchmark } from '../harness/benchmark.ts'

const rows = 1_000_000
const topic = 'sensors/kitchen/temperature'
const payload = '{"t":21.512}'

const publish: TimelineRow = {
  seq: 0,
  t: 0,
  kind: 'mqtt-out',
  connection: 1,
  client: 0,
  bytes: `2+\0\x1b${topic}\0\x07${payload}`,
  packet: { type: 'publish', dup: false, retain: false, qos: 1, packetId: 7, topic, payload },
}
const puback: TimelineRow = {
  ...publish,
  kind: 'mqtt-in',
  bytes: '@\x02\0\x07',
  packet: { type: 'puback', packetId: 7 },
}
const line = { seq: 0, t: 0, line: 'at0' } as const
const typed = (bytes: string): readonly TimelineRow[] => [
  { ...line, kind: 'at-in', part: 'command', bytes },
  { ...line, kind: 'at-out', part: 'echo', bytes },
]
const answer: TimelineRow = { ...line, kind: 'at-out', part: 'final', bytes: '\r\nOK\r\n' }
const staged = (command: string, data: string): readonly TimelineRow[] => [
  ...typed(`AT+CMQTT${command}=0,${data.length}\r`),
  { ...line, kind: 'at-out', part: 'prompt', bytes: '\r\n>' },
  { ...line, kind: 'at-in', part: 'data', bytes: data },
  answer,
]
/** A publish of QoS 1, from its topic to its result. */
const cycle: readonly TimelineRow[] = [
  ...staged('TOPIC', topic),
  ...staged('PAYLOAD', payload),
  ...typed('AT+CMQTTPUB=0,1,60\r'),
  answer,
  publish,
  puback,
  { ...line, kind: 'at-out', part: 'result', bytes: '\r\n+CMQTTPUB: 0,0\r\n' },
]

function filled(): RowStore {
  const store = new RowStore(2 ** 30)
  for (let seq = 1; seq <= rows; seq += 500)
    store.append(Array.from({ length: Math.min(500, rows - seq + 1) }, (_, i) => rowAt(seq + i)))
  return store
}

const rowAt = (seq: number): TimelineRow => ({
  ...cycle[seq % cycle.length]!,
  seq,
  t: seq * 0.05,
  chain: 1 + Math.floor(seq / cycle.length),
})

/** (m) */
export const consoleMemory: Benchmark = {
  name: 'm-console-memory',
  title: "what the console's page keeps of a million rows of QoS 1 publishes, after garbage collection.",
  against: 'the limit, 150 MB.',
  unit: 'MB',
  better: 'lower',
  floor: 1,
  ours: memory,
  other: async () => 150,
}

async function memory(): Promise<number> {
  const before = used()
  const store = filled()
  const after = used()
  if (store.figures().rows !== rows) throw new Error('rows are missing')
  return (after - before) / 1e6
}

function used(): number {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** (m) */
export const consoleKinds: Benchmark = {
  name: 'm-console-kinds',
  title: "a filter by kind over a million rows of the console's page, in processor time; the median of nine.",
  against: 'the limit, 20 ms.',
  unit: 'ms',
  better: 'lower',
  floor: 1,
  ours: () => filterTime({ kinds: ['mqtt-out', 'urc'] }),
  other: async () => 20,
}

/** (m) */
export const consoleText: Benchmark = {
  name: 'm-console-text',
  title:
    "a filter by a text that is nowhere over a million rows of the console's page, in processor time; the median of nine.",
  against: 'the limit, 150 ms.',
  unit: 'ms',
  better: 'lower',
  floor: 1,
  ours: () => filterTime({ text: 'zebra' }),
  other: async () => 150,
}

async function filterTime(filter: RowFilter): Promise<number> {
  const store = filled()
  const times = Array.from({ length: 9 }, () => {
    store.filter({})
    const began = process.cpuUsage()
    store.filter(filter)
    const { user, system } = process.cpuUsage(began)
    return (user + system) / 1000
  })
  return times.sort((a, b) => a - b)[4]!
}
