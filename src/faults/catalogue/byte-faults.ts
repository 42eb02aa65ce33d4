import { empty } from '../../at/syntax/bytes.ts'
import type { Random } from '../../io/runtime/runtime.ts'
import type { FlowDirection } from '../../io/wrappers/faulty.ts'
import { DelayLine } from '../delay-line.ts'
import { type FaultContext, fault } from '../fault.ts'
import { chanceParam, choiceParam, optionalTextParam, wholeParam } from '../params.ts'

const line = optionalTextParam(200, 'name of a line; none: all lines')
const direction = (preset: FlowDirection) => choiceParam(['in', 'out'], preset, 'from the host (in) or to it (out)')
const where = { line, direction: direction('out') }

/** The bytes of the AT line, as a bad wire or a bad UART gives them. */
export const byteFaults = [
  fault({
    name: 'bytes-corrupted',
    title: 'Bytes of the line arrive with one bit wrong.',
    group: 'bytes',
    reports: [20],
    params: { ...where, probability: chanceParam(0.01, 'for each byte') },
    lasts: 'until',
    start(context, { line, direction, probability }) {
      replaceBytes(context, line, direction, probability, (byte, random) => [byte ^ (1 << random.below(8))])
    },
  }),
  fault({
    name: 'bytes-dropped',
    title: 'Bytes of the line are lost.',
    group: 'bytes',
    reports: [18],
    params: { ...where, probability: chanceParam(0.01, 'for each byte') },
    lasts: 'until',
    start(context, { line, direction, probability }) {
      replaceBytes(context, line, direction, probability, () => [])
    },
  }),
  fault({
    name: 'bytes-doubled',
    title: 'Bytes of the line arrive twice.',
    group: 'bytes',
    reports: [15],
    params: { ...where, probability: chanceParam(0.01, 'for each byte') },
    lasts: 'until',
    start(context, { line, direction, probability }) {
      replaceBytes(context, line, direction, probability, (byte) => [byte, byte])
    },
  }),
  fault({
    name: 'bytes-reordered',
    title: 'Neighbouring bytes of the line arrive in the wrong order.',
    group: 'bytes',
    reports: [],
    params: { ...where, probability: chanceParam(0.01, 'for each pair of bytes') },
    lasts: 'until',
    start({ tapLines, random }, { line, direction, probability }) {
      tapLines(line, direction, () => ({ take: (bytes, pass) => pass(swapped(bytes, random, probability)) }))
    },
  }),
  fault({
    name: 'bytes-sliced',
    title: 'Bytes of the line arrive in small pieces with time between them.',
    group: 'bytes',
    reports: [15],
    params: {
      ...where,
      longest: wholeParam(1, 1000, 3, 'longest piece, bytes; the length of each is random'),
      gapMs: wholeParam(1, 60_000, 10, 'time before each piece, ms'),
    },
    lasts: 'until',
    start({ tapLines, clock, random, onStop }, { line, direction, longest, gapMs }) {
      tapLines(line, direction, () => {
        const pieces = new DelayLine(clock)
        let free = 0
        onStop(() => pieces.flush())
        return {
          take(bytes, pass) {
            for (let at = 0; at < bytes.length; ) {
              const to = at + 1 + random.below(longest)
              free = Math.max(free, clock.now()) + gapMs
              pieces.push(bytes.subarray(at, to), free - clock.now(), pass)
              at = to
            }
          },
          held: () => pieces.held,
        }
      })
    },
  }),
  fault({
    name: 'overrun',
    title: 'The input buffer is small and emptied at the pace of the UART: what does not fit is lost.',
    group: 'bytes',
    reports: [18],
    params: {
      line,
      bufferBytes: wholeParam(1, 65_536, 64, 'size of the buffer'),
      baud: wholeParam(300, 4_000_000, 115_200, 'ten bits are a byte'),
    },
    lasts: 'until',
    start({ tapLines, clock }, { line, bufferBytes, baud }) {
      tapLines(line, 'in', () => {
        let level = 0
        let since = clock.now()
        return {
          take(bytes, pass) {
            level = Math.max(0, level - ((clock.now() - since) * baud) / 10_000)
            since = clock.now()
            const room = Math.min(bytes.length, Math.floor(bufferBytes - level))
            level += room
            if (room > 0) pass(bytes.subarray(0, room))
          },
        }
      })
    },
  }),
  fault({
    name: 'noise',
    title: 'Random bytes that nobody sent appear on the line.',
    group: 'bytes',
    reports: [20],
    params: {
      ...where,
      bytes: wholeParam(1, 1000, 8, 'bytes at a time'),
      everyMs: wholeParam(1, 3_600_000, 1000, 'longest time between two bursts, ms'),
    },
    lasts: 'until',
    start({ inject, random, after }, { line, direction, bytes, everyMs }) {
      const burst = (): void => {
        inject(
          line,
          direction,
          Uint8Array.from({ length: bytes }, () => random.below(256)),
        )
        after(1 + random.below(everyMs), burst)
      }
      burst()
    },
  }),
  fault({
    name: 'line-frozen',
    title: 'The module does not take what is typed until the fault ends; then it takes all of it.',
    group: 'bytes',
    reports: [10, 21],
    params: { line },
    lasts: 'until',
    start({ tapLines, clock, onStop }, { line }) {
      tapLines(line, 'in', () => {
        const frozen = new DelayLine(clock)
        onStop(() => frozen.flush())
        return {
          take: (bytes, pass) => frozen.push(bytes, Number.POSITIVE_INFINITY, pass),
          held: () => frozen.held,
        }
      })
    },
  }),
  fault({
    name: 'cable-out',
    title: 'Nothing on the line gets through in either direction, and what was sent is lost.',
    group: 'bytes',
    reports: [21],
    params: { line },
    lasts: 'until',
    start({ tapLines }, { line }) {
      tapLines(line, 'in', () => ({ take() {} }))
      tapLines(line, 'out', () => ({ take() {} }))
    },
  }),
]

/** Replaces some bytes of a line, chosen at random, by none, one or more. */
function replaceBytes(
  { tapLines, random }: FaultContext,
  line: string | undefined,
  direction: FlowDirection,
  probability: number,
  change: (byte: number, random: Random) => readonly number[],
): void {
  tapLines(line, direction, () => ({
    take(bytes, pass) {
      const out: number[] = []
      for (const byte of bytes) {
        if (random.next() < probability) out.push(...change(byte, random))
        else out.push(byte)
      }
      pass(out.length === 0 ? empty : Uint8Array.from(out))
    },
  }))
}

function swapped(bytes: Uint8Array, random: Random, probability: number): Uint8Array {
  const out = bytes.slice()
  for (let at = 0; at + 1 < out.length; at++) {
    if (random.next() >= probability) continue
    const first = out[at]!
    out[at] = out[at + 1]!
    out[at + 1] = first
    at++
  }
  return out
}
