import { concat } from '../../at/syntax/bytes.ts'
import { CaptureRows } from './capture-rows.ts'

type Take = (bytes: Uint8Array) => void

/** So many bytes tell what a file is. */
const signLength = 4

/** Makes the bytes of a log a text of rows: UTF-16 and UTF-8 with a byte order mark, and pcapng; others as they are. */
export class LogBytes {
  readonly #take: Take
  #head: Uint8Array | undefined = new Uint8Array(0)
  #read: Take | undefined
  /** It is a file of packets. */
  isCapture = false

  constructor(take: Take) {
    this.#take = take
  }

  feed(bytes: Uint8Array): void {
    if (this.#read) return this.#read(bytes)
    this.#head = concat([this.#head!, bytes])
    if (this.#head.length >= signLength) this.#begin()
  }

  end(): void {
    if (!this.#read) this.#begin()
  }

  #begin(): void {
    const head = this.#head!
    this.#head = undefined
    this.#read = this.#readerFor(head)
    this.#read(head)
  }

  #readerFor([first, second, third, fourth]: Uint8Array): Take {
    if (first === 0xff && second === 0xfe) return this.#decoded('utf-16le')
    if (first === 0xfe && second === 0xff) return this.#decoded('utf-16be')
    if (first === 0xef && second === 0xbb && third === 0xbf) return this.#withoutMark()
    if (first !== 0x0a || second !== 0x0d || third !== 0x0d || fourth !== 0x0a) return this.#take
    this.isCapture = true
    const capture = new CaptureRows(this.#take)
    return (bytes) => capture.feed(bytes)
  }

  #decoded(encoding: 'utf-16le' | 'utf-16be'): Take {
    const decoder = new TextDecoder(encoding)
    const encoder = new TextEncoder()
    return (bytes) => this.#take(encoder.encode(decoder.decode(bytes, { stream: true })))
  }

  #withoutMark(): Take {
    let isFirst = true
    return (bytes) => {
      this.#take(isFirst ? bytes.subarray(3) : bytes)
      isFirst = false
    }
  }
}
