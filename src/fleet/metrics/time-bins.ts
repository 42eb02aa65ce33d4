import { Bins } from './bins.ts'
import type { Series } from './snapshot.ts'
import { TimeHistogram } from './time-histogram.ts'

/** Two significant digits are enough for a plot. */
const digits = 2

/** Distributions by time. Only the newest is a histogram, the others are its text: a hundred bytes each. */
export class TimeBins {
  private readonly texts: Bins<string>
  private open: TimeHistogram | undefined
  private openAt = 0

  constructor(most: number) {
    this.texts = new Bins<string>(most, joinTexts)
  }

  record(at: number, ms: number): void {
    if (this.texts.beginOf(at) !== this.texts.beginOf(this.openAt)) this.close()
    this.open ??= TimeHistogram.none(digits)
    this.openAt = at
    this.open.record(ms)
  }

  series(): Series<string> {
    this.close()
    return this.texts.series((text) => text)
  }

  private close(): void {
    if (this.open) this.texts.add(this.openAt, this.open.encode())
    this.open = undefined
  }
}

export function joinTexts(one: string, other: string): string {
  const times = TimeHistogram.decode(one)
  times.add(TimeHistogram.decode(other))
  return times.encode()
}
