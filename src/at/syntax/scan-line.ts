import { CR, concat, copyOf, empty, LF } from './bytes.ts'

/** The longest command line, in bytes, `AT` included. */
export const maxLineBytes = 3071 + 2

const BACKSPACE = 0x08
const SLASH = 0x2f

/** Where a line stands between two chunks. Learns how the host ends its lines from the byte behind a CR. */
export interface Scan {
  /** What was typed of the current line, backspaces applied. */
  readonly partial: Uint8Array
  /** The line has become longer than `maxLineBytes`; the rest of it is not kept. */
  readonly overlong: boolean
  /** The last byte was the CR of a command line: an LF now belongs to it. */
  readonly afterCr: boolean
  readonly hostEnds: 'unknown' | 'cr' | 'crlf'
  /** Straight behind data: one CR, one LF that are swallowed. */
  readonly swallow: { readonly cr: boolean; readonly lf: boolean }
}

type Swallow = Scan['swallow']
const swallowNone: Swallow = { cr: false, lf: false }
const swallowCr: Swallow = { cr: true, lf: false }
const swallowLf: Swallow = { cr: false, lf: true }
const swallowBoth: Swallow = { cr: true, lf: true }

type HostEnds = Scan['hostEnds']

/** Between two lines, which is nearly always, a scan is one of these. */
const scansBetween: Readonly<Record<HostEnds, readonly Scan[]>> = {
  unknown: scansOf('unknown'),
  cr: scansOf('cr'),
  crlf: scansOf('crlf'),
}

function scansOf(hostEnds: HostEnds): readonly Scan[] {
  const swallows = [swallowNone, swallowLf, swallowCr, swallowBoth]
  return [false, true].flatMap((afterCr) =>
    swallows.map((swallow) => ({ partial: empty, overlong: false, afterCr, hostEnds, swallow })),
  )
}

const scanBetween = (afterCr: boolean, hostEnds: HostEnds, swallow: Swallow): Scan =>
  scansBetween[hostEnds][(afterCr ? 4 : 0) + (swallow.cr ? 2 : 0) + (swallow.lf ? 1 : 0)]!

// Written out, and nowhere else: a spread costs more than the rest of a short line does.
const scanOf = (
  partial: Uint8Array,
  overlong: boolean,
  afterCr: boolean,
  hostEnds: HostEnds,
  swallow: Swallow,
): Scan =>
  partial.length === 0 && !overlong
    ? scanBetween(afterCr, hostEnds, swallow)
    : { partial, overlong, afterCr, hostEnds, swallow }

export const freshScan: Scan = scanBetween(false, 'unknown', swallowNone)

export interface Scanned {
  readonly scan: Scan
  /** `line`: a whole command line; `repeat`: `A/`; `more`: the chunk ended first. */
  readonly kind: 'line' | 'repeat' | 'more'
  /** The line without its CR; empty unless `kind` is `line`. May be a view of the chunk. */
  readonly line: Uint8Array
  readonly overlong: boolean
  /** What the host typed, to be echoed: `chunk` from `echoFrom` to `next`. */
  readonly echoFrom: number
  /** Where the next scan begins. */
  readonly next: number
}

/** Takes one command line from `chunk`, beginning at `from`. */
export function scanLine(scan: Scan, chunk: Uint8Array, from: number): Scanned {
  const start = skipLineEnd(scan, chunk, from)
  if (start.at === chunk.length) return more(start.scan, start.at, chunk.length)
  const stop = lineStop(chunk, start.at)
  const slash = repeatAt(start.scan.partial, chunk, start.at)
  if (slash >= 0 && slash < stop) return repeat(start.scan, start.at, slash + 1)
  if (chunk[stop] === BACKSPACE) return scanEdited(start.scan, chunk, start.at)
  const typed = chunk.subarray(start.at, stop)
  const { partial, overlong, hostEnds } = start.scan
  if (stop < chunk.length && partial.length === 0 && !overlong && typed.length <= maxLineBytes)
    return whole(hostEnds, typed, false, start.at, stop + 1)
  const line = append(start.scan, typed)
  if (stop === chunk.length) return more(line, start.at, stop)
  return whole(hostEnds, line.partial, line.overlong, start.at, stop + 1)
}

/** Index of the first CR or backspace, or the end of the chunk. */
function lineStop(chunk: Uint8Array, from: number): number {
  let at = from
  while (at < chunk.length && chunk[at] !== CR && chunk[at] !== BACKSPACE) at++
  return at
}

/** Skips the LF that belongs to a CR, and the CR and LF behind data; learns how the host ends lines. */
function skipLineEnd(scan: Scan, chunk: Uint8Array, from: number): { scan: Scan; at: number } {
  if (!scan.afterCr && scan.swallow === swallowNone) return { scan, at: from }
  let { afterCr, hostEnds } = scan
  let at = from
  if (at < chunk.length && afterCr) {
    hostEnds = chunk[at] === LF ? 'crlf' : 'cr'
    afterCr = false
    if (chunk[at] === LF) at++
  }
  let swallow = scan.swallow
  // Nearly every host that ends its data so sends both at once.
  if (swallow === swallowBoth && chunk[at] === CR && chunk[at + 1] === LF) {
    at += 2
    swallow = swallowNone
  }
  while (at < chunk.length && swallow !== swallowNone) {
    const left = afterByte(swallow, chunk[at]!)
    if (left !== undefined) at++
    swallow = left ?? swallowNone
  }
  return { scan: scanOf(scan.partial, scan.overlong, afterCr, hostEnds, swallow), at }
}

/** What is still swallowed behind this byte; undefined: the byte is not swallowed. */
function afterByte(swallow: Swallow, byte: number): Swallow | undefined {
  if (byte === CR && swallow.cr) return swallow.lf ? swallowLf : swallowNone
  if (byte === LF && swallow.lf) return swallow.cr ? swallowCr : swallowNone
  return undefined
}

/** Index of the `/` that completes `A/` at the start of a line, or -1. */
function repeatAt(partial: Uint8Array, chunk: Uint8Array, from: number): number {
  if (partial.length > 1) return -1
  const slash = partial.length === 1 ? from : from + 1
  const letter = partial.length === 1 ? partial[0]! : chunk[from]!
  return (letter | 0x20) === 0x61 && chunk[slash] === SLASH ? slash : -1
}

/** The slow way, for a line that is edited with backspaces. */
function scanEdited(scan: Scan, chunk: Uint8Array, from: number): Scanned {
  const edited = new Uint8Array(Math.min(maxLineBytes, scan.partial.length + chunk.length - from))
  edited.set(scan.partial)
  let [length, overlong] = [scan.partial.length, scan.overlong]
  const now = (): Scan => withPartial(scan, edited.subarray(0, length), overlong)
  for (let at = from; at < chunk.length; at++) {
    const byte = chunk[at]!
    if (byte === CR) return whole(scan.hostEnds, edited.subarray(0, length), overlong, from, at + 1)
    if (byte === BACKSPACE) length = Math.max(0, length - 1)
    else if (length < 2 && repeatAt(edited.subarray(0, length), chunk, at) === at) return repeat(now(), from, at + 1)
    else if (length === maxLineBytes) overlong = true
    else edited[length++] = byte
  }
  return more(now(), from, chunk.length)
}

const withPartial = (scan: Scan, partial: Uint8Array, overlong = scan.overlong): Scan =>
  scanOf(partial, overlong, scan.afterCr, scan.hostEnds, scan.swallow)

function append(scan: Scan, typed: Uint8Array): Scan {
  if (typed.length === 0) return scan
  const room = maxLineBytes - scan.partial.length
  if (typed.length > room) return withPartial(scan, concat([scan.partial, typed.subarray(0, room)]), true)
  return withPartial(scan, scan.partial.length === 0 ? typed : concat([scan.partial, typed]))
}

const more = (scan: Scan, echoFrom: number, next: number): Scanned => ({
  kind: 'more',
  scan: withPartial(scan, copyOf(scan.partial)),
  line: empty,
  overlong: false,
  echoFrom,
  next,
})

const repeat = (scan: Scan, echoFrom: number, next: number): Scanned => ({
  kind: 'repeat',
  scan: withPartial(scan, empty, false),
  line: empty,
  overlong: false,
  echoFrom,
  next,
})

const whole = (hostEnds: HostEnds, line: Uint8Array, overlong: boolean, echoFrom: number, next: number): Scanned => ({
  kind: 'line',
  scan: scanBetween(true, hostEnds, swallowNone),
  line,
  overlong,
  echoFrom,
  next,
})

export interface Taken {
  /** The data so far, a copy. */
  readonly got: Uint8Array
  /** The bytes of this chunk that are data: `from`…`next`. */
  readonly from: number
  readonly next: number
}

/** Takes up to `wanted` bytes of data in all; at its start one LF may still belong to the command line. */
export function takeData(scan: Scan, got: Uint8Array, wanted: number, chunk: Uint8Array, at: number): Taken {
  const skip = scan.afterCr && scan.hostEnds !== 'cr' && got.length === 0 && chunk[at] === LF ? 1 : 0
  const from = at + skip
  const next = Math.min(chunk.length, from + wanted - got.length)
  const whole = got.length === 0 ? copyOf(chunk, from, next) : concat([got, chunk.subarray(from, next)])
  return { got: whole, from, next }
}

/** The scan behind the first byte of a prompt: the line end of its command is over. */
export const scanInData = (scan: Scan): Scan =>
  scan.afterCr ? scanOf(scan.partial, scan.overlong, false, scan.hostEnds, scan.swallow) : scan

/** The scan behind the last byte of a prompt's data. */
export const scanAfterData = (scan: Scan): Scan =>
  scanOf(scan.partial, scan.overlong, false, scan.hostEnds, swallowBoth)
