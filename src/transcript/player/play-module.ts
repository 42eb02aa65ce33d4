import { bytesOf, CR, concat, LF, textOf } from '../../at/syntax/bytes.ts'
import type { Clock } from '../../io/runtime/runtime.ts'
import type { ByteStream } from '../../io/stream.ts'
import { type HoleBytes, type HoleValues, match, type Pattern, valuesOf } from '../language/pattern.ts'
import type { Place, Step, Transcript } from '../language/transcript.ts'
import { TranscriptError, TranscriptMismatch } from '../language/transcript-error.ts'
import { matchBytes } from './byte-pattern.ts'
import { patternText, shown } from './mismatch.ts'
import { createReceiveBuffer, type ReceiveBuffer } from './receive-buffer.ts'
import { sendPaced } from './send.ts'

export interface ModulePlayOptions {
  readonly clock: Clock
  /** Values of holes in what the module says; one with a length and no value is filled with zeros. */
  readonly values?: HoleValues
  /** How long the host is waited for; without limit by default. */
  readonly timeoutMs?: number
  /** True: what was recorded is sent with the pauses it was recorded with. */
  readonly realTime?: boolean
  /** Told of each step when it begins. */
  readonly onStep?: (step: Step) => void
}

interface ModulePlay {
  readonly stream: ByteStream
  readonly options: ModulePlayOptions
  readonly inbox: ReceiveBuffer
  values: HoleBytes
  chunk: { readonly size: number; readonly gapMs: number } | undefined
  lastSent: Uint8Array | undefined
  recorded: { readonly ms: number; readonly now: number } | undefined
}

/**
 * Plays a transcript with the roles swapped, on a stream that it starts: waits for what the host has to send and gives the answers. Rejects with a
 * `TranscriptMismatch` when the host sends something else. In lenient parts it echoes nothing, frames each line by
 * itself, and takes CR LF for CR.
 */
export async function playAsModule(
  transcript: Transcript,
  stream: ByteStream,
  options: ModulePlayOptions,
): Promise<void> {
  const play: ModulePlay = {
    stream,
    options,
    inbox: createReceiveBuffer(stream),
    values: valuesOf(options.values),
    chunk: undefined,
    lastSent: undefined,
    recorded: undefined,
  }
  stream.start({ data: (bytes) => play.inbox.add(bytes) })
  for (const step of transcript.steps) {
    options.onStep?.(step)
    await doStep(play, step)
    if (step.at) play.recorded = { ms: step.at.pieces.at(-1)?.ms ?? step.at.ms, now: options.clock.now() }
  }
  refuseSurplus(play, transcript.steps.at(-1) ?? { fileName: transcript.fileName, line: 1 })
}

async function doStep(play: ModulePlay, step: Step): Promise<void> {
  switch (step.kind) {
    case 'send':
    case 'sendBytes':
      return expectBytes(play, step)
    case 'line':
      return say(play, step, [step.strict ? '' : '\r\n', answer(play, step, step.pattern), '\r\n'])
    case 'bytes':
      return say(play, step, [answer(play, step, step.pattern), step.strict ? '' : '\r\n'])
    case 'prompt':
      return say(play, step, ['\r\n>'])
    case 'anyTime':
      return say(play, step, ['\r\n', ...step.items.flatMap(({ pattern }) => [answer(play, step, pattern), '\r\n'])])
    case 'chunk':
      play.chunk = step.size === undefined ? undefined : { size: step.size, gapMs: step.gapMs }
      return
    case 'delay':
      return new Promise((resolve) => void play.options.clock.after(step.ms, resolve))
    default:
      return
  }
}

/** What stands in a line of the module; holes that say nothing of what to send get the least that fits them. */
function answer({ values }: ModulePlay, step: Place, { pieces }: Pattern): string {
  return pieces
    .map((piece) => {
      if (piece.kind === 'text') return piece.text
      if (piece.kind === 'any') return ''
      if (piece.kind === 'range') return `${piece.low}`
      const value = values.get(piece.name) ?? (piece.length === undefined ? undefined : '0'.repeat(piece.length))
      if (value === undefined) throw new TranscriptError(step, `there is no value for {${piece.name}}.`)
      return value
    })
    .join('')
}

async function say(play: ModulePlay, step: Step, parts: readonly string[]): Promise<void> {
  const { clock, realTime } = play.options
  const bytes = concat(parts.map(bytesOf))
  play.lastSent = bytes
  const timing = realTime && step.at && { at: step.at, since: play.recorded }
  const pace = { ...(play.chunk && { chunk: play.chunk }), ...(timing && { timing }) }
  await sendPaced(bytes, { clock, write: (part) => play.stream.write(part), ...pace })
}

type Sent = Extract<Step, { kind: 'send' | 'sendBytes' }>

async function expectBytes(play: ModulePlay, step: Sent): Promise<void> {
  const { clock, timeoutMs = Number.POSITIVE_INFINITY } = play.options
  const deadline = clock.now() + timeoutMs
  for (;;) {
    const verdict = step.kind === 'send' ? takeLine(play, step) : takeBytes(play, step)
    if (verdict === 'done') return
    if (verdict === 'differs') throw mismatch(play, step, patternText(step.pattern))
    if (!(await moreBefore(play, deadline))) throw mismatch(play, step, patternText(step.pattern), 'not in time')
  }
}

async function moreBefore({ inbox, options: { clock } }: ModulePlay, deadline: number): Promise<boolean> {
  if (deadline === Number.POSITIVE_INFINITY) return inbox.more(neverClock(clock), 0)
  return clock.now() < deadline && inbox.more(clock, deadline - clock.now())
}

/** A deadline that never comes. */
const neverClock = ({ now }: Clock): Clock => ({ now, after: () => () => {} })

type Taken = 'done' | 'wait' | 'differs'

function takeLine(play: ModulePlay, step: Sent): Taken {
  const { inbox } = play
  if (!step.strict) skipLineEnds(inbox)
  const unread = inbox.unread()
  const end = unread.indexOf(CR)
  if (end < 0) return 'wait'
  const values = match(step.pattern, textOf(unread, 0, end), play.values)
  if (!values) return 'differs'
  play.values = values
  inbox.skip(end + 1)
  return 'done'
}

function takeBytes(play: ModulePlay, step: Sent): Taken {
  const { inbox } = play
  if (!step.strict && inbox.lastRead() === CR && inbox.unread()[0] === LF) inbox.skip(1)
  const found = matchBytes(step.pattern, '', inbox.unread(), play.values)
  if (found.verdict !== 'whole') return found.verdict === 'part' ? 'wait' : 'differs'
  play.values = found.values
  inbox.skip(found.length)
  return 'done'
}

function skipLineEnds(inbox: ReceiveBuffer): void {
  while (inbox.unread()[0] === LF || inbox.unread()[0] === CR) inbox.skip(1)
}

function refuseSurplus(play: ModulePlay, last: Place & { readonly strict?: boolean }): void {
  if (!last.strict) skipLineEnds(play.inbox)
  if (play.inbox.unread().length > 0) throw mismatch(play, last, 'nothing more')
}

function mismatch({ inbox, lastSent }: ModulePlay, step: Place, expected: string, reason?: string) {
  const got = shown(inbox.unread())
  const rows = [{ state: 'differs', expected, got }] as const
  return new TranscriptMismatch(step, {
    expected,
    got,
    rows,
    lastSent: lastSent && shown(lastSent),
    ...(reason && { reason }),
  })
}
