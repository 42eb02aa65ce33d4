import type { Adviser, NewAdviser } from '../../at/adviser.ts'
import type { Clock } from '../../io/runtime/runtime.ts'
import type { ConsoleTimeline } from './timeline.ts'

/** Looking for causes takes a millisecond or two: it is done so often at most. */
const betweenNewsMs = 200

/** Lets an adviser hear each line, and makes a row of each cause soon after it is known. */
export class Findings {
  readonly #timeline: ConsoleTimeline
  readonly #clock: Clock
  readonly #newAdviser: NewAdviser
  readonly #advisers = new Map<string, Adviser>()
  readonly #heard = new Set<string>()
  #lookedAt = Number.NEGATIVE_INFINITY
  #cancel: (() => void) | undefined

  constructor(timeline: ConsoleTimeline, clock: Clock, newAdviser: NewAdviser) {
    this.#timeline = timeline
    this.#clock = clock
    this.#newAdviser = newAdviser
  }

  hear(line: string, side: 'host' | 'module', text: string): void {
    if (text === '') return
    const adviser = this.#advisers.get(line) ?? this.#newAdviser(line)
    this.#advisers.set(line, adviser)
    const now = this.#clock.now()
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
      for (const { id, title, severity, confidence, because, do: todo } of this.#advisers.get(line)!.news())
        this.#timeline.add({ kind: 'finding', line, id, title, severity, confidence, because, do: todo })
    this.#heard.clear()
  }
}
