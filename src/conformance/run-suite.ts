import type { NewAdviser } from '../at/adviser.ts'
import type { Case } from '../transcript/language/cases.ts'
import type { Place } from '../transcript/language/transcript.ts'
import { TranscriptError, TranscriptMismatch } from '../transcript/language/transcript-error.ts'
import { type AdvisedTarget, advisedTarget } from '../transcript/player/advised.ts'
import {
  type CaseOutcome,
  type CaseResult,
  type RunOptions,
  runTranscripts,
  type Target,
} from '../transcript/player/run.ts'
import { riskOf } from './sent-commands.ts'
import { SilentModule } from './silent-module.ts'
import type { SuiteUnit } from './suite-unit.ts'

export interface SuiteOptions extends Omit<RunOptions, 'quietMs'> {
  /** Says why a case failed, as far as its line shows that. */
  readonly newAdviser?: NewAdviser
  /** How long surplus bytes are waited for after a case, and after one that uses a server; ms. */
  readonly quietMs: number
  readonly quietOnlineMs: number
  /** The hint for each missing capability, by its name. */
  readonly hints?: Readonly<Record<string, string>>
}

export interface SuiteEvents {
  /** `before`: how many cases have been done. */
  started?(one: Case, before: number, all: number): void
  result?(result: CaseResult): void
}

/**
 * Plays units one after the other, each to what `target.open` makes of the module: a known state. What goes wrong in one
 * ends that unit. A module that no longer answers ends the run: the next case fails, those behind it are skipped.
 */
export async function runSuite(
  units: readonly SuiteUnit[],
  target: Target,
  options: SuiteOptions,
  events: SuiteEvents = {},
): Promise<readonly SuiteResult[]> {
  const results: SuiteResult[] = []
  const all = units.reduce((sum, { cases }) => sum + cases.length, 0)
  let silent: SilentModule | undefined
  for (const unit of units) {
    events.started?.(unit.cases[0]!, results.length, all)
    const played = await playUnit(unit, target, options, silent)
    silent = played.silent
    for (const result of played.results) {
      results.push(result)
      events.result?.(result)
    }
  }
  return results
}

/** With `advice`: what the line of a case that failed shows, each cause in one line. */
export interface SuiteResult extends CaseResult {
  readonly advice?: readonly string[]
}

interface PlayedUnit {
  readonly results: readonly SuiteResult[]
  readonly silent: SilentModule | undefined
}

async function playUnit(
  unit: SuiteUnit,
  target: Target,
  options: SuiteOptions,
  silent: SilentModule | undefined,
): Promise<PlayedUnit> {
  const risk = target.kind === 'hardware' ? riskOf(unit.transcript) : undefined
  if (risk !== undefined) return { results: unit.cases.map((one) => skipped(one, risk)), silent }
  try {
    const { newAdviser, clock, hints } = options
    const advised = newAdviser && advisedTarget(target, clock, newAdviser)
    const heard = advised?.target ?? target
    const open: Target['open'] = silent ? () => Promise.reject(silent) : (which) => heard.open(which)
    const run = { ...options, quietMs: quietOf(unit, options) }
    const results = await runTranscripts([unit.transcript], { ...target, open }, run)
    return { results: results.map((result) => withHint(withAdvice(result, advised), hints)), silent }
  } catch (error) {
    if (error instanceof SilentModule) return fellSilent(unit, error, silent !== undefined)
    if (error instanceof TranscriptError) return { results: broken(unit, error), silent }
    throw error
  }
}

function withAdvice(result: CaseResult, advised: AdvisedTarget | undefined): SuiteResult {
  const advice = result.outcome.kind === 'failed' ? (advised?.advice() ?? []) : []
  return advice.length > 0 ? { ...result, advice } : result
}

function withHint(result: SuiteResult, hints: SuiteOptions['hints'] = {}): SuiteResult {
  const { outcome } = result
  if (outcome.kind !== 'skipped' || !outcome.reason.startsWith('needs ')) return result
  const known = outcome.reason
    .slice('needs '.length)
    .split(', ')
    .flatMap((name) => hints[name] ?? [])
  if (known.length === 0) return result
  return {
    ...result,
    outcome: { kind: 'skipped', reason: `${outcome.reason}: give ${[...new Set(known)].join(', ')}` },
  }
}

const quietOf = ({ cases }: SuiteUnit, { quietMs, quietOnlineMs }: SuiteOptions): number =>
  cases.some(({ needs }) => needs.length > 0) ? quietOnlineMs : quietMs

function fellSilent({ cases }: SuiteUnit, silent: SilentModule, before: boolean): PlayedUnit {
  const [first, ...others] = cases
  if (before) return { results: cases.map((one) => skipped(one, 'the module fell silent before')), silent }
  return { results: [failed(first!, silent.difference), ...others.map((one) => skipped(one, silent.message))], silent }
}

/** A case that can't be played as written is an error of the suite; it counts as a failure. */
function broken({ cases }: SuiteUnit, { place, message }: TranscriptError): readonly CaseResult[] {
  const guilty = cases.findLast(({ line }) => line <= place.line) ?? cases[0]!
  const difference = { expected: '', got: '', lastSent: undefined, reason: message, rows: [] }
  return cases.map((one) =>
    one === guilty ? failed(one, difference, place) : skipped(one, `line ${place.line} can't be played`),
  )
}

const skipped = (one: Case, reason: string): CaseResult => ({ ...one, outcome: { kind: 'skipped', reason }, ms: 0 })

function failed(one: Case, difference: ConstructorParameters<typeof TranscriptMismatch>[1], place: Place = one) {
  const outcome: CaseOutcome = { kind: 'failed', mismatch: new TranscriptMismatch(place, difference) }
  return { ...one, outcome, ms: 0 }
}
