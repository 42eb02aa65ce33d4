/** Something that is put into a flow of bytes: it changes them, holds them back, or keeps them. */
export interface Tap {
  /** Gives on what is to go on, at once or later, by `pass`. The array may be reused after the call. */
  take(bytes: Uint8Array, pass: (bytes: Uint8Array) => void): void
  /** Bytes that it holds back now. */
  held?(): number
}

/** The taps of one flow, in the order in which they were put in. Costs one comparison while there are none. */
export class Taps {
  readonly #end: (bytes: Uint8Array) => void
  #taps: readonly Tap[] = []

  constructor(end: (bytes: Uint8Array) => void) {
    this.#end = end
  }

  /** The returned function takes it out. What it passes on afterwards goes straight to the end. */
  add(tap: Tap): () => void {
    this.#taps = [...this.#taps, tap]
    return () => {
      this.#taps = this.#taps.filter((other) => other !== tap)
    }
  }

  push(bytes: Uint8Array): void {
    if (this.#taps.length === 0) this.#end(bytes)
    else this.#give(0, bytes)
  }

  /** Bytes that all of them hold back. */
  held(): number {
    let held = 0
    for (const tap of this.#taps) held += tap.held?.() ?? 0
    return held
  }

  #give(index: number, bytes: Uint8Array): void {
    const tap = this.#taps[index]
    if (tap === undefined) this.#end(bytes)
    else tap.take(bytes, (passed) => this.#after(tap, passed))
  }

  #after(tap: Tap, bytes: Uint8Array): void {
    const index = this.#taps.indexOf(tap)
    if (index < 0) this.#end(bytes)
    else this.#give(index + 1, bytes)
  }
}
