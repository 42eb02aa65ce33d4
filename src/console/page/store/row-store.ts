import type { TimelineRow } from '../../protocol.ts'
import { RowBlock } from './block.ts'
import { type HiddenRows, hidingReasons, noPlace, type RowFilter, RowTest } from './filter.ts'
import { clientOf, kindCodes, lineNameOf, type ShownKind, topicOf } from './stored-row.ts'

/** A block and its rows that are shown; none: all of them. */
interface Shown {
  readonly block: RowBlock
  rows: Uint16Array
  count: number
  /** Rows of the block that were looked at. */
  done: number
  hidden: number[]
}

export interface StoreFigures {
  /** Rows that are kept. */
  readonly rows: number
  readonly shown: number
  readonly hidden: HiddenRows
  readonly bytes: number
  /** Rows that were given up because there is no more room. */
  readonly dropped: number
  readonly firstSeq: number | undefined
  readonly lastSeq: number | undefined
}

const mostTopics = 0xffff

/** The rows of a run in bounded memory, the newest last, and which of them a filter shows. */
export class RowStore {
  readonly #mostBytes: number
  readonly #topics: string[] = ['']
  readonly #lines: string[] = []
  readonly #topicNumbers = new Map<string, number>()
  #blocks: Shown[] = []
  #filter: RowFilter = {}
  #test: RowTest | undefined
  #dropped = 0

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
  }

  append(rows: readonly TimelineRow[]): void {
    for (const row of rows) this.#add(row)
    for (const shown of this.#blocks) if (shown.done < shown.block.count) this.#look(shown)
    this.#keepBounded()
  }

  /** Rows from before the first that is kept, in order. They are not bounded: somebody asked for them. */
  prepend(rows: readonly TimelineRow[]): void {
    const later = this.#blocks
    this.#blocks = []
    for (const row of rows) this.#add(row)
    this.#blocks.at(-1)?.block.close()
    for (const shown of this.#blocks) this.#look(shown)
    this.#dropped = Math.max(0, this.#dropped - rows.length)
    this.#blocks = [...this.#blocks, ...later]
  }

  filter(filter: RowFilter): void {
    this.#filter = filter
    this.#test = Object.values(filter).some((value) => value !== undefined && value !== '')
      ? this.#newTest()
      : undefined
    for (const shown of this.#blocks) {
      Object.assign(shown, { rows: new Uint16Array(0), count: 0, done: 0, hidden: [] })
      this.#look(shown)
    }
  }

  #newTest(): RowTest {
    return new RowTest(this.#filter, { topics: this.#topics, lines: this.#lines })
  }

  figures(): StoreFigures {
    const sum = (value: (shown: Shown) => number) => this.#blocks.reduce((total, shown) => total + value(shown), 0)
    const hidden = hidingReasons.map((reason, at) => [reason, sum((shown) => shown.hidden[at] ?? 0)])
    return {
      rows: sum(({ block }) => block.count),
      shown: sum(({ count }) => count),
      hidden: Object.fromEntries(hidden) as HiddenRows,
      bytes: sum(({ block, rows }) => block.bytes + rows.byteLength),
      dropped: this.#dropped,
      firstSeq: this.#blocks[0]?.block.firstSeq,
      lastSeq: this.#blocks.at(-1)?.block.lastSeq,
    }
  }

  /** Those that are shown from place `from` on. */
  window(from: number, count: number): readonly TimelineRow[] {
    const found: TimelineRow[] = []
    let before = 0
    for (const shown of this.#blocks) {
      const first = Math.max(0, from + found.length - before)
      for (let at = first; at < shown.count && found.length < count; at++) found.push(shown.block.row(rowAt(shown, at)))
      if (found.length === count) break
      before += shown.count
    }
    return found
  }

  /** The place among the shown of the row with that number, or of the next one. */
  placeOf(seq: number): number {
    let before = 0
    for (const shown of this.#blocks) {
      if (seq <= shown.block.lastSeq) return before + placeIn(shown, seq - shown.block.firstSeq)
      before += shown.count
    }
    return before
  }

  row(seq: number): TimelineRow | undefined {
    const block = this.#blockOf(seq)
    return block?.row(seq - block.firstSeq)
  }

  /** All rows of a chain, also those that are hidden. */
  chain(chain: number): readonly TimelineRow[] {
    return this.#blocks.flatMap(({ block }) => rowsWhere(block, block.columns.chains, chain))
  }

  /** Rows of a kind between two numbers, both included. */
  ofKind(kind: ShownKind, from: number, to: number): readonly TimelineRow[] {
    return this.#blocks
      .filter(({ block }) => block.lastSeq >= from && block.firstSeq <= to)
      .flatMap(({ block }) => rowsWhere(block, block.columns.kinds, kindCodes[kind]))
      .filter(({ seq }) => seq >= from && seq <= to)
  }

  /** The first row at or after that time. */
  seqAt(t: number): number | undefined {
    const block = this.#blocks.find(({ block }) => block.time(block.count - 1) >= t)?.block
    if (!block) return this.#blocks.at(-1)?.block.lastSeq
    for (let at = 0; at < block.count; at++) if (block.time(at) >= t) return block.firstSeq + at
    return block.lastSeq
  }

  get lines(): readonly string[] {
    return this.#lines
  }

  clear(): void {
    this.#blocks = []
    this.#dropped = 0
  }

  #blockOf(seq: number): RowBlock | undefined {
    let [low, high] = [0, this.#blocks.length - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#blocks[middle]!.block.lastSeq < seq) low = middle + 1
      else high = middle
    }
    const block = this.#blocks[low]?.block
    return block && seq >= block.firstSeq && seq <= block.lastSeq ? block : undefined
  }

  #add(row: TimelineRow): void {
    const line = lineNameOf(row)
    const place = ((line === undefined ? noPlace : this.#lineNumber(line)) << 4) | (clientOf(row) ?? noPlace)
    this.#blockFor(row).add(row, this.#topicNumber(topicOf(row)), place)
  }

  #lineNumber(line: string): number {
    const known = this.#lines.indexOf(line)
    if (known >= 0) return known
    return this.#lines.length === noPlace ? noPlace : this.#lines.push(line) - 1
  }

  #blockFor(row: TimelineRow): RowBlock {
    const last = this.#blocks.at(-1)?.block
    if (last?.takes(row)) return last
    last?.close()
    const block = new RowBlock(row)
    this.#blocks.push({ block, rows: new Uint16Array(0), count: 0, done: 0, hidden: [] })
    return block
  }

  #look(shown: Shown): void {
    const { block } = shown
    if (this.#test) this.#test.take(block, shown.done, (at) => keep(shown, at), shown.hidden)
    else shown.count = block.count
    shown.done = block.count
  }

  #topicNumber(topic: string | undefined): number {
    if (topic === undefined) return 0
    const known = this.#topicNumbers.get(topic)
    if (known !== undefined) return known
    if (this.#topics.length > mostTopics) return 0
    this.#topicNumbers.set(topic, this.#topics.length)
    return this.#topics.push(topic) - 1
  }

  /** The newest block stays. */
  #keepBounded(): void {
    let { bytes } = this.figures()
    while (bytes > this.#mostBytes && this.#blocks.length > 1) {
      const [{ block, rows }] = this.#blocks.splice(0, 1) as [Shown]
      bytes -= block.bytes + rows.byteLength
      this.#dropped += block.count
    }
  }
}

/** `rows` is empty while all are shown. */
const rowAt = ({ rows }: Shown, at: number): number => (rows.length === 0 ? at : rows[at]!)

function keep(shown: Shown, at: number): void {
  if (shown.count === shown.rows.length) {
    const larger = new Uint16Array(Math.max(64, shown.rows.length * 2))
    larger.set(shown.rows)
    shown.rows = larger
  }
  shown.rows[shown.count++] = at
}

function placeIn(shown: Shown, at: number): number {
  if (shown.rows.length === 0) return Math.max(0, Math.min(at, shown.count))
  let [low, high] = [0, shown.count]
  while (low < high) {
    const middle = (low + high) >> 1
    if (shown.rows[middle]! < at) low = middle + 1
    else high = middle
  }
  return low
}

const rowsWhere = (block: RowBlock, column: Uint32Array | Uint8Array, value: number): readonly TimelineRow[] => {
  const found: TimelineRow[] = []
  for (let at = column.indexOf(value); at >= 0 && at < block.count; at = column.indexOf(value, at + 1))
    found.push(block.row(at))
  return found
}
