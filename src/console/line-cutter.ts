import type { CarriedPart } from '../control/public.ts'

/** A command line, data, a line of the module with its line end, or a prompt. */
export interface LinePiece {
  readonly part: CarriedPart
  /** One character a byte. */
  readonly text: string
}

/** What does not end is given as it is at this length. */
const longestPiece = 16_384
const promptEnd = /^(?:\r?\n)*> ?$/

/** Cuts one direction of a line into pieces that are a row each. */
export class LineCutter {
  readonly #give: (piece: LinePiece) => void
  #part: CarriedPart = 'command'
  #text = ''

  constructor(give: (piece: LinePiece) => void) {
    this.#give = give
  }

  /** Bytes cut anywhere. `ends`: nothing follows that belongs to them. */
  take(part: CarriedPart, text: string, ends: boolean): void {
    if (part !== this.#part) this.flush()
    this.#part = part
    this.#text += text
    if (part === 'command') this.#cut(/\r\n?/)
    if (part === 'said') this.#cut(/[^\r\n][^\n]*\n/)
    if (ends || promptEnd.test(this.#text) || this.#text.length >= longestPiece) this.flush()
  }

  /** What is there comes to no end. */
  flush(): void {
    const text = this.#text
    this.#text = ''
    if (text !== '') this.#give({ part: this.#part, text })
  }

  /** Gives what stands before each place where `end` ends. */
  #cut(end: RegExp): void {
    for (let found = end.exec(this.#text); found; found = end.exec(this.#text)) {
      const to = found.index + found[0].length
      const text = this.#text.slice(0, to)
      this.#text = this.#text.slice(to)
      this.#give({ part: this.#part, text })
    }
  }
}
