import type { Adviser, NewAdviser } from '../../at/adviser.ts'
import type { Clock } from '../../io/runtime/runtime.ts'
import { CountedRows } from '../counted-rows.ts'
import { findingRow } from './finding-row.ts'
import type { ConsoleTimeline } from './timeline.ts'

/** Looking for causes takes a millisecond or two: it is done so often at most. */
const betweenNewsMs = 200

/** Lets an adviser hear each line, and makes a row of each cause soon after it is known. */
export class Findings {
  readonly #timeline: ConsoleTimeline
  readonly #clock: Clock
  readonly #newAdviser: NewAdviser
  readonly #advisers = new Map<string, Adviser>()
  readonly #rows = new Map<string, CountedRows>()
  readonly #heard = new Set<string>()
  #lookedAt = Number.NEGATIVE_INFINITY
  #cancel: (() => void) | undefined

  constructor(timeline: ConsoleTimeline, clock: Clock, newAdviser: NewAdviser) {
    this.#timeline = timeline
    this.#clock = clock
    this.#newAdviser = newAdviser
  }

  /** `seq`: of the row in which the text stands. */
  hear(line: string, side: 'host' | 'module', text: string, seq: number): void {
    if (text === '') return
    const adviser = this.#advisers.get(line) ?? this.#newAdviser(line)
    this.#advisers.set(line, adviser)
    const now = this.#clock.now()
    const rows = this.#rows.get(line) ?? new CountedRows()
    this.#rows.set(line, rows)
    rows.count(side, text, seq)
    adviser.hear(side, text, now)
    this.#heard.add(line)
    const wait = this.#lookedAt + betweenNewsMs - now
    if (wait <= 0) this.#look()
    else this.#cancel ??= this.#clock.after(wait, () => this.#look())
  }

  stop(): void {
    this.#cancel?.()
  }

  #look(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#lookedAt = this.#clock.now()
    for (const line of this.#heard)
      for (const cause of this.#advisers.get(line)!.news()) {
        const seqs = this.#rows.get(line)!.seqsOf(cause.rows)
        this.#timeline.add(findingRow(line, cause, seqs, this.#timeline.history))
      }
    this.#heard.clear()
  }
}
