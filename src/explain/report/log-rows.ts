import type { QuotedRow } from '../facts/fact.ts'
import { shownRows } from './log-mask.ts'

/** So many of the first and of the last rows of a log are shown in a page. */
const keptAtEach = 4000

/** The rows of a log to show beside what was found: all of a short log, the first and the last ones of a long one. */
export class LogRows {
  readonly #first: QuotedRow[] = []
  #last: QuotedRow[] = []

  add(row: QuotedRow): void {
    if (this.#first.length < keptAtEach) this.#first.push(row)
    else this.#last.push(row)
    if (this.#last.length >= 2 * keptAtEach) this.#last = this.#last.slice(-keptAtEach)
  }

  /** As text to show, with those of the middle that a finding stands on. */
  shown(quoted: readonly QuotedRow[]): readonly QuotedRow[] {
    const last = this.#last.slice(-keptAtEach)
    const from = this.#first.at(-1)?.row ?? 0
    const to = last[0]?.row ?? 0
    return shownRows([...this.#first, ...quoted.filter(({ row }) => row > from && row < to), ...last])
  }
}
