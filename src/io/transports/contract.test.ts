import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { webSerialOn } from '../../../test/support/driver/web-serial.ts'
import { nodeClock } from '../runtime/clock-node.ts'
import type { ByteStream } from '../stream.ts'
import { hostedLine } from '../testing/memory-host.ts'
import { pattern, record, text } from '../testing/recorder.ts'
import { until } from '../testing/until.ts'
import { faulty } from '../wrappers/faulty.ts'
import { paced } from '../wrappers/paced.ts'
import { shared } from '../wrappers/shared.ts'
import { memoryLine } from './memory.ts'
import { openPty } from './pty/pty.ts'
import { openSerialPort } from './serial.ts'
import { stdioStream } from './stdio.ts'
import { connectTcp, listenTcp, openTcpPort } from './tcp.ts'
import { webSerialPort } from './web-serial.ts'

const folder = mkdtempSync(join(tmpdir(), 'atmqtt-contract-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Both ends of a line; `dialled` has its peer from its start. */
interface Ends {
  readonly accepted: ByteStream
  readonly dialled: ByteStream
  /** Another peer for the accepted end, when the first has gone. */
  readonly dialAgain?: () => Promise<ByteStream>
  /** What closes the line behind `close`, where that leaves it open: the end of a process, the owner of a shared stream. */
  readonly exit?: { readonly accepted: () => void; readonly dialled: () => void }
  /** What is at the other end of a stand-in takes everything at once. */
  readonly takesAll?: true
}

async function tcp(dial: (port: number) => Promise<ByteStream>): Promise<Ends> {
  const accepted = await listenTcp({ host: '127.0.0.1', port: 0 })
  return { accepted, dialled: await dial(accepted.port), dialAgain: () => dial(accepted.port) }
}

async function ptyAndSerial(): Promise<Ends> {
  const path = join(folder, 'tty')
  const accepted = await openPty({ path })
  const dial = () => openSerialPort({ path })
  return { accepted, dialled: await dial(), dialAgain: dial }
}

async function stdio(): Promise<Ends> {
  const [there, back] = [new PassThrough(), new PassThrough()]
  return {
    accepted: stdioStream(there, back),
    dialled: stdioStream(back, there),
    exit: { accepted: () => void back.end(), dialled: () => void there.end() },
  }
}

async function memory(wrapped: (stream: ByteStream) => ByteStream = (stream) => stream): Promise<Ends> {
  const line = memoryLine()
  const dial = async () => wrapped(line.dial())
  return { accepted: wrapped(line.accepted), dialled: await dial(), dialAgain: dial }
}

async function sharedMemory(): Promise<Ends> {
  const line = memoryLine()
  const [accepted, dialled] = [shared(line.accepted), shared(line.dial())]
  const exit = { accepted: () => void accepted.close(), dialled: () => void dialled.close() }
  return { accepted: accepted.take(), dialled: dialled.take(), exit }
}

async function webSerial(): Promise<Ends> {
  const { moduleEnd, host } = hostedLine()
  const dial = () => webSerialPort(webSerialOn(host))
  return { accepted: moduleEnd, dialled: await dial(), dialAgain: dial, takesAll: true }
}

const uart = { baud: 4_000_000, clock: nodeClock, log: { log() {} }, flowControl: true }

const lines: readonly (readonly [string, () => Promise<Ends>])[] = [
  ['memory', memory],
  ['TCP', () => tcp((port) => openTcpPort({ host: '127.0.0.1', port }))],
  ['TCP that dials again', () => tcp((port) => openTcpPort({ host: '127.0.0.1', port, redial: { clock: nodeClock } }))],
  [
    'TCP that dials until somebody listens',
    () => tcp(async (port) => connectTcp({ host: '127.0.0.1', port, clock: nodeClock })),
  ],
  ['a PTY and a serial port', ptyAndSerial],
  ['standard input and output', stdio],
  ['Web Serial', webSerial],
  ['memory behind taps', () => memory(faulty)],
  ['memory as slow as a UART', () => memory((stream) => paced(stream, uart))],
  ['memory, shared', sharedMemory],
]

const faces = ['accepted', 'dialled'] as const
type Face = (typeof faces)[number]
const otherOf = (face: Face): Face => (face === 'accepted' ? 'dialled' : 'accepted')

const opened: ByteStream[] = []
afterEach(async () => {
  for (const stream of opened.splice(0)) await stream.close()
})

async function open(make: () => Promise<Ends>): Promise<Ends> {
  const ends = await make()
  opened.push(ends.dialled, ends.accepted)
  return ends
}

/** Both ends started, and their peers there. */
async function started(make: () => Promise<Ends>) {
  const ends = await open(make)
  const seen = { accepted: record(ends.accepted), dialled: record(ends.dialled) }
  await until(() => faces.every((face) => seen[face].events[0] === true))
  return { ends, seen }
}

describe.each(lines)('%s', (_, make) => {
  test('256 KiB both ways at once, in order, byte for byte', async () => {
    const { ends, seen } = await started(make)
    const sent = pattern(1 << 18)
    for (const face of faces)
      for (let at = 0; at < sent.length; at += 5000) ends[face].write(sent.subarray(at, at + 5000))
    await until(() => faces.every((face) => seen[face].bytes().length >= sent.length))
    for (const face of faces) expect(seen[face].bytes().equals(sent)).toBe(true)
    await until(() => faces.every((face) => ends[face].backlog() === 0))
  })

  test.each(faces)('what comes before the %s end is started waits for it', async (late) => {
    const ends = await open(make)
    const first = record(ends[otherOf(late)])
    await until(() => first.events[0] === true)
    ends[otherOf(late)].write(text('ear'))
    ends[otherOf(late)].write(text('ly'))
    await until(() => ends[otherOf(late)].backlog() === 0 || late === 'accepted' || ends.dialAgain !== undefined)
    const seen = record(ends[late])
    await until(() => seen.bytes().length === 5)
    expect(seen.events).toEqual([true, 'early'])
  })

  test.each(faces)(
    'while the %s end is paused nothing comes and the other counts; then everything, and drained',
    async (face) => {
      const { ends, seen } = await started(make)
      const writer = ends[otherOf(face)]
      ends[face].pause()
      const chunk = pattern(1 << 16)
      let written = 0
      while (writer.backlog() < 1 << 17 && written < 1 << 25 && !(ends.takesAll && written > 0)) {
        writer.write(chunk)
        written += chunk.length
        if (written % (1 << 20) === 0) await new Promise((resolve) => setImmediate(resolve))
      }
      expect(seen[face].events).toEqual([true])
      if (!ends.takesAll) expect([writer.backlog() >= 1 << 17, seen[otherOf(face)].drained()]).toEqual([true, 0])
      ends[face].resume()
      await until(() => seen[face].bytes().length === written)
      await until(() => writer.backlog() === 0)
      if (!ends.takesAll) expect(seen[otherOf(face)].drained()).toBeGreaterThan(0)
      expect(seen[face].bytes().subarray(-chunk.length).equals(chunk)).toBe(true)
    },
  )

  test.each(faces)(
    'the %s end closes: what it had written comes first, then its going, once; itself hears nothing more',
    async (face) => {
      const { ends, seen } = await started(make)
      const last = pattern(10_000)
      ends[face].write(last)
      const told = ends[face].close()
      ends[otherOf(face)].write(text('too late'))
      await told
      await ends[face].close()
      ends.exit?.[face]()
      ends[face].write(text('nobody sends this'))
      await until(() => seen[otherOf(face)].events.at(-1) === false)
      expect(seen[otherOf(face)].bytes().equals(last)).toBe(true)
      expect(seen[otherOf(face)].events.filter((event) => typeof event === 'boolean')).toEqual([true, false])
      expect(seen[face].events).toEqual([true])
      ends[otherOf(face)].write(text('to nobody'))
      expect(ends[otherOf(face)].backlog()).toBe(0)
    },
  )

  test('the accepted end has one peer after another', async () => {
    const { ends, seen } = await started(make)
    if (!ends.dialAgain) return
    await ends.dialled.close()
    await until(() => seen.accepted.events.at(-1) === false)
    const again = await ends.dialAgain()
    opened.unshift(again)
    const heard = record(again)
    await until(() => seen.accepted.events.at(-1) === true && heard.events[0] === true)
    again.write(text('AT'))
    await until(() => seen.accepted.events.at(-1) === 'AT')
    ends.accepted.write(text('OK'))
    await until(() => heard.events.at(-1) === 'OK')
    expect(seen.accepted.events).toEqual([true, false, true, 'AT'])
    expect(heard.events).toEqual([true, 'OK'])
  })
})
