import { FactStore } from './facts/fact-store.ts'
import { FactView } from './facts/fact-view.ts'
import { LineAssembler } from './lines/assembler.ts'
import type { RowReader } from './readers/reader.ts'
import { chooseReader } from './readers/readers.ts'
import { makeReport } from './report/make-report.ts'
import type { LogReport } from './report/report.ts'
import { selectMatches } from './report/select.ts'
import { successesOf } from './report/successes.ts'
import { RowCutter } from './rows.ts'
import { matchRule } from './rules/match.ts'
import { rules } from './rules/rules.ts'
import { SessionTracker } from './session/tracker.ts'

export interface ExplainOptions {
  /** Every cause that fits, also the unlikely ones, instead of the first three. */
  readonly all?: boolean
}

/** So many rows are looked at to find the shape of a log. */
const sampleRows = 400

const sought = rules.flatMap(({ needs, forbids = [], supports = [] }) =>
  [...needs, ...forbids.map(({ clue }) => clue), ...supports.map(({ clue }) => clue)].flatMap(
    ({ print }) => print ?? [],
  ),
)
const modelName = /A76\d\d|SIM\d{3,4}/
const looksFor = (text: string): boolean => modelName.test(text) || sought.some((pattern) => pattern.test(text))

/** Reads a log piece by piece, in bounded memory, and explains it at its end. */
export class Explainer {
  readonly #options: ExplainOptions
  readonly #cutter = new RowCutter((row) => this.#row(row))
  readonly #store = new FactStore()
  readonly #tracker = new SessionTracker((fact) => this.#store.add(fact), looksFor)
  readonly #lines = new LineAssembler((line) => this.#tracker.take(line))
  #sample: string[] | undefined = []
  #reader: RowReader | undefined
  #log = { shape: 'none', confidence: 0 }
  #row_ = 0

  constructor(options: ExplainOptions = {}) {
    this.#options = options
  }

  feed(bytes: Uint8Array): void {
    this.#cutter.feed(bytes)
  }

  end(): LogReport {
    this.#cutter.end()
    this.#begin()
    this.#lines.end()
    this.#tracker.end()
    const view = new FactView(this.#store)
    const successes = successesOf(view)
    const matches = rules.flatMap((rule) => matchRule(rule, view) ?? [])
    return makeReport(this.#log, view, selectMatches(matches, successes, this.#options.all === true), successes)
  }

  #row(text: string): void {
    if (!this.#sample) return this.#read(text)
    this.#sample.push(text)
    if (this.#sample.length >= sampleRows) this.#begin()
  }

  /** Chooses the reader, and reads the rows that were kept for that. */
  #begin(): void {
    const sample = this.#sample
    this.#sample = undefined
    if (!sample) return
    const chosen = chooseReader(sample)
    if (chosen.confidence > 0) this.#log = { shape: chosen.shape, confidence: chosen.confidence }
    this.#reader = chosen.reader
    for (const text of sample) this.#read(text)
  }

  #read(text: string): void {
    this.#row_++
    for (const piece of this.#reader!.read(text)) this.#lines.feed(piece, this.#row_)
  }
}

/** Explains a whole log. */
export function explain(log: Uint8Array | string, options: ExplainOptions = {}): LogReport {
  const explainer = new Explainer(options)
  explainer.feed(typeof log === 'string' ? new TextEncoder().encode(log) : log)
  return explainer.end()
}
