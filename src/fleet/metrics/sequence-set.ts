/** Numbers of one client's messages: runs of consecutive ones, so that a million of them take a few bytes. */
export class SequenceSet {
  /** First and last of each run, flat, ascending. */
  private readonly runs: number[]

  constructor(runs: readonly number[] = []) {
    this.runs = [...runs]
  }

  get last(): number {
    return this.runs.at(-1) ?? Number.NEGATIVE_INFINITY
  }

  get size(): number {
    let size = 0
    for (let i = 0; i < this.runs.length; i += 2) size += this.runs[i + 1]! - this.runs[i]! + 1
    return size
  }

  /** `false`: it had that number. */
  add(number: number): boolean {
    const i = this.runAtOrBehind(number)
    if (i < this.runs.length && this.runs[i]! <= number) return false
    const joinsBefore = i > 0 && this.runs[i - 1] === number - 1
    const joinsBehind = this.runs[i] === number + 1
    if (joinsBefore && joinsBehind) this.runs.splice(i - 1, 2)
    else if (joinsBefore) this.runs[i - 1] = number
    else if (joinsBehind) this.runs[i] = number
    else this.runs.splice(i, 0, number, number)
    return true
  }

  has(number: number): boolean {
    const i = this.runAtOrBehind(number)
    return i < this.runs.length && this.runs[i]! <= number
  }

  /** How many of these, of those above `above`, the other one has not. */
  missingIn(other: SequenceSet, above = Number.NEGATIVE_INFINITY): number {
    let missing = 0
    for (const number of this.numbers()) if (number > above && !other.has(number)) missing++
    return missing
  }

  /** The other one has all of these. */
  isIn(other: SequenceSet): boolean {
    for (let i = 0; i < this.runs.length; i += 2) {
      const last = this.runs[i + 1]!
      const begin = other.runs[other.runAtOrBehind(last)]
      if (begin === undefined || begin > this.runs[i]!) return false
    }
    return true
  }

  *numbers(): Iterable<number> {
    for (let i = 0; i < this.runs.length; i += 2)
      for (let number = this.runs[i]!; number <= this.runs[i + 1]!; number++) yield number
  }

  toJSON(): readonly number[] {
    return [...this.runs]
  }

  /** Index of the first run that ends at the number or behind it; nearly always looked for at the end. */
  private runAtOrBehind(number: number): number {
    let i = this.runs.length
    while (i > 0 && this.runs[i - 1]! >= number) i -= 2
    return i
  }
}
