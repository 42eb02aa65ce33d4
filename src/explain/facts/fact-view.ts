import type { Fact, FactKind, FactOf } from './fact.ts'
import type { FactStore } from './fact-store.ts'
import { familyOf, type ModuleFamily } from './family.ts'

/** The facts of a log as rules ask for them. */
export class FactView {
  readonly #store: FactStore
  readonly family: ModuleFamily | undefined

  constructor(store: FactStore) {
    this.#store = store
    this.family = familyOf(store)
  }

  /** In the order of the log. */
  all<K extends FactKind>(kind: K, name?: string): readonly FactOf<K>[] {
    return this.#store.of(kind, name)
  }

  first<K extends FactKind>(
    kind: K,
    name?: string,
    where: (fact: FactOf<K>) => boolean = anyOne,
  ): FactOf<K> | undefined {
    return this.all(kind, name).find(where)
  }

  last<K extends FactKind>(
    kind: K,
    name?: string,
    where: (fact: FactOf<K>) => boolean = anyOne,
  ): FactOf<K> | undefined {
    return this.all(kind, name).findLast(where)
  }

  /** The last value that was written with a command before a fact, such as enableSNI of a context. */
  lastArg(name: string, before: Fact, pick: (args: readonly string[]) => string | undefined): string | undefined {
    const writes = this.all('exchange', name).filter(({ form, at }) => form === 'write' && at < before.at)
    return writes.map(({ args }) => pick(args)).findLast((value) => value !== undefined)
  }
}

const anyOne = (): boolean => true
