/**
 * Something that is put into a flow of bytes: it changes them, holds them back, or keeps them. It sees bytes alone: on
 * a line it cannot tell echo from reply.
 */
export interface Tap {
  /** Gives on what is to go on, at once or later, by `pass`. The array may be reused after the call. */
  take(bytes: Uint8Array, pass: (bytes: Uint8Array) => void): void
  /** Bytes that it holds back now. */
  held?(): number
}

interface Entry {
  readonly tap: Tap
  /** Grows from one to the next. */
  readonly order: number
}

/** The taps of one flow, in the order in which they were put in. Costs one comparison while there are none. */
export class Taps {
  readonly #end: (bytes: Uint8Array) => void
  #entries: readonly Entry[] = []
  #lastOrder = 0

  constructor(end: (bytes: Uint8Array) => void) {
    this.#end = end
  }

  /** The returned function takes it out. What it passes on afterwards still goes through those behind it. */
  add(tap: Tap): () => void {
    const entry = { tap, order: ++this.#lastOrder }
    this.#entries = [...this.#entries, entry]
    return () => {
      this.#entries = this.#entries.filter((other) => other !== entry)
    }
  }

  push(bytes: Uint8Array): void {
    if (this.#entries.length === 0) this.#end(bytes)
    else this.#behind(0, bytes)
  }

  /** Bytes that all of them hold back. */
  held(): number {
    let held = 0
    for (const { tap } of this.#entries) held += tap.held?.() ?? 0
    return held
  }

  #behind(order: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return
    const next = this.#entries.find((entry) => entry.order > order)
    if (next === undefined) this.#end(bytes)
    else next.tap.take(bytes, (passed) => this.#behind(next.order, passed))
  }
}
