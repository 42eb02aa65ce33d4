import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64, type Histogram } from 'hdr-histogram-js'

/** A histogram counts tenths of a millisecond, with three significant digits. */
const perMs = 10
/** A day. What takes longer is counted as that; `max` and the percentiles then say so. */
const longestMs = 86_400_000

/** A distribution of times; all in ms. */
export interface TimeSummary {
  readonly count: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly max: number
}

/** TimeHistogram that were measured. It grows with the longest one: a few KB at first, 70 KB when it has seen an hour. */
export class TimeHistogram {
  private readonly histogram: Histogram
  private text: string | undefined

  private constructor(histogram: Histogram) {
    this.histogram = histogram
  }

  static none(digits: 2 | 3 = 3): TimeHistogram {
    return new TimeHistogram(
      build({ autoResize: true, highestTrackableValue: 2 * 1024 * perMs, numberOfSignificantValueDigits: digits }),
    )
  }

  static decode(text: string): TimeHistogram {
    const histogram = decodeFromCompressedBase64(text)
    histogram.autoResize = true
    return new TimeHistogram(histogram)
  }

  get count(): number {
    return this.histogram.totalCount
  }

  record(ms: number): void {
    this.text = undefined
    this.histogram.recordValue(Math.round(Math.min(Math.max(ms, 0), longestMs) * perMs))
  }

  add(other: TimeHistogram): void {
    if (other.count === 0) return
    this.text = undefined
    this.histogram.add(other.histogram)
  }

  /** HdrHistogram V2, compressed, base64. */
  encode(): string {
    this.text ??= encodeIntoCompressedBase64(this.histogram)
    return this.text
  }

  /** The time below which that share (0 to 1) of the recorded ones lies; ms. */
  quantile(share: number): number {
    return this.histogram.getValueAtPercentile(share * 100) / perMs
  }

  /** `null`: nothing was recorded. */
  summary(): TimeSummary | null {
    if (this.count === 0) return null
    const [p50, p95, p99, max] = [0.5, 0.95, 0.99, 1].map((share) => this.quantile(share))
    return { count: this.count, p50: p50!, p95: p95!, p99: p99!, max: max! }
  }
}
