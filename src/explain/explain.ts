import { attemptsOf } from './facts/attempts.ts'
import type { QuotedRow } from './facts/fact.ts'
import { FactStore } from './facts/fact-store.ts'
import { FactView } from './facts/fact-view.ts'
import { familyOfProfile, type ModuleFamily } from './facts/family.ts'
import type { LogLine } from './lines/line.ts'
import { matchRule } from './matching/match.ts'
import { judgedIn } from './model/judged.ts'
import { LogReading } from './read-session.ts'
import { LogRows } from './report/log-rows.ts'
import { makeReport } from './report/make-report.ts'
import type { LogReport } from './report/report.ts'
import { selectMatches } from './report/select.ts'
import { successesOf } from './report/successes.ts'
import { rules } from './rules/rules.ts'

export interface ExplainOptions {
  /** Every cause that fits, also the unlikely ones, instead of the first three. */
  readonly all?: boolean
  /** The built-in profile of the module, for a log that does not tell which one it is: `a76xx`. */
  readonly profile?: string
  /** Keeps the lines of the log for `rows`; of a long one the first and the last thousands. */
  readonly keepsRows?: boolean
}

const sought = rules
  .flatMap(({ ways }) => ways)
  .flatMap(({ needs, forbids = [], supports = [] }) => [
    ...needs,
    ...forbids.map(({ clue }) => clue),
    ...supports.map(({ clue }) => clue),
  ])
  .flatMap(({ print }) => print ?? [])
const modelName = /A76\d\d|SIM\d{3,4}/
const looksFor = (text: string): boolean => modelName.test(text) || sought.some((pattern) => pattern.test(text))

/** Reads a log piece by piece, in bounded memory, and explains it at its end. */
export class Explainer {
  readonly #options: ExplainOptions
  readonly #store = new FactStore()
  readonly #reading: LogReading
  readonly #given: ModuleFamily | undefined
  readonly #rows = new LogRows()

  /** Throws a `RangeError` for a profile that there is not. */
  constructor(options: ExplainOptions = {}) {
    const { profile, keepsRows = false } = options
    this.#options = options
    this.#given = profile === undefined ? undefined : familyOfProfile(profile)
    this.#reading = new LogReading({
      tell: (fact) => this.#store.add(fact),
      looksFor,
      ...(keepsRows && { hear: ({ row, side, text }: LogLine) => this.#rows.add({ row, side, text }) }),
    })
  }

  feed(bytes: Uint8Array): void {
    this.#reading.feed(bytes)
  }

  end(): LogReport {
    this.#reading.end()
    const derive = (store: FactStore, family: ModuleFamily | undefined) => ({
      attempts: attemptsOf(store),
      judged: judgedIn(store, family),
    })
    const view = new FactView(this.#store, derive, this.#given)
    const successes = successesOf(view)
    const matches = rules.flatMap((rule) => matchRule(rule, view) ?? [])
    const { shape, confidence } = this.#reading
    const log = { shape: this.#store.isEmpty ? 'none' : shape, confidence }
    return makeReport(log, view, selectMatches(matches, successes, this.#options.all === true), successes)
  }

  /** The lines of the log, in order, as they were read, with `keepsRows`; secrets are `***`. `report`: of `end`. */
  rows(report: LogReport): readonly QuotedRow[] {
    return this.#rows.shown(report.rows)
  }
}

/** Explains a whole log. */
export function explain(log: Uint8Array | string, options: ExplainOptions = {}): LogReport {
  const explainer = new Explainer(options)
  explainer.feed(typeof log === 'string' ? new TextEncoder().encode(log) : log)
  return explainer.end()
}
