import type { Adviser, NewAdviser } from '../../at/adviser.ts'
import type { ConsoleTimeline } from './timeline.ts'

/** Lets an adviser hear each line, and makes a row of each cause as it becomes known. */
export class Findings {
  readonly #timeline: ConsoleTimeline
  readonly #newAdviser: NewAdviser
  readonly #advisers = new Map<string, Adviser>()

  constructor(timeline: ConsoleTimeline, newAdviser: NewAdviser) {
    this.#timeline = timeline
    this.#newAdviser = newAdviser
  }

  hear(line: string, side: 'host' | 'module', text: string, ms: number): void {
    if (text === '') return
    const adviser = this.#advisers.get(line) ?? this.#newAdviser(line)
    this.#advisers.set(line, adviser)
    adviser.hear(side, text, ms)
    for (const { id, title, severity, confidence, because, do: todo } of adviser.news())
      this.#timeline.add({ kind: 'finding', t: ms, line, id, title, severity, confidence, because, do: todo })
  }
}
