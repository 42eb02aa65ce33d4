/** So many lines are remembered. */
const most = 5000

/** Which row of the console a line is, as an adviser counts lines: host up to CR, module up to LF. */
export class CountedRows {
  readonly #seqs = new Map<number, number>()
  #row = 1

  /** `seq`: of the row in which the text stands. */
  count(side: 'host' | 'module', text: string, seq: number): void {
    const end = side === 'host' ? '\r' : '\n'
    this.#seqs.set(this.#row, seq)
    for (let at = text.indexOf(end); at >= 0; at = text.indexOf(end, at + 1)) this.#seqs.set(this.#row++, seq)
    for (const row of this.#seqs.keys()) {
      if (this.#seqs.size <= most) return
      this.#seqs.delete(row)
    }
  }

  seqsOf(rows: readonly number[] = []): { readonly rows?: readonly number[] } {
    const seqs = [...new Set(rows.flatMap((row) => this.#seqs.get(row) ?? []))]
    return seqs.length === 0 ? {} : { rows: seqs }
  }
}
