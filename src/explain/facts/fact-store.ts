import type { Fact, FactKind, FactOf } from './fact.ts'

/** So many of the first and of the last of a kind and name are kept: a log may be longer than memory. */
const keptFirst = 150
const keptLast = 150

class Bounded<T> {
  readonly #first: T[] = []
  #last: T[] = []
  count = 0

  add(item: T): void {
    this.count++
    if (this.#first.length < keptFirst) this.#first.push(item)
    else this.#last.push(item)
    if (this.#last.length >= 2 * keptLast) this.#last = this.#last.slice(-keptLast)
  }

  all(): readonly T[] {
    return this.#last.length === 0 ? this.#first : [...this.#first, ...this.#last.slice(-keptLast)]
  }
}

/** What is known of a log: the first and the last facts of each kind and name, and how many there were. */
export class FactStore {
  readonly #lists = new Map<string, Bounded<Fact>>()

  add(fact: Fact): void {
    const key = keyOf(fact.kind, 'name' in fact ? fact.name : '')
    const list = this.#lists.get(key) ?? new Bounded<Fact>()
    this.#lists.set(key, list)
    list.add(fact)
  }

  /** In the order of the log. Without a name: of all names. */
  of<K extends FactKind>(kind: K, name?: string): readonly FactOf<K>[] {
    if (name !== undefined) return (this.#lists.get(keyOf(kind, name))?.all() ?? []) as readonly FactOf<K>[]
    const lists = [...this.#lists].filter(([key]) => key.startsWith(`${kind} `)).map(([, list]) => list.all())
    if (lists.length === 1) return lists[0] as readonly FactOf<K>[]
    return lists.flat().sort((one, other) => one.at - other.at) as unknown as readonly FactOf<K>[]
  }

  get isEmpty(): boolean {
    return this.#lists.size === 0
  }

  count(kind: FactKind, name = ''): number {
    return this.#lists.get(keyOf(kind, name))?.count ?? 0
  }
}

const keyOf = (kind: FactKind, name: string): string => `${kind} ${name}`
