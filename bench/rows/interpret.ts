import { once } from 'node:events'
import { empty } from '../../src/at/syntax/bytes.ts'
import { freshScan, type Scan, scanAfterData, scanInData, scanLine, takeData } from '../../src/at/syntax/scan-line.ts'
import type { Benchmark } from '../harness/benchmark.ts'
import { rateOf, rateOfAsync } from '../harness/rate.ts'
import { acquireClient } from '../support/host.ts'
import { lineEnd, payload, repeated, replyText, sentBytes, stagingLines, topic } from '../support/message.ts'
import { moduleInMemory } from '../support/module.ts'

const chunkBytes = 65_536
const cycles = 8192
const stream = repeated(sentBytes(stagingLines), cycles)
const chunks = Array.from({ length: Math.ceil(stream.length / chunkBytes) }, (_, i) =>
  stream.subarray(i * chunkBytes, (i + 1) * chunkBytes),
)
const megabytes = stream.length / 1e6
const readline = '`@serialport/parser-readline` on the same bytes, which finds the same pieces.'

/** (e) */
export const scan: Benchmark = {
  name: 'e-scan',
  title:
    'the scanner alone on TOPIC and PAYLOAD commands and their data, each ended by CR LF, in chunks of 64 KiB cut anywhere.',
  against: readline,
  unit: 'MB/s',
  better: 'higher',
  floor: 1,
  ours: () => rateOf(scanStream),
  other: readLines,
}

/** (e) */
export const interpret: Benchmark = {
  name: 'e-interpret',
  title: 'the whole interpreter on the same stream, echo and replies included, on the memory transport.',
  against: readline,
  unit: 'MB/s',
  better: 'higher',
  floor: 0.3,
  ours: interpretStream,
  other: readLines,
}

/** Where the scanner stands; `wanted` bytes of data are awaited, 0 in a command line. */
interface Position {
  scan: Scan
  got: Uint8Array
  wanted: number
  data: number
}

function scanStream(): number {
  const position: Position = { scan: freshScan, got: empty, wanted: 0, data: 0 }
  for (const chunk of chunks) scanChunk(position, chunk)
  if (position.data !== 2 * cycles) throw new Error(`${position.data} data phases in ${cycles} cycles`)
  return megabytes
}

function scanChunk(position: Position, chunk: Uint8Array): void {
  let at = 0
  while (at < chunk.length) at = position.wanted > 0 ? scanData(position, chunk, at) : scanCommand(position, chunk, at)
}

const topicCommandLength = 17

function scanCommand(position: Position, chunk: Uint8Array, at: number): number {
  const { scan: next, kind, line, next: end } = scanLine(position.scan, chunk, at)
  position.scan = next
  if (kind === 'line') position.wanted = line.length === topicCommandLength ? topic.length : payload.length
  return end
}

function scanData(position: Position, chunk: Uint8Array, at: number): number {
  const { got, next } = takeData(position.scan, position.got, position.wanted, chunk, at)
  position.scan = scanInData(position.scan)
  position.got = got
  if (got.length === position.wanted) endData(position)
  return next
}

function endData(position: Position): void {
  position.scan = scanAfterData(position.scan)
  position.got = empty
  position.wanted = 0
  position.data++
}

async function interpretStream(): Promise<number> {
  const { end, host } = moduleInMemory()
  await acquireClient(host, 'bench-interpret', lineEnd)
  const expected = replyText(stagingLines).length * cycles
  let received = 0
  end.onData((bytes) => {
    received += bytes.length
  })
  return rateOf(() => {
    received = 0
    for (const chunk of chunks) end.write(chunk)
    if (received !== expected) throw new Error(`${received} bytes of reply, not ${expected}`)
    return megabytes
  })
}

async function readLines(): Promise<number> {
  const { ReadlineParser } = await import('serialport')
  const parser = new ReadlineParser({ delimiter: '\r\n' })
  parser.on('data', () => {})
  const buffers = chunks.map((chunk) => Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length))
  return rateOfAsync(async () => {
    for (const buffer of buffers) if (!parser.write(buffer)) await once(parser, 'drain')
    return megabytes
  })
}
