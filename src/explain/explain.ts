import { conclude, looksFor } from './conclude.ts'
import type { QuotedRow } from './facts/fact.ts'
import { FactStore } from './facts/fact-store.ts'
import { familyOfProfile, type ModuleFamily } from './facts/family.ts'
import { KnownRuns } from './known-runs.ts'
import type { LogLine } from './lines/line.ts'
import { LogReading } from './read-session.ts'
import { LogRows } from './report/log-rows.ts'
import type { LogReport } from './report/report.ts'

export interface ExplainOptions {
  /** Every cause that fits, also the unlikely ones, instead of the first three. */
  readonly all?: boolean
  /** The built-in profile of the module, for a log that does not tell which one it is: `a76xx`. */
  readonly profile?: string
  /** Keeps the lines of the log for `rows`; of a long one the first and the last thousands. */
  readonly keepsRows?: boolean
}

/** Reads a log piece by piece, in bounded memory, and explains it at its end. */
export class Explainer {
  readonly #options: ExplainOptions
  readonly #store = new FactStore()
  readonly #reading: LogReading
  readonly #given: ModuleFamily | undefined
  readonly #runs: KnownRuns
  readonly #rows = new LogRows()

  /** Throws a `RangeError` for a profile that there is not. */
  constructor(options: ExplainOptions = {}) {
    const { profile, keepsRows = false } = options
    this.#options = options
    this.#given = profile === undefined ? undefined : familyOfProfile(profile)
    this.#runs = new KnownRuns(this.#store, { family: this.#given })
    this.#reading = new LogReading({
      tell: (fact) => this.#runs.add(fact),
      looksFor,
      ...(keepsRows && { hear: ({ row, side, text }: LogLine) => this.#rows.add({ row, side, text }) }),
    })
  }

  feed(bytes: Uint8Array): void {
    this.#reading.feed(bytes)
  }

  end(): LogReport {
    this.#reading.end()
    const { shape, confidence } = this.#reading
    const { all = false } = this.#options
    return conclude(this.#store, { shape, confidence }, { all, family: this.#given }, this.#runs.matches)
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
