import { bytesOf, concat } from '../../at/syntax/bytes.ts'
import type { Clock } from '../../io/runtime/runtime.ts'
import type { ByteStream } from '../../io/stream.ts'
import { fill, type HoleValues, type Pattern, valuesOf } from '../language/pattern.ts'
import type { Place, Step, Transcript } from '../language/transcript.ts'
import { TranscriptError } from '../language/transcript-error.ts'
import { createEchoes } from './echoes.ts'
import { itemText } from './mismatch.ts'
import { PeerDifference, peerMismatch } from './peer-difference.ts'
import { awaitStep, fitted, quiet, type Receiving } from './receive.ts'
import { createReceiveBuffer } from './receive-buffer.ts'
import { sendPaced } from './send.ts'

export interface PlayOptions {
  readonly clock: Clock
  /** Values of the `{name}` holes: `{ broker: '127.0.0.1:1883' }`. */
  readonly values?: HoleValues
  /** How long a step without `within` is waited for; 10 s by default. */
  readonly timeoutMs?: number
  /** False: nothing that comes back is taken for the echo of what was sent. */
  readonly echo?: boolean
  /** How long to listen for surplus bytes after the last step; 0 by default: only what is there by then. */
  readonly quietMs?: number
  /** Cuts what is sent into the writes it leaves in; `offset` bytes have been sent before in this play. `@chunk` goes first. */
  readonly split?: (bytes: Uint8Array, offset: number) => readonly Uint8Array[]
  /** True: what was recorded is sent with the pauses it was recorded with. */
  readonly realTime?: boolean
  /** Does what `@fault` says; without it such a step is an error. */
  readonly fault?: (name: string, parameters: unknown) => void | Promise<void>
  /** Does what `@peer` says, and rejects with a `PeerDifference` where the peer got something else. */
  readonly peer?: (name: string, parameters: unknown) => void | Promise<void>
}

/** Plays steps one by one; each call rejects with a `TranscriptMismatch` where the answers differ. */
export interface Player {
  /** `ahead`: the steps behind it, for messages. */
  play(step: Step, ahead?: readonly Step[]): Promise<void>
  /** Waits for open `~` blocks, and makes sure that nothing more comes. */
  finish(last: Place): Promise<void>
  /** What the holes are bound to. */
  values(): HoleValues
}

interface Play extends Receiving {
  readonly stream: ByteStream
  readonly options: PlayOptions
  readonly timeoutMs: number
  ahead: readonly Step[]
  sentBytes: number
  lastSent: Uint8Array | undefined
  chunk: { readonly size: number; readonly gapMs: number } | undefined
  /** When the last step was recorded, and when it was done here. */
  recorded: { readonly ms: number; readonly now: number } | undefined
}

const defaultTimeoutMs = 10_000

/** Plays a transcript to the module at the other end of a stream, which it starts; rejects with a `TranscriptMismatch` where the answers differ. */
export async function playTranscript(transcript: Transcript, stream: ByteStream, options: PlayOptions): Promise<void> {
  const player = createPlayer(stream, options)
  const { steps, fileName } = transcript
  for (const [i, step] of steps.entries()) await player.play(step, steps.slice(i + 1, i + 20))
  await player.finish(steps.at(-1) ?? { fileName, line: 1 })
}

/** The player is the host. It starts the stream; whoever opened it closes it. */
export function createPlayer(stream: ByteStream, options: PlayOptions): Player {
  const play = createPlay(stream, options)
  stream.start({ data: (bytes) => play.inbox.add(bytes) })
  return {
    async play(step, ahead = []) {
      play.ahead = ahead
      await doStep(play, step)
      if (step.at) play.recorded = { ms: step.at.pieces.at(-1)?.ms ?? step.at.ms, now: options.clock.now() }
    },
    async finish(last) {
      play.ahead = []
      await awaitStep(play, { ...last, kind: 'settle' }, play.timeoutMs)
      if (options.quietMs) await quiet(play, options.quietMs)
      await awaitStep(play, { ...last, kind: 'end' }, 0)
    },
    values: () => Object.fromEntries([...play.values].map(([name, value]) => [name, bytesOf(value)])),
  }
}

function createPlay(stream: ByteStream, options: PlayOptions): Play {
  const play: Play = {
    stream,
    options,
    timeoutMs: options.timeoutMs ?? defaultTimeoutMs,
    inbox: createReceiveBuffer(stream),
    echoes: createEchoes(),
    awaited: [],
    values: valuesOf(options.values),
    rows: [],
    ahead: [],
    sentBytes: 0,
    lastSent: undefined,
    chunk: undefined,
    recorded: undefined,
    tookItem: (item) => fitted(play, itemText(item)),
  }
  return play
}

async function doStep(play: Play, step: Step): Promise<void> {
  switch (step.kind) {
    case 'send':
      return send(play, step, concat([filled(play, step, step.pattern), bytesOf('\r')]))
    case 'sendBytes':
      return send(play, step, filled(play, step, step.pattern))
    case 'anyTime':
      play.awaited.push({ step, deadline: deadlineOf(play, step.withinMs), read: 0 })
      return
    case 'chunk':
      play.chunk = step.size === undefined ? undefined : { size: step.size, gapMs: step.gapMs }
      return
    case 'delay':
      return pause(play.options.clock, step.ms)
    case 'echo':
      return setEcho(play, step)
    case 'fault':
    case 'peer':
      return tell(play, step)
    case 'line':
      return awaitStep(play, step, step.withinMs ?? limitOf(play, step))
    default:
      return awaitStep(play, step, limitOf(play, step))
  }
}

/** What was recorded may take twice as long as it took then. */
function limitOf({ timeoutMs, recorded }: Play, { at }: Step): number {
  return Math.max(timeoutMs, at && recorded ? 2 * (at.ms - recorded.ms) : 0)
}

function deadlineOf({ options }: Play, withinMs: number | undefined): number | undefined {
  return withinMs === undefined ? undefined : options.clock.now() + withinMs
}

/** In bytes the length of a value is checked: the module has been told how many bytes come. */
function filled({ values }: Play, step: Extract<Step, { kind: 'send' | 'sendBytes' }>, pattern: Pattern): Uint8Array {
  const result = fill(pattern, values, step.kind === 'sendBytes')
  if ('bytes' in result) return result.bytes
  const { name, length } = result
  if (length === undefined) throw new TranscriptError(step, `there is no value for {${name}}.`)
  throw new TranscriptError(step, `the value of {${name}:${length}} has another length; the module was told ${length}.`)
}

async function send(play: Play, step: Step, bytes: Uint8Array): Promise<void> {
  const { echo = true, clock, realTime } = play.options
  const offset = play.sentBytes
  play.sentBytes += bytes.length
  play.lastSent = bytes
  play.rows = []
  play.inbox.takeRead()
  if (echo && !step.strict) play.echoes.sent(bytes, step.kind === 'send' ? 'line' : 'data')
  const timing = realTime && step.at && { at: step.at, since: play.recorded }
  const split = play.options.split && ((whole: Uint8Array) => play.options.split!(whole, offset))
  const chunk = play.chunk ?? (split && { split })
  await sendPaced(bytes, {
    clock,
    write: (part) => play.stream.write(part),
    ...(chunk && { chunk }),
    ...(timing && { timing }),
  })
}

/** Its answer may be anything that ends with `OK`, with an echo or without. */
async function setEcho(
  play: Play,
  { on, strict: _, at: __, ...place }: Extract<Step, { kind: 'echo' }>,
): Promise<void> {
  const pattern = (text: string): Pattern => ({ source: text, pieces: [{ kind: 'text', text }] })
  const line = on ? 'ATE1' : 'ATE0'
  await send(play, { ...place, kind: 'send', pattern: pattern(line) }, bytesOf(`${line}\r`))
  await awaitStep(play, { ...place, kind: 'line', pattern: pattern('OK') }, play.timeoutMs)
}

const nobody = {
  fault: (name: string) => `the fault ${name} can't be injected here.`,
  peer: (name: string) => `there is no peer here to be told ${name}.`,
}

async function tell({ options, lastSent }: Play, step: Extract<Step, { kind: 'fault' | 'peer' }>): Promise<void> {
  const listener = options[step.kind]
  if (!listener) throw new TranscriptError(step, nobody[step.kind](step.name))
  try {
    await listener(step.name, step.parameters)
  } catch (error) {
    if (error instanceof PeerDifference) throw peerMismatch(step, error, lastSent)
    throw new TranscriptError(step, error instanceof Error ? error.message : String(error))
  }
}

function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.after(ms, resolve))
}
