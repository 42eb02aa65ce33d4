import { type Conclusions, matchesSoFar } from './conclude.ts'
import type { Fact } from './facts/fact.ts'
import type { FactStore } from './facts/fact-store.ts'
import type { Match } from './matching/match.ts'
import { surest } from './report/select.ts'
import { mayTell } from './session/may-tell.ts'
import { RunWatch } from './session/run-watch.ts'

/** So many runs of a log are looked at one by one. */
const mostRuns = 60

/** Takes the facts of a log, and keeps what each of its runs but the last one meant when it ended. */
export class KnownRuns {
  readonly #store: FactStore
  readonly #known: Pick<Conclusions, 'family' | 'without'>
  readonly #runs = new RunWatch()
  #matches: readonly Match[] = []
  #count = 0
  #isNew = false

  constructor(store: FactStore, known: Pick<Conclusions, 'family' | 'without'>) {
    this.#store = store
    this.#known = known
  }

  /** Of all runs that have ended. */
  get matches(): readonly Match[] {
    return this.#matches
  }

  add(fact: Fact): void {
    if (this.#runs.hear(fact) && this.#isNew && this.#count < mostRuns) this.#end()
    this.#store.add(fact)
    this.#isNew ||= mayTell(fact)
  }

  #end(): void {
    this.#count++
    this.#isNew = false
    this.#matches = surest([...this.#matches, ...matchesSoFar(this.#store, this.#known)])
  }
}
