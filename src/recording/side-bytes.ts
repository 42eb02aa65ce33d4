import type { RecordedUnit, Side } from './recorded-text.ts'

interface Chunk {
  readonly offset: number
  readonly ms: number
  /** Counts the chunks of both sides. */
  readonly order: number
}

/** A unit, and where it stands among those of both sides. */
export interface OrderedUnit extends RecordedUnit {
  readonly order: number
}

/** Bytes of one side that are not cut into units yet, with the times of their pieces. */
export class SideBytes {
  readonly side: Side
  text = ''
  #chunks: Chunk[] = []
  #taken = 0

  constructor(side: Side) {
    this.side = side
  }

  add(text: string, ms: number, order: number): void {
    this.#chunks.push({ offset: this.#taken + this.text.length, ms, order })
    this.text += text
  }

  /** The place of the next byte; infinite when there is none. */
  get order(): number {
    return this.text === '' ? Number.POSITIVE_INFINITY : this.#chunks[0]!.order
  }

  /** Takes the next `length` bytes as a unit. */
  take(length: number): OrderedUnit {
    const from = this.#taken
    const to = from + length
    const [first] = this.#chunks
    const inside = this.#chunks.filter(({ offset }) => offset < to)
    const times = inside.map(({ offset, ms }) => ({ offset: Math.max(0, offset - from), ms }))
    const unit = { side: this.side, text: this.text.slice(0, length), times }
    this.text = this.text.slice(length)
    this.#taken = to
    const cutsChunk = this.text !== '' && !this.#chunks.some(({ offset }) => offset === to)
    this.#chunks = this.#chunks.slice(inside.length - (cutsChunk ? 1 : 0))
    return { ...unit, goesOn: first!.offset < from, order: first!.order }
  }
}
