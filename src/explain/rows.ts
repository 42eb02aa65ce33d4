import { textOf } from '../at/syntax/bytes.ts'

/** A longer row is cut into several of this length: a log that was flattened has all in one. */
const longestRow = 1 << 16

/** Cuts bytes into rows as an editor numbers them: at LF. A text has one character a byte, without CR LF at its end. */
export class RowCutter {
  readonly #take: (text: string) => void
  #rest = ''

  /** `take` is called with each row. */
  constructor(take: (text: string) => void) {
    this.#take = take
  }

  feed(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; from += longestRow)
      this.#feedText(textOf(bytes, from, Math.min(bytes.length, from + longestRow)))
  }

  #feedText(text: string): void {
    const rows = (this.#rest + text).split('\n')
    this.#rest = rows.pop()!
    for (const row of rows) this.#take(withoutEnd(row))
    if (this.#rest.length <= longestRow) return
    this.#take(this.#rest)
    this.#rest = ''
  }

  end(): void {
    if (this.#rest !== '') this.#take(withoutEnd(this.#rest))
    this.#rest = ''
  }
}

function withoutEnd(row: string): string {
  let end = row.length
  while (end > 0 && row.charCodeAt(end - 1) === 0x0d) end--
  return row.slice(0, end)
}
