/** What a side is told. */
export interface Context {
  /** Of the MQTT broker on 127.0.0.1; 0 when the benchmark asks for none. */
  readonly brokerPort: number
}

/** Measures once, after warming up; the value is in the benchmark's unit. */
export type Side = (context: Context) => number | Promise<number>

/** Warms up, and gives what measures for a moment. */
export type BurstSide = (context: Context) => Promise<Burst>
export type Burst = () => Promise<number>

/** One row of the results. */
export type Benchmark = Facts &
  (
    | { readonly ours: Side; readonly other: Side; readonly bursts?: undefined }
    | {
        readonly ours: BurstSide
        readonly other: BurstSide
        /** So often in a round, by turns, while the other side's process waits: for what the machine's moods outweigh. */
        readonly bursts: number
      }
  )

interface Facts {
  readonly name: string
  /** What both sides do. */
  readonly title: string
  /** Who `other` is. */
  readonly against: string
  readonly unit: string
  readonly better: 'higher' | 'lower'
  /** The bound of ours / other: at least this where higher is better, at most where lower is. */
  readonly floor: number
  /** Needs the broker. */
  readonly broker?: true
  /** Needs so many file descriptors in one process. */
  readonly files?: number
  /** What both sides are started with, for V8. */
  readonly flags?: readonly string[]
}

/** A line of `results.json`. */
export interface Row {
  readonly name: string
  /** Medians over the rounds. */
  readonly ours: number
  readonly other: number
  readonly unit: string
  /** Median of the rounds' ours / other. */
  readonly ratio: number
  /** Interquartile range of the rounds' ratios over their median. */
  readonly spread: number
  readonly better: 'higher' | 'lower'
  readonly floor: number
}

export const meetsFloor = ({ ratio, better, floor }: Row): boolean =>
  better === 'higher' ? ratio >= floor : ratio <= floor
