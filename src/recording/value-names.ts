/** Of each kind; the oldest is forgotten, and would have another name if it came again. */
const mostKnown = 100

/** Names for values that are left out: equal values have equal names, so that they are compared. */
export class ValueNames {
  readonly #names = new Map<string, string>()
  /** The values of a kind, the oldest first, and how many there were. */
  readonly #kinds = new Map<string, { readonly values: Set<string>; count: number }>()

  /** `password`, `password2`, … */
  of(value: string, kind: string): string {
    const known = this.#names.get(value)
    if (known !== undefined) return known
    const all = this.#kinds.get(kind) ?? { values: new Set<string>(), count: 0 }
    this.#kinds.set(kind, all)
    all.count++
    const name = all.count === 1 ? kind : `${kind}${all.count}`
    this.#names.set(value, name)
    all.values.add(value)
    const [oldest] = all.values
    if (all.values.size > mostKnown && oldest !== undefined) {
      all.values.delete(oldest)
      this.#names.delete(oldest)
    }
    return name
  }

  /** Values and their names. */
  all(): Iterable<readonly [value: string, name: string]> {
    return this.#names
  }
}
