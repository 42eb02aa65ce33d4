/** A setting of the module's environment that several faults may want to hold at once. */
export interface Setting<T> {
  readonly name: string
  /** As it is now. */
  read(): T
  apply(value: T): void
  /** Combines the values of all faults that hold it; by default the newest one wins. */
  combine?(before: T, wanted: readonly T[]): T
}

interface Held {
  readonly before: unknown
  readonly wanted: { readonly value: unknown }[]
}

/** Which fault holds which setting. When no fault holds it any more, the setting is as it was before the first. */
export class Holds {
  readonly #held = new Map<string, Held>()

  /** The returned function releases it. */
  hold<T>(setting: Setting<T>, value: T): () => void {
    const held = this.#held.get(setting.name) ?? { before: setting.read(), wanted: [] }
    const entry = { value }
    this.#held.set(setting.name, held)
    held.wanted.push(entry)
    apply(setting, held)
    return () => {
      held.wanted.splice(held.wanted.indexOf(entry), 1)
      if (held.wanted.length === 0) this.#held.delete(setting.name)
      apply(setting, held)
    }
  }
}

function apply<T>(setting: Setting<T>, { before, wanted }: Held): void {
  const values = wanted.map(({ value }) => value as T)
  const newest = values.length === 0 ? (before as T) : values.at(-1)!
  setting.apply(setting.combine?.(before as T, values) ?? newest)
}
