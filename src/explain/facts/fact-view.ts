import { attemptsOf } from './attempts.ts'
import type { ConnectAttempt, FactKind, FactOf } from './fact.ts'
import type { FactStore } from './fact-store.ts'
import { familyOf, type ModuleFamily } from './family.ts'

/** The facts of a log as rules ask for them. */
export class FactView {
  readonly #store: FactStore
  readonly family: ModuleFamily | undefined
  readonly #attempts: readonly ConnectAttempt[]

  constructor(store: FactStore) {
    this.#store = store
    this.family = familyOf(store)
    this.#attempts = attemptsOf(store)
  }

  /** In the order of the log. */
  all<K extends FactKind>(kind: K, name?: string): readonly FactOf<K>[] {
    return kind === 'attempt'
      ? (this.#attempts as readonly unknown[] as readonly FactOf<K>[])
      : this.#store.of(kind, name)
  }

  some<K extends FactKind>(kind: K, name: string | undefined, where: (fact: FactOf<K>) => boolean): boolean {
    return this.all(kind, name).some(where)
  }
}
