import type { TimelineRow } from '../../protocol.ts'
import { kindCodes, packRow, shownKind, unpackRow } from './stored-row.ts'

/** Rows of a block at most, and characters after which it takes no more. */
const mostRows = 4096
const mostCharacters = 1 << 20
const firstRows = 64
/** A column of 32 bits holds 35 minutes in microseconds, either way. */
const farthestUs = 2 ** 31 - 1

interface Columns {
  readonly times: Int32Array
  readonly textEnds: Uint32Array
  readonly extraEnds: Uint32Array
  readonly chains: Uint32Array
  readonly topics: Uint16Array
  readonly kinds: Uint8Array
  readonly places: Uint8Array
}

const columns = (rows: number): Columns => ({
  times: new Int32Array(rows),
  textEnds: new Uint32Array(rows),
  extraEnds: new Uint32Array(rows),
  chains: new Uint32Array(rows),
  topics: new Uint16Array(rows),
  kinds: new Uint8Array(rows),
  places: new Uint8Array(rows),
})

export const bytesOfRow = 20

/** Thousands of rows that follow each other: 20 bytes in columns a row, and two texts, what is searched and the rest as JSON. */
export class RowBlock {
  readonly firstSeq: number
  readonly #start: number
  #columns = columns(firstRows)
  #texts: string[] = []
  #extras: string[] = []
  /** A row ends before its separator. */
  #text = ''
  #extra = ''
  #characters = 0
  count = 0

  constructor({ seq, t }: TimelineRow) {
    this.firstSeq = seq
    this.#start = t
  }

  /** Whether the row follows and there is room for it. */
  takes({ seq, t }: TimelineRow): boolean {
    const isFull = this.count === mostRows || this.#characters > mostCharacters
    return !isFull && seq === this.firstSeq + this.count && Math.abs(t - this.#start) * 1000 < farthestUs
  }

  add(row: TimelineRow, topic: number, place: number): void {
    this.#grow()
    const { count: at } = this
    const { text, rest: extra } = packRow(row)
    const all = this.#columns
    all.times[at] = Math.round((row.t - this.#start) * 1000)
    all.textEnds[at] = (at === 0 ? 0 : all.textEnds[at - 1]! + 1) + text.length
    all.extraEnds[at] = (at === 0 ? 0 : all.extraEnds[at - 1]!) + extra.length
    all.chains[at] = row.chain ?? 0
    all.topics[at] = topic
    all.kinds[at] = kindCodes[shownKind(row)]
    all.places[at] = place
    this.#texts.push(text)
    this.#extras.push(extra)
    this.#characters += text.length + 1 + extra.length
    this.count++
  }

  /** Nothing more is added: the texts become one each. */
  close(): void {
    this.#text = this.#texts.join('\0')
    this.#extra = this.#extras.join('')
    this.#texts = []
    this.#extras = []
  }

  get isClosed(): boolean {
    return this.#texts.length === 0
  }

  get bytes(): number {
    return this.#columns.kinds.length * bytesOfRow + this.#characters
  }

  get columns(): Columns {
    return this.#columns
  }

  get lastSeq(): number {
    return this.firstSeq + this.count - 1
  }

  /** The texts of all rows, a NUL between them. */
  wholeText(): string {
    return this.isClosed ? this.#text : this.#texts.join('\0')
  }

  text(at: number): string {
    if (!this.isClosed) return this.#texts[at]!
    return this.#text.slice(at === 0 ? 0 : this.#columns.textEnds[at - 1]! + 1, this.#columns.textEnds[at])
  }

  time(at: number): number {
    return this.#start + this.#columns.times[at]! / 1000
  }

  row(at: number): TimelineRow {
    const chain = this.#columns.chains[at]!
    const columns = { seq: this.firstSeq + at, t: this.time(at), ...(chain !== 0 && { chain }) }
    return unpackRow({ text: this.text(at), rest: this.#rest(at) }, columns)
  }

  #rest(at: number): string {
    const { extraEnds } = this.#columns
    if (!this.isClosed) return this.#extras[at]!
    return this.#extra.slice(at === 0 ? 0 : extraEnds[at - 1], extraEnds[at])
  }

  #grow(): void {
    const { length } = this.#columns.kinds
    if (this.count < length) return
    const larger = columns(Math.min(mostRows, length * 4))
    for (const name of Object.keys(larger) as (keyof Columns)[]) larger[name].set(this.#columns[name])
    this.#columns = larger
  }
}
