import type { DeviceState } from '../device-state.ts'
import { snapshotEvery } from '../protocol.ts'
import { type SpilledBlock, SpillFile } from './spill-file.ts'

export interface HistoryLimits {
  /** Bytes of rows that are kept in memory; older ones go into the file. */
  readonly memoryBytes: number
  /** Of the temporary file. Older rows are gone. */
  readonly fileBytes: number
}

export const historyLimits: HistoryLimits = { memoryBytes: 32 * 2 ** 20, fileBytes: 512 * 2 ** 20 }

/** A row as JSON. */
export interface StoredRow {
  readonly seq: number
  readonly json: string
}

/** What is in a segment: rows from `first` on, and the whole bytes of those that have only their beginning. */
interface SegmentText {
  readonly rows: string[]
  readonly long: Record<number, string>
}

interface Segment {
  readonly first: number
  count: number
  bytes: number
  /** As it was before the first row. */
  readonly state: DeviceState
  text: SegmentText | undefined
  block: SpilledBlock | undefined
}

/** A segment ends here also before it has all its rows. */
const longestSegment = 4 * 2 ** 20

/** The rows of a console, bounded by bytes: the newest in memory, older ones in a temporary file, the oldest gone. */
export class History {
  readonly #limits: HistoryLimits
  readonly #file: SpillFile
  #segments: Segment[] = []
  #memory = 0
  /** The segment that was read last from the file. */
  #read: { readonly segment: Segment; readonly text: SegmentText } | undefined
  /** Of all rows that there ever were. */
  totalBytes = 0

  constructor(limits: HistoryLimits = historyLimits) {
    this.#limits = limits
    this.#file = new SpillFile(limits.fileBytes)
  }

  /** The oldest row that can be had; 0: there is none. */
  get first(): number {
    return this.#segments[0]?.first ?? 0
  }

  get last(): number {
    const segment = this.#segments.at(-1)
    return segment ? segment.first + segment.count - 1 : 0
  }

  /** `state`: before the row. Returns whether it begins a segment, which has that state as its snapshot. */
  add({ seq, json }: StoredRow, state: DeviceState, whole?: string): boolean {
    const before = this.#segments.at(-1)
    const begins = !before?.text || before.count >= snapshotEvery || before.bytes >= longestSegment
    const segment = begins ? this.#begin(seq, state) : before
    const length = json.length + (whole?.length ?? 0)
    segment.text!.rows.push(json)
    if (whole !== undefined) segment.text!.long[seq] = whole
    segment.count++
    segment.bytes += length
    this.#memory += length
    this.totalBytes += length
    if (begins) this.#spill()
    return begins
  }

  /** Rows from `from` on, as they are asked for; what is gone is left out. */
  *rows(from: number, to: number): Generator<StoredRow> {
    for (let seq = Math.max(from, this.first); seq <= Math.min(to, this.last); ) {
      const segment = this.#segmentOf(seq)
      if (!segment) return
      const { rows } = this.#textOf(segment)
      for (; seq <= to && seq < segment.first + rows.length; seq++) yield { seq, json: rows[seq - segment.first]! }
      if (rows.length < segment.count) return
    }
  }

  /** The last row of the segment of a row. */
  segmentEnd(seq: number): number {
    const segment = this.#segmentOf(seq)
    return segment ? segment.first + segment.count - 1 : this.last
  }

  /** The state before the segment of a row, and where that begins. */
  snapshotBefore(seq: number): { readonly seq: number; readonly state: DeviceState } | undefined {
    const segment = this.#segmentOf(seq)
    return segment && { seq: segment.first - 1, state: segment.state }
  }

  /** All bytes of a row that has only their beginning. */
  wholeOf(seq: number): string | undefined {
    const segment = this.#segmentOf(seq)
    return segment && this.#textOf(segment).long[seq]
  }

  close(): void {
    this.#file.close()
    this.#segments = []
  }

  #begin(first: number, state: DeviceState): Segment {
    const text = { rows: [], long: {} }
    const segment: Segment = { first, count: 0, bytes: 0, state, text, block: undefined }
    this.#segments.push(segment)
    return segment
  }

  #spill(): void {
    for (const segment of this.#segments.slice(0, -1)) {
      if (this.#memory <= this.#limits.memoryBytes) return
      if (segment.text) this.#spillSegment(segment, segment.text)
    }
  }

  #spillSegment(segment: Segment, text: SegmentText): void {
    const { block, lost } = this.#file.write(Buffer.from(JSON.stringify(text)))
    segment.block = block
    segment.text = undefined
    this.#memory -= segment.bytes
    // Older ones are in the file, and go before this one.
    this.#segments.splice(0, block ? lost : this.#segments.indexOf(segment) + 1)
  }

  #segmentOf(seq: number): Segment | undefined {
    let [low, high] = [0, this.#segments.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.#segments[middle]!.first <= seq) low = middle
      else high = middle - 1
    }
    const segment = this.#segments[low]
    return segment && segment.first <= seq && seq < segment.first + segment.count ? segment : undefined
  }

  #textOf(segment: Segment): SegmentText {
    if (segment.text) return segment.text
    if (this.#read?.segment !== segment) {
      const text = JSON.parse(Buffer.from(this.#file.read(segment.block!)).toString()) as SegmentText
      this.#read = { segment, text }
    }
    return this.#read!.text
  }
}
