import { bytesOf, concat, textOf } from '../at/bytes/bytes.ts'
import type { Clock } from '../io/runtime.ts'
import { createEchoes } from './echoes.ts'
import { createInbox } from './inbox.ts'
import { mismatch } from './mismatch.ts'
import { fill, type Pattern } from './pattern.ts'
import { type Awaited, type Expected, type Reader, readNext } from './reader.ts'
import type { Place, Step, Transcript } from './transcript.ts'
import { TranscriptError } from './transcript-error.ts'

/** The host's side of a line to a module: the player is the host. */
export interface HostLine {
  write(bytes: Uint8Array): void
  /** Called once, before anything is written; what comes after the play goes nowhere. */
  onData(callback: (bytes: Uint8Array) => void): void
}

export interface PlayOptions {
  readonly clock: Clock
  /** Values of the `{name}` holes: `{ broker: '127.0.0.1:1883' }`. */
  readonly values?: Readonly<Record<string, string>>
  /** How long a step without `within` is waited for; 10 s by default. */
  readonly timeoutMs?: number
  /** False: nothing that comes back is taken for the echo of what was sent. */
  readonly echo?: boolean
  /** How long to listen for surplus bytes after the last step; 0 by default: only what is there by then. */
  readonly quietMs?: number
  /** Cuts what is sent into the writes it leaves in; `offset` bytes have been sent before in this play. */
  readonly split?: (bytes: Uint8Array, offset: number) => readonly Uint8Array[]
}

interface Play extends Reader {
  readonly line: HostLine
  readonly options: PlayOptions
  readonly timeoutMs: number
  sentBytes: number
  lastSent: Uint8Array | undefined
}

const defaultTimeoutMs = 10_000

/** Plays a transcript to a module; rejects with a `TranscriptMismatch` where the answers differ. */
export async function playTranscript(transcript: Transcript, line: HostLine, options: PlayOptions): Promise<void> {
  const play = createPlay(line, options)
  line.onData((bytes) => play.inbox.add(bytes))
  for (const step of transcript.steps) await doStep(play, step)
  const end = transcript.steps.at(-1) ?? { fileName: transcript.fileName, line: 1 }
  await receive(play, { ...end, kind: 'settle' }, play.timeoutMs)
  if (options.quietMs) await quiet(play, options.quietMs)
  await receive(play, { ...end, kind: 'end' }, 0)
}

function createPlay(line: HostLine, options: PlayOptions): Play {
  const values = Object.entries(options.values ?? {}).map(([name, value]) => [name, byteText(value)] as const)
  return {
    line,
    options,
    timeoutMs: options.timeoutMs ?? defaultTimeoutMs,
    inbox: createInbox(),
    echoes: createEchoes(),
    awaited: [],
    values: new Map(values),
    sentBytes: 0,
    lastSent: undefined,
  }
}

async function doStep(play: Play, step: Step): Promise<void> {
  switch (step.kind) {
    case 'send':
      return send(play, concat([sentLine(play, step, step.pattern), bytesOf('\r')]), 'line')
    case 'sendBytes':
      return send(play, step.bytes, 'data')
    case 'anyTime':
      play.awaited.push({ step, deadline: deadlineOf(play, step.withinMs), read: 0 })
      return
    case 'line':
      return receive(play, step, step.withinMs ?? play.timeoutMs)
    default:
      return receive(play, step, play.timeoutMs)
  }
}

function deadlineOf({ options }: Play, withinMs: number | undefined): number | undefined {
  return withinMs === undefined ? undefined : options.clock.now() + withinMs
}

function sentLine(play: Play, step: Place, pattern: Pattern): Uint8Array {
  const filled = fill(pattern, play.values)
  if ('missing' in filled) throw new TranscriptError(step, `there is no value for {${filled.missing}}.`)
  return bytesOf(filled.text)
}

function send(play: Play, bytes: Uint8Array, kind: 'line' | 'data'): void {
  const { split = (whole) => [whole], echo = true } = play.options
  const offset = play.sentBytes
  play.sentBytes += bytes.length
  play.lastSent = bytes
  if (echo) play.echoes.sent(bytes, kind)
  for (const part of split(bytes, offset)) play.line.write(part)
}

async function quiet({ inbox, options }: Play, quietMs: number): Promise<void> {
  const { clock } = options
  const end = clock.now() + quietMs
  while (clock.now() < end && (await inbox.more(clock, end - clock.now()))) {}
}

async function receive(play: Play, expected: Expected, limitMs: number): Promise<void> {
  const { clock } = play.options
  const deadline = clock.now() + limitMs
  for (;;) {
    const limit = nextLimit(play, expected, deadline)
    const overdue = limit.awaited && limit.at < clock.now()
    const verdict = overdue ? 'wait' : readNext(play, expected)
    if (verdict === 'done') return
    if (verdict === 'again') continue
    if (verdict === 'differs') throw mismatch(play, expected, play.lastSent)
    const remaining = limit.at - clock.now()
    if (remaining > 0 && (await play.inbox.more(clock, remaining))) continue
    throw mismatch(play, limit.awaited?.step ?? expected, play.lastSent, 'not in time')
  }
}

/** What is due first: the step itself or a `~` block with a limit of its own. */
function nextLimit({ awaited }: Play, expected: Expected, deadline: number): { at: number; awaited?: Awaited } {
  const settling = expected.kind === 'settle' ? awaited.find((block) => block.deadline === undefined) : undefined
  let limit: { at: number; awaited?: Awaited } = { at: deadline, ...(settling && { awaited: settling }) }
  if (expected.kind === 'settle' && !settling) limit.at = Number.POSITIVE_INFINITY
  for (const block of awaited) {
    if (block.deadline !== undefined && block.deadline < limit.at) limit = { at: block.deadline, awaited: block }
  }
  return limit
}

function byteText(value: string): string {
  return textOf(new TextEncoder().encode(value))
}
