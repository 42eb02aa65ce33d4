import type { Fact } from './facts/fact.ts'
import { LineAssembler } from './lines/assembler.ts'
import type { LogLine } from './lines/line.ts'
import { TypeAhead } from './lines/type-ahead.ts'
import { LogBytes } from './readers/log-bytes.ts'
import type { RowReader } from './readers/reader.ts'
import { chooseReader } from './readers/readers.ts'
import { RowCutter } from './rows.ts'
import { SessionTracker, type TrackerOptions } from './session/tracker.ts'

/** So many rows are looked at to find the shape of a log. */
const sampleRows = 400

export interface ReadingOptions extends Omit<TrackerOptions, 'copies' | 'hostCopies'> {
  /** Called with each line, before what it tells. */
  readonly hear?: (line: LogLine) => void
  /** Called with each row of the log as it stands there, before what it tells; one character a byte. */
  readonly hearRow?: (text: string) => void
}

/** Reads a log piece by piece and tells its facts as they come. */
export class LogReading {
  readonly #cutter = new RowCutter((row) => this.#row(row))
  readonly #bytes = new LogBytes((bytes) => this.#cutter.feed(bytes))
  readonly #options: ReadingOptions
  #tracker: SessionTracker | undefined
  #ahead: TypeAhead | undefined
  #lines: LineAssembler | undefined
  #sample: string[] | undefined = []
  #reader: RowReader | undefined
  #rows = 0
  shape = 'text'
  /** How surely it was read, 0 to 1. */
  confidence = 0

  constructor(options: ReadingOptions) {
    this.#options = options
  }

  feed(bytes: Uint8Array): void {
    this.#bytes.feed(bytes)
  }

  end(): void {
    this.#bytes.end()
    this.#cutter.end()
    this.#begin()
    this.#lines!.end()
    this.#ahead!.end()
    this.#tracker!.end()
  }

  #row(text: string): void {
    if (!this.#sample) return this.#read(text)
    this.#sample.push(text)
    if (this.#sample.length >= sampleRows) this.#begin()
  }

  /** Chooses the reader, and reads the rows that were kept for that. */
  #begin(): void {
    const sample = this.#sample
    this.#sample = undefined
    if (!sample) return
    const { shape, confidence, reader, copies, hostCopies } = chooseReader(sample)
    this.#reader = reader
    this.#tracker = new SessionTracker({ ...this.#options, copies, hostCopies })
    this.#ahead = new TypeAhead((line) => this.#tracker!.take(line))
    this.#lines = new LineAssembler((line) => this.#take(line))
    this.confidence = confidence
    this.shape = this.#bytes.isCapture ? 'pcapng' : shape
    for (const text of sample) this.#read(text)
  }

  #take(line: LogLine): void {
    this.#options.hear?.(line)
    this.#ahead!.take(line)
  }

  #read(text: string): void {
    this.#rows++
    this.#options.hearRow?.(text)
    for (const piece of this.#reader!.read(text)) this.#lines!.feed(piece, this.#rows)
  }
}

/** The facts of a whole log. */
export function readSession(log: Uint8Array): readonly Fact[] {
  const facts: Fact[] = []
  const reading = new LogReading({ tell: (fact) => facts.push(fact), looksFor: () => true })
  reading.feed(log)
  reading.end()
  return facts
}
