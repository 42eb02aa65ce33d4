/** So many lines are remembered. */
const most = 5000

/** Which row of the console a line is, as an adviser counts lines: host up to CR, module up to LF. */
export class CountedRows {
  /** By the number of the line, modulo `most`; 0: none. */
  readonly #seqs = new Array<number>(most).fill(0)
  #row = 1

  /** `seq`: of the row in which the text stands. */
  count(side: 'host' | 'module', text: string, seq: number): void {
    const end = side === 'host' ? '\r' : '\n'
    this.#seqs[this.#row % most] = seq
    for (let at = text.indexOf(end); at >= 0; at = text.indexOf(end, at + 1)) {
      this.#seqs[this.#row % most] = seq
      this.#row++
      this.#seqs[this.#row % most] = 0
    }
  }

  /** Those of the lines that are remembered, each once. */
  seqsOf(rows: readonly number[] = []): readonly number[] {
    const known = rows.filter((row) => row > this.#row - most && row <= this.#row)
    return [...new Set(known.map((row) => this.#seqs[row % most]!))].filter((seq) => seq > 0)
  }
}
