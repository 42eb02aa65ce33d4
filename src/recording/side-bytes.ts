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
  /** The first chunk that is not taken whole. */
  #first = 0
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
    return this.text === '' ? Number.POSITIVE_INFINITY : this.#chunks[this.#first]!.order
  }

  /** Where the next byte stands among all of this side. */
  get taken(): number {
    return this.#taken
  }

  /** Takes the next `length` bytes as a unit. */
  take(length: number): OrderedUnit {
    const from = this.#taken
    const to = from + length
    const first = this.#chunks[this.#first]!
    const times: { readonly offset: number; readonly ms: number }[] = []
    let next = this.#first
    for (let chunk = this.#chunks[next]; chunk && chunk.offset < to; chunk = this.#chunks[++next])
      times.push({ offset: Math.max(0, chunk.offset - from), ms: chunk.ms })
    const unit = { side: this.side, text: this.text.slice(0, length), times }
    this.text = this.text.slice(length)
    this.#taken = to
    const cutsChunk = this.text !== '' && this.#chunks[next]?.offset !== to
    this.#forget(next - (cutsChunk ? 1 : 0))
    return { ...unit, goesOn: first.offset < from, order: first.order }
  }

  /** Chunks are thrown away many at a time: to move the rest for each unit would take the square of their number. */
  #forget(first: number): void {
    this.#first = first
    if (first < 1024 && first < this.#chunks.length) return
    this.#chunks = this.#chunks.slice(first)
    this.#first = 0
  }
}
