import { concat, copyOf, empty } from '../../at/syntax/bytes.ts'

/** Tells whether a stream begins with one of a few texts, the longest that does. */
export class EchoMatch {
  readonly #candidates: readonly Uint8Array[]
  /** All bytes so far; never more than the longest candidate. */
  #seen: Uint8Array = empty

  constructor(candidates: readonly Uint8Array[]) {
    this.#candidates = candidates
  }

  get buffered(): number {
    return this.#seen.length
  }

  /** undefined: more bytes decide. Else what is no echo: what follows it, or everything seen. */
  take(bytes: Uint8Array): Uint8Array | undefined {
    const seen = concat([this.#seen, bytes])
    const alive = this.#candidates.filter((candidate) => startsAlike(candidate, seen))
    if (alive.some((candidate) => candidate.length > seen.length)) {
      this.#seen = copyOf(seen)
      return undefined
    }
    const longest = alive.reduce((most, { length }) => Math.max(most, length), 0)
    return copyOf(seen, longest)
  }
}

function startsAlike(a: Uint8Array, b: Uint8Array): boolean {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return false
  return true
}
