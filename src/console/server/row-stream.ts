import { type TimelineRow, tailRows } from '../protocol.ts'
import type { ConsoleTimeline } from './timeline.ts'

/** What is sent in one frame has less than its 64 KiB. */
const frameBytes = 60_000
/** Bytes of live rows that a page may be behind. */
export const mostBehind = 8 * 2 ** 20

/** The rows that one page gets, as the texts of messages: it goes on where the page is, however fast that reads. */
export class RowStream {
  readonly #timeline: ConsoleTimeline
  #sent: number
  /** Up to here it is history, at the page's own speed. */
  readonly #liveFrom: number
  /** Of all rows, those that were sent or skipped. */
  #bytesSent: number
  #began = false

  /** `after`: the page has the rows up to there; null: the last ones are enough. */
  constructor(timeline: ConsoleTimeline, after: number | null) {
    this.#timeline = timeline
    const { last, totalBytes } = timeline.history
    this.#sent = after === null ? Math.max(0, last - tailRows) : Math.min(after, last)
    this.#liveFrom = last
    this.#bytesSent = totalBytes
  }

  /** The next messages; none: the page has all. */
  next(): readonly string[] {
    const { history } = this.#timeline
    if (this.#sent >= this.#liveFrom && history.totalBytes - this.#bytesSent > mostBehind)
      return this.#skip(history.last, 'the page was too slow: more than 8 MB waited for it')
    if (this.#sent + 1 < history.first)
      return this.#skip(history.first - 1, 'the history is full: the oldest rows gave way to newer ones')
    if (this.#sent >= history.last) return this.#snapshot(!this.#began)
    const snapshot = this.#snapshot(!this.#began || history.snapshotBefore(this.#sent + 1)?.seq === this.#sent)
    const rows = this.#rows()
    if (rows.length === 0) return this.#skip(history.segmentEnd(this.#sent + 1), 'the temporary file can not be read')
    return [...snapshot, `{"rows":[${rows.join()}]}`]
  }

  #rows(): readonly string[] {
    const { history } = this.#timeline
    const rows: string[] = []
    let bytes = 0
    for (const { seq, json } of history.rows(this.#sent + 1, history.segmentEnd(this.#sent + 1))) {
      bytes += Buffer.byteLength(json) + 1
      if (bytes > frameBytes && rows.length > 0) break
      rows.push(json)
      this.#sent = seq
      if (seq > this.#liveFrom) this.#bytesSent += json.length
    }
    if (this.#sent === history.last) this.#bytesSent = history.totalBytes
    return rows
  }

  #skip(to: number, why: string): readonly string[] {
    const { history } = this.#timeline
    const [next] = history.rows(to, to + 1)
    const t = next ? (JSON.parse(next.json) as TimelineRow).t : 0
    const gap: TimelineRow = { seq: to, t, kind: 'gap', from: this.#sent + 1, to, why }
    this.#sent = to
    this.#bytesSent = history.totalBytes
    return [JSON.stringify({ rows: [gap] }), ...this.#snapshot(true)]
  }

  #snapshot(wanted: boolean): readonly string[] {
    if (!wanted) return []
    this.#began = true
    const snapshot = this.#timeline.stateAt(this.#sent)
    return snapshot ? [JSON.stringify({ snapshot })] : []
  }
}
