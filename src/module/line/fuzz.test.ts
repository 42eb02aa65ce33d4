import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { alike } from '../../../test/support/alike.ts'
import { frozen, throughJson } from '../../../test/support/frozen.ts'
import { PureModule } from '../../../test/support/pure-module.ts'
import { bytesOf, concat, textOf } from '../../at/syntax/bytes.ts'
import type { Effect } from '../core/effects.ts'
import { createModuleConfig, type ModuleState, nextDeadline, step } from '../public.ts'

/** Inputs are counted: the whole suite is to see at least 10^5. */
const runs = 30_000

const lines = [
  'AT',
  'ATE1',
  'A/',
  'AT+CMEE?;+CSQ',
  'AT+CMQTTSTART',
  'AT+CMQTTSTOP',
  'AT+CMQTTACCQ=0,"a;b"',
  'AT+CMQTTREL=0',
  'AT+CMQTTTOPIC=0,3',
  'AT+CMQTTPAYLOAD=0,20',
  'AT+CMQTTWILLMSG=0,1,2',
  'AT+CMQTTCONNECT=0,"tcp://a.bc",60,1,"u","p"',
  'AT+CMQTTPUB=0,0,60',
  'AT+CMQTTSUB=0,1,1',
  'AT+CMQTTUNSUB=0,1,0',
  'AT+CMQTTDISC=0,60',
  'AT+CMQTTCFG="checkUTF8",0,0',
  'AT+CGACT=0,1',
]
const lineEnds = ['\r', '\r\n', '\n', '']
const special = '\r\n\b\0\x1a\x1b\xff"\',;=?+/&A0129 '

const typed = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(fc.constantFrom(...lines), fc.constantFrom(...lineEnds)).map((pair) => pair.join('')),
  },
  { weight: 2, arbitrary: mutated() },
  { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom(...special), maxLength: 12 }) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }).map((bytes) => textOf(bytes)) },
)
const stream = fc.array(typed, { maxLength: 6 }).map((parts) => bytesOf(parts.join('')))

/** A line with one byte replaced, left out or doubled. */
function mutated() {
  const pieces = fc.tuple(fc.constantFrom(...lines), fc.nat(), fc.constantFrom(...special), fc.nat(2))
  return pieces.map(([line, at, byte, how]) => {
    const from = at % line.length
    const middle = [byte, '', byte + line[from]][how]
    return `${line.slice(0, from)}${middle}${line.slice(from + 1)}\r`
  })
}

const config = createModuleConfig(new PureModule().config.profile)
/** States to begin from: switched on; a client connected; a QoS 0 PUB that waits for its socket; a prompt open. */
const starts: readonly ModuleState[] = [
  new PureModule().state,
  new PureModule({ echo: true }).connected().state,
  executing(),
  prompted(),
]

function executing(): ModuleState {
  const m = new PureModule().connected()
  m.prompted('+CMQTTTOPIC=0,1', 't')
  m.congested(true).at('+CMQTTPUB=0,0,60')
  return m.state
}

function prompted(): ModuleState {
  const m = new PureModule({ echo: true }).acquired()
  m.at('+CMQTTPAYLOAD=0,50')
  return m.state
}

interface Run {
  readonly state: ModuleState
  readonly out: string
}

/** What pipes deliver is often a `Buffer`, whose `slice` is a view. */
type Kind = (bytes: Uint8Array) => Uint8Array
const plainArray: Kind = (bytes) => bytes.slice()
const nodeBuffer: Kind = (bytes) => Buffer.from(bytes)

function feed(from: ModuleState, chunks: readonly Uint8Array[], kind = plainArray, now = 0): Run {
  let state = from
  const out: string[] = []
  for (const bytes of chunks) {
    const copy = kind(bytes)
    const done = step(config, state, { type: 'bytes', line: 1, bytes: copy }, now)
    out.push(written(done.effects))
    // The owner of the array may use it again: the state must not look into it.
    copy.fill(0x23)
    state = done.state
  }
  return { state, out: out.join('') }
}

const written = (effects: readonly Effect[]): string =>
  effects.flatMap((effect) => (effect.type === 'write' ? effect.parts.map((part) => textOf(part)) : [])).join('')

/** Everything that waits is over: time-outs pass until nothing is due but what the session does by itself. */
function settled(state: ModuleState): ModuleState {
  let current = state
  for (let i = 0; i < 10; i++) {
    const { mode } = current.lines[0]!
    if (mode.kind === 'command') return current
    current = step(config, current, { type: 'time' }, nextDeadline(current)).state
  }
  throw new Error('the line does not come back to command state')
}

function cutAt(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const points = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort((a, b) => a - b)
  return points.slice(1).map((to, i) => bytes.subarray(points[i], to))
}

const asText = (state: ModuleState): string =>
  JSON.stringify(state, (_, value) => (value instanceof Uint8Array ? textOf(value) : value))

/** `expect` is slow: it is only asked when there is something to say. */
function equal(actual: string, expected: string): void {
  if (actual !== expected) expect(actual).toBe(expected)
}
function equalStates(actual: ModuleState, expected: ModuleState): void {
  if (alike(actual, expected)) return
  expect(asText(actual)).toBe(asText(expected))
  throw new Error('the states differ in the kind of an array, or in a key without a value')
}

const anyStart = fc.constantFrom(...starts)

describe('whatever bytes come', () => {
  test('never a throw, a bounded state, and CR, AT, CR gets OK afterwards', () => {
    fc.assert(
      fc.property(anyStart, stream, (start, bytes) => {
        const { state } = feed(start, [bytes])
        const [line] = state.lines
        const sizes = [line!.scan.partial.length, line!.last.length, line!.typeAhead.length, line!.heldBytes]
        const limits = [3073, 3073, bytes.length, 1 << 20]
        if (sizes.some((size, i) => size > limits[i]!)) expect(sizes).toEqual(limits)
        const calm = settled(feed(settled(state), [bytesOf('\r')]).state)
        equal(feed(calm, [bytesOf('AT\r')]).out.slice(-6), '\r\nOK\r\n')
      }),
      { numRuns: runs },
    )
  })

  test('cut anywhere, the output and the state are those of the whole', () => {
    fc.assert(
      fc.property(anyStart, stream, fc.array(fc.nat(), { maxLength: 5 }), (start, bytes, cuts) => {
        const whole = feed(start, [bytes])
        const pieces = feed(start, cutAt(bytes, cuts))
        equal(pieces.out, whole.out)
        equalStates(pieces.state, whole.state)
      }),
      { numRuns: runs },
    )
  })

  test('in any kind of array: a state has no Buffer in it, and no view of one', () => {
    fc.assert(
      fc.property(anyStart, stream, fc.array(fc.nat(), { maxLength: 3 }), (start, bytes, cuts) => {
        const chunks = cutAt(bytes, cuts)
        const usual = feed(start, chunks)
        const buffers = feed(start, chunks, nodeBuffer)
        equal(buffers.out, usual.out)
        equalStates(buffers.state, usual.state)
      }),
      { numRuns: runs / 3 },
    )
  })

  test('byte by byte too', () => {
    fc.assert(
      fc.property(anyStart, stream, (start, bytes) => {
        const pieces = feed(
          start,
          Array.from(bytes, (_, at) => bytes.subarray(at, at + 1)),
        )
        const whole = feed(start, [bytes])
        equal(pieces.out, whole.out)
        equalStates(pieces.state, whole.state)
      }),
      { numRuns: (runs * 2) / 3 },
    )
  })

  test('a step leaves its input as it was, and a state goes on alike from JSON', () => {
    fc.assert(
      fc.property(anyStart, stream, stream, (start, before, after) => {
        const middle = frozen(feed(start, [before]).state)
        const copy = throughJson(middle)
        const direct = feed(middle, [after])
        equalStates(middle, copy)
        const restored = feed(copy, [after])
        equal(restored.out, direct.out)
        equalStates(restored.state, direct.state)
      }),
      { numRuns: runs / 3 },
    )
  })
})

test('long lines, cut anywhere', () => {
  const long = fc.tuple(fc.integer({ min: 3050, max: 3090 }), fc.nat(3100), fc.constantFrom('\b', 'A/', '', '"'))
  fc.assert(
    fc.property(long, fc.array(fc.nat(), { maxLength: 4 }), ([length, at, what], cuts) => {
      const filler = ' '.repeat(length)
      const bytes = concat([bytesOf('AT+CMEE=1'), bytesOf(`${filler.slice(0, at)}${what}${filler.slice(at)}\rAT\r`)])
      const whole = feed(starts[0]!, [bytes])
      const pieces = feed(starts[0]!, cutAt(bytes, cuts))
      equal(pieces.out, whole.out)
      equalStates(pieces.state, whole.state)
      expect(whole.out).toMatch(/\r\nOK\r\n$/)
    }),
    { numRuns: 1000 },
  )
})

test('a prompt that waits for ever survives JSON', () => {
  const m = new PureModule({ promptTimeoutMs: 0 }).acquired()
  m.at('+CMQTTTOPIC=0,2')
  const restored = throughJson(m.state)
  const late = step(m.config, restored, { type: 'time' }, 1e12)
  expect(written(late.effects)).toBe('')
  const filled = step(m.config, late.state, { type: 'bytes', line: 1, bytes: bytesOf('ab') }, 1e12)
  expect(written(filled.effects)).toBe('\r\nOK\r\n')
})
