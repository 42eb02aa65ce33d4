import type { ByteStream } from '../../io/stream.ts'
import { type Case, type Part, partsOf } from '../language/cases.ts'
import { reasonToSkip, type TestEnvironment } from '../language/conditions.ts'
import type { HoleValues } from '../language/pattern.ts'
import type { Transcript } from '../language/transcript.ts'
import { TranscriptMismatch } from '../language/transcript-error.ts'
import { createPlayer, type PlayOptions } from './play.ts'

/** A module that was opened for one transcript. */
export interface OpenedModule {
  readonly stream: ByteStream
  /** Does what `@fault` says. */
  readonly fault?: PlayOptions['fault']
  /** Does what `@peer` says. */
  readonly peer?: PlayOptions['peer']
  close(): Promise<void>
}

/** A module to play to. */
export interface Target extends TestEnvironment {
  /** Values of holes: addresses, and what was set by hand. */
  readonly values: HoleValues
  open(transcript: Transcript): Promise<OpenedModule>
}

export type CaseOutcome =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly mismatch: TranscriptMismatch }
  | { readonly kind: 'skipped'; readonly reason: string }

export interface CaseResult extends Case {
  readonly outcome: CaseOutcome
  /** How long it took. */
  readonly ms: number
}

/** What happens while transcripts are played. */
export interface RunEvents {
  started?(transcript: Transcript): void
  result?(result: CaseResult): void
}

export interface CaseCounts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

export type RunOptions = Omit<PlayOptions, 'values' | 'fault' | 'peer'>

/** Plays transcripts one after the other; a failure ends its file, not the run. Rejects for errors that are not the module's answer. */
export async function runTranscripts(
  transcripts: readonly Transcript[],
  target: Target,
  options: RunOptions,
  events: RunEvents = {},
): Promise<readonly CaseResult[]> {
  const results: CaseResult[] = []
  for (const transcript of transcripts) {
    events.started?.(transcript)
    for (const result of await runTranscript(transcript, target, options)) {
      results.push(result)
      events.result?.(result)
    }
  }
  return results
}

export function countResults(results: readonly CaseResult[]): CaseCounts {
  const count = (kind: CaseOutcome['kind']) => results.filter(({ outcome }) => outcome.kind === kind).length
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped') }
}

async function runTranscript(
  transcript: Transcript,
  target: Target,
  options: RunOptions,
): Promise<readonly CaseResult[]> {
  const whole = reasonToSkip(transcript.conditions, [], target)
  const planned = partsOf(transcript).map((part) => ({
    part,
    reason: whole ?? reasonToSkip(part.about.conditions, part.steps, target),
  }))
  // When the steps around blocks have failed, the blocks can't be played.
  const around = planned.find(({ part }) => !part.isBlock)?.reason
  const parts = planned.filter(({ reason }) => reason === undefined && around === undefined).map(({ part }) => part)
  const played = parts.length > 0 ? await playParts(transcript, parts, target, options) : undefined
  return planned.map(({ part, reason }) => {
    const skip = reason ?? around
    if (skip === undefined) return played!.get(part)!
    return { ...part.about, outcome: { kind: 'skipped', reason: skip }, ms: 0 }
  })
}

async function playParts(
  transcript: Transcript,
  parts: readonly Part[],
  target: Target,
  options: RunOptions,
): Promise<ReadonlyMap<Part, CaseResult>> {
  const opened = await target.open(transcript)
  try {
    const { stream, fault, peer } = opened
    const told = { ...(fault && { fault }), ...(peer && { peer }) }
    const play = { stream, options: { ...options, ...told, values: target.values } }
    return resultsOf(parts, await playSteps(transcript, parts, play))
  } finally {
    await opened.close()
  }
}

/** The outcome of a play. */
interface Played {
  readonly spentMs: ReadonlyMap<Part, number>
  readonly reached: ReadonlySet<Part>
  readonly failure: TranscriptMismatch | undefined
}

const aheadSteps = 20

async function playSteps(
  { steps, fileName }: Transcript,
  parts: readonly Part[],
  { stream, options }: { readonly stream: ByteStream; readonly options: PlayOptions },
): Promise<Played> {
  const player = createPlayer(stream, options)
  const todo = steps.flatMap((step) => {
    const part = parts.find(({ has }) => has(step.line))
    return part ? [{ step, part }] : []
  })
  const unplayed = new Map(parts.map((part) => [part, part.steps.length]))
  const spentMs = new Map<Part, number>()
  const played = (failure?: TranscriptMismatch): Played => ({
    spentMs,
    reached: new Set(parts.filter((part) => unplayed.get(part) === 0)),
    failure,
  })
  try {
    for (const [i, { step, part }] of todo.entries()) {
      const began = options.clock.now()
      const ahead = todo.slice(i + 1, i + 1 + aheadSteps).map((next) => next.step)
      await player.play(step, ahead)
      spentMs.set(part, (spentMs.get(part) ?? 0) + options.clock.now() - began)
      unplayed.set(part, unplayed.get(part)! - 1)
    }
    await player.finish(todo.at(-1)?.step ?? { fileName, line: 1 })
    return played()
  } catch (error) {
    if (error instanceof TranscriptMismatch) return played(error)
    throw error
  }
}

function resultsOf(parts: readonly Part[], { spentMs, reached, failure }: Played): ReadonlyMap<Part, CaseResult> {
  return new Map(
    parts.map((part) => {
      const outcome = outcomeOf(part, reached.has(part), failure)
      return [part, { ...part.about, outcome, ms: spentMs.get(part) ?? 0 }] as const
    }),
  )
}

function outcomeOf(part: Part, reached: boolean, failure: TranscriptMismatch | undefined): CaseOutcome {
  if (failure && part.has(failure.place.line)) return { kind: 'failed', mismatch: failure }
  if (failure && !reached) return { kind: 'skipped', reason: `is not reached: line ${failure.place.line} differs` }
  return { kind: 'passed' }
}
