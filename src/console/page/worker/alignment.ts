import type { AlignedPair } from '../../protocol.ts'
import type { RowPair } from '../messages.ts'
import type { RowStore } from '../store/row-store.ts'

/** Two files, place by place. */
export class RowAlignment {
  readonly #pairs: readonly AlignedPair[]
  readonly #places = new Map<number, number>()
  readonly differences: number

  constructor(pairs: readonly AlignedPair[]) {
    this.#pairs = pairs
    this.differences = pairs.filter(({ same }) => !same).length
    for (const [place, { left, right }] of pairs.entries())
      for (const seq of [left, right]) if (seq !== undefined) this.#places.set(seq, place)
  }

  get length(): number {
    return this.#pairs.length
  }

  window(store: RowStore, from: number, count: number): readonly RowPair[] {
    return this.#pairs.slice(from, from + count).map(({ left, right, same }) => ({
      ...rowAs('left', store, left),
      ...rowAs('right', store, right),
      same,
    }))
  }

  placeOf(seq: number): number | undefined {
    return this.#places.get(seq)
  }

  seqAt(place: number): number | undefined {
    const { left, right } = this.#pairs[place] ?? {}
    return left ?? right
  }

  /** The next place at which the two differ, or the one before. */
  differenceFrom(place: number, step: 1 | -1): number | undefined {
    for (let at = place + step; at >= 0 && at < this.#pairs.length; at += step) if (!this.#pairs[at]!.same) return at
    return undefined
  }
}

const rowAs = (side: 'left' | 'right', store: RowStore, seq: number | undefined) => {
  const row = seq === undefined ? undefined : store.row(seq)
  return row && { [side]: row }
}
