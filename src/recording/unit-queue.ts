/** What a unit needs beside its text, about. */
const unitBytes = 64

/** First in, first out: `shift()` of an array moves all that is behind, each time. */
export class UnitQueue<T extends { readonly text: string }> {
  #units: T[] = []
  #first = 0
  /** How much memory its units need, about; bytes. */
  size = 0

  get first(): T | undefined {
    return this.#units[this.#first]
  }

  push(unit: T): void {
    this.#units.push(unit)
    this.size += unit.text.length + unitBytes
  }

  shift(): T | undefined {
    const unit = this.first
    if (unit === undefined) return undefined
    this.#first++
    this.size -= unit.text.length + unitBytes
    if (this.#first < 1024 && this.#first < this.#units.length) return unit
    if (this.#first * 2 >= this.#units.length) {
      this.#units = this.#units.slice(this.#first)
      this.#first = 0
    }
    return unit
  }
}
