import type { Series } from './snapshot.ts'

/** Values by time: a bin a second at first; when there are too many, two become one and the bins are twice as wide. */
export class Bins<T> {
  private readonly bins: (T | undefined)[] = []
  private readonly most: number
  private readonly join: (one: T, other: T) => T
  private binMs = 1000

  /** `most`: bins. */
  constructor(most: number, join: (one: T, other: T) => T) {
    this.most = most
    this.join = join
  }

  /** `at`: ms since the run began. */
  add(at: number, value: T): void {
    const index = this.indexOf(at)
    const before = this.bins[index]
    this.bins[index] = before === undefined ? value : this.join(before, value)
  }

  /** When the bin of that time begins. */
  beginOf(at: number): number {
    return this.indexOf(at) * this.binMs
  }

  addSeries<U>(series: Series<U>, asValue: (data: U) => T): void {
    while (this.binMs < series.binMs) this.fold()
    series.bins.forEach((data, i) => {
      if (data !== null) this.add(i * series.binMs, asValue(data))
    })
  }

  series<U>(asData: (value: T) => U): Series<U> {
    const bins = Array.from(this.bins, (value) => (value === undefined ? null : asData(value)))
    return { binMs: this.binMs, bins }
  }

  private indexOf(at: number): number {
    while (Math.floor(at / this.binMs) >= this.most) this.fold()
    return Math.max(0, Math.floor(at / this.binMs))
  }

  private fold(): void {
    this.binMs *= 2
    const before = this.bins.splice(0)
    before.forEach((value, i) => {
      if (value !== undefined) this.add(i * (this.binMs / 2), value)
    })
  }
}
