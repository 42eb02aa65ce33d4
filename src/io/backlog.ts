/** Decides when `ByteStreamEvents.drained` is due: the size fell below half of its peak since the last time, or to zero. */
export class Peak {
  #peak = 0

  /** Says the size after bytes were added. */
  rose(size: number): void {
    if (size > this.#peak) this.#peak = size
  }

  /** Says the size after bytes were taken; true when `drained` is due. */
  fell(size: number): boolean {
    if (this.#peak === 0 || (size > 0 && size >= this.#peak / 2)) return false
    this.#peak = size
    return true
  }
}

/** Bytes that wait, in order, and their count. */
export class Backlog {
  readonly #peak = new Peak()
  #chunks: Uint8Array[] = []
  #next = 0
  #size = 0

  get size(): number {
    return this.#size
  }

  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    this.#chunks.push(bytes)
    this.#size += bytes.length
    this.#peak.rose(this.#size)
  }

  /** The oldest piece, to be reported by `took` once it, or a part of it, has gone. */
  first(): Uint8Array | undefined {
    return this.#chunks[this.#next]
  }

  /** Takes `count` bytes off the first piece; true when `drained` is due. */
  took(count: number): boolean {
    const first = this.#chunks[this.#next]
    if (first === undefined) return false
    if (count < first.length) this.#chunks[this.#next] = first.subarray(count)
    else this.#next++
    this.#size -= Math.min(count, first.length)
    this.#compact()
    return this.#peak.fell(this.#size)
  }

  /** Forgets everything; true when `drained` is due. */
  clear(): boolean {
    this.#chunks = []
    this.#next = 0
    this.#size = 0
    return this.#peak.fell(0)
  }

  #compact(): void {
    if (this.#next < this.#chunks.length && this.#next < 1024) return
    this.#chunks = this.#chunks.slice(this.#next)
    this.#next = 0
  }
}
