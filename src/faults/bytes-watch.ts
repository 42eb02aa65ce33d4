import { bytesOf, concat, copyOf, empty, textOf } from '../at/syntax/bytes.ts'
import type { Tap } from '../io/wrappers/tap.ts'

/** Tells of each time some bytes have gone by, however they were cut, before what follows them goes on. */
export class BytesWatch implements Tap {
  readonly #wanted: Uint8Array
  readonly #tell: () => void
  /** The bytes that went by last, one fewer than are wanted. */
  #tail: Uint8Array = empty

  /** Each character of the text is a byte. */
  constructor(wanted: string, tell: () => void) {
    this.#wanted = bytesOf(wanted)
    this.#tell = tell
  }

  take(bytes: Uint8Array, pass: (bytes: Uint8Array) => void): void {
    let rest = bytes
    for (let end = this.#endIn(rest); end > 0; end = this.#endIn(rest)) {
      pass(rest.subarray(0, end))
      this.#tail = empty
      this.#tell()
      rest = rest.subarray(end)
    }
    const seen = concat([this.#tail, rest])
    this.#tail = copyOf(seen, Math.max(0, seen.length - this.#wanted.length + 1))
    if (rest.length > 0) pass(rest)
  }

  /** Where in the bytes the first occurrence ends; 0: there is none. */
  #endIn(bytes: Uint8Array): number {
    const seen = concat([this.#tail, bytes])
    const at = textOf(seen).indexOf(textOf(this.#wanted))
    return at < 0 ? 0 : at + this.#wanted.length - this.#tail.length
  }
}
