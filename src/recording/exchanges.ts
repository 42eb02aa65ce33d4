import { concat } from '../at/syntax/bytes.ts'
import type { Clock } from '../io/runtime/runtime.ts'
import type { ByteStream } from '../io/stream.ts'
import { faulty } from '../io/wrappers/faulty.ts'
import { shared } from '../io/wrappers/shared.ts'
import type { HoleValues } from '../transcript/language/pattern.ts'
import type { Place, Step, Transcript } from '../transcript/language/transcript.ts'
import { TranscriptError, TranscriptMismatch } from '../transcript/language/transcript-error.ts'
import { createPlayer, type Player } from '../transcript/player/play.ts'

/** Something that was sent, and everything that came before the next thing was sent. */
export interface RecordedExchange {
  /** Undefined: what came before anything was sent. */
  readonly step: Step | undefined
  readonly sent: Uint8Array
  readonly got: Uint8Array
}

export interface ExchangeOptions {
  readonly clock: Clock
  readonly values: HoleValues
  /** How long the line must be silent before the next thing is sent, and after an unexpected answer; ms. */
  readonly quietMs: number
  readonly confusedMs: number
  readonly timeoutMs?: number
}

/** Which exchange a byte belongs to, in both directions. */
interface Tee {
  /** For the next player. */
  take(): ByteStream
  /** What came since the last call. */
  takeGot(): Uint8Array
  takeSent(): Uint8Array
  /** What came and went so far belongs to no exchange. */
  forget(): void
  /** When the last byte came. */
  lastAt(): number
}

/**
 * Sends what a transcript sends, whatever comes back: the transcript's answers only tell how long to wait. Returns what
 * came, grouped by what was sent before it.
 */
export async function exchangesOf(
  { steps, fileName }: Transcript,
  stream: ByteStream,
  options: ExchangeOptions,
): Promise<readonly RecordedExchange[]> {
  const tee = teeOver(stream, options.clock)
  const exchanges: RecordedExchange[] = []
  let player = createPlayer(tee.take(), options)
  const groups = groupsOf(steps)
  for (const group of groups) {
    const end = group === groups.at(-1) ? (group.at(-1) ?? { fileName, line: 1 }) : undefined
    const fitted = await playGroup(player, tee, group, end)
    await silence(tee, options.clock, fitted ? options.quietMs : options.confusedMs)
    if (!fitted) player = createPlayer(tee.take(), { ...options, values: player.values() })
    const [first] = group
    const step = first && isSending(first) ? first : undefined
    const [sent, got] = [tee.takeSent(), tee.takeGot()]
    if (step || got.length > 0) exchanges.push({ step, sent, got })
  }
  return exchanges
}

const isSending = ({ kind }: Step): boolean => kind === 'send' || kind === 'sendBytes'

/** Each thing that is sent, with what stands behind it. */
function groupsOf(steps: readonly Step[]): readonly (readonly Step[])[] {
  const groups: Step[][] = [[]]
  for (const step of steps) {
    if (isSending(step)) groups.push([])
    groups.at(-1)!.push(step)
  }
  return groups
}

/** False: the answer was another one. `end`: it is the last group. */
async function playGroup(player: Player, tee: Tee, group: readonly Step[], end: Place | undefined): Promise<boolean> {
  try {
    for (const step of group) {
      await player.play(step)
      if (step.kind === 'echo') tee.forget()
    }
    if (end) await player.finish(end)
    return true
  } catch (error) {
    // The answer did not bind a hole of this step, so it can't be sent.
    if (error instanceof TranscriptMismatch || error instanceof TranscriptError) return false
    throw error
  }
}

function teeOver(stream: ByteStream, clock: Clock): Tee {
  let got: Uint8Array[] = []
  let sent: Uint8Array[] = []
  let lastAt = clock.now()
  const tapped = faulty(stream)
  tapped.tap('in', {
    take(bytes, pass) {
      got.push(bytes.slice())
      lastAt = clock.now()
      pass(bytes)
    },
  })
  tapped.tap('out', {
    take(bytes, pass) {
      sent.push(bytes)
      pass(bytes)
    },
  })
  const line = shared(tapped)
  return {
    take: () => line.take(),
    takeGot() {
      const all = concat(got)
      got = []
      return all
    },
    takeSent() {
      const all = concat(sent)
      sent = []
      return all
    },
    forget() {
      got = []
      sent = []
    },
    lastAt: () => lastAt,
  }
}

async function silence(tee: Tee, clock: Clock, quietMs: number): Promise<void> {
  const began = clock.now()
  for (;;) {
    const remaining = Math.max(tee.lastAt(), began) + quietMs - clock.now()
    if (remaining <= 0) return
    await new Promise<void>((resolve) => void clock.after(remaining, resolve))
  }
}
