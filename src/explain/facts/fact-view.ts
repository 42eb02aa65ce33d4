import type { AttemptFact, Fact, FactKind, FactOf, JudgedFact } from './fact.ts'
import type { FactStore } from './fact-store.ts'
import { familyOf, type ModuleFamily } from './family.ts'

/** Facts that are made of others when a log is over. */
export interface DerivedFacts {
  readonly attempts: readonly AttemptFact[]
  readonly judged: readonly JudgedFact[]
}

/** The facts of a log as rules ask for them. */
export class FactView {
  readonly #store: FactStore
  readonly #derived: DerivedFacts
  readonly family: ModuleFamily | undefined
  /** The store is complete: what was asked for once is kept. */
  readonly #known = new Map<FactKind, Map<string, readonly Fact[]>>()

  /** `given`: the family, whatever the log tells. */
  constructor(
    store: FactStore,
    derive: (store: FactStore, family: ModuleFamily | undefined) => DerivedFacts,
    given?: ModuleFamily,
  ) {
    this.#store = store
    this.family = given ?? familyOf(store)
    this.#derived = derive(store, this.family)
  }

  /** In the order of the log. */
  all<K extends FactKind>(kind: K, name?: string): readonly FactOf<K>[] {
    if (kind === 'attempt') return this.#derived.attempts as readonly Fact[] as readonly FactOf<K>[]
    if (kind === 'judged') return this.#derived.judged as readonly Fact[] as readonly FactOf<K>[]
    return (this.#ofKind(kind).get(name ?? '') ?? this.#find(kind, name)) as readonly FactOf<K>[]
  }

  #find(kind: FactKind, name: string | undefined): readonly Fact[] {
    const found = this.#store.of(kind, name)
    this.#ofKind(kind).set(name ?? '', found)
    return found
  }

  #ofKind(kind: FactKind): Map<string, readonly Fact[]> {
    const known = this.#known.get(kind) ?? new Map<string, readonly Fact[]>()
    this.#known.set(kind, known)
    return known
  }

  some<K extends FactKind>(kind: K, name: string | undefined, where: (fact: FactOf<K>) => boolean): boolean {
    return this.all(kind, name).some(where)
  }
}
