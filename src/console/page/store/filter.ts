import type { RowBlock } from './block.ts'
import { kindCodes, type ShownKind, shownKinds } from './stored-row.ts'

/** What is shown; a field that is not there hides nothing. */
export interface RowFilter {
  readonly kinds?: readonly ShownKind[] | undefined
  /** By name; rows of no line stay. */
  readonly line?: string | undefined
  readonly client?: number | undefined
  /** A part of a topic, or an MQTT filter with `+` and `#`. */
  readonly topic?: string | undefined
  /** In any case. */
  readonly text?: string | undefined
}

/** Why a row is not shown: the first of these that hides it. A gap always is. */
export const hidingReasons = ['kind', 'line', 'client', 'topic', 'text'] as const
export type HidingReason = (typeof hidingReasons)[number]
export type HiddenRows = Readonly<Record<HidingReason, number>>

const shown = -1
/** A half of a place that names none. */
export const noPlace = 15

/** What rows name by numbers. */
export interface RowNames {
  /** Number 0 is no topic. */
  readonly topics: readonly string[]
  readonly lines: readonly string[]
}

/** A filter as tables, which say for each row of a block what hides it. */
export class RowTest {
  readonly #kinds: Uint8Array | undefined
  readonly #lineName: string | undefined
  #line = noPlace
  readonly #client: number | undefined
  readonly #topic: ((topic: string) => boolean) | undefined
  readonly #names: RowNames
  /** By number of the topic: 0 not asked yet, 1 matches, 2 does not. */
  readonly #known = new Uint8Array(0x10000)
  readonly #text: RegExp | undefined

  constructor(filter: RowFilter, names: RowNames) {
    this.#kinds = filter.kinds && kindTable(filter.kinds)
    this.#lineName = filter.line
    this.#client = filter.client
    this.#topic = filter.topic ? topicTest(filter.topic) : undefined
    this.#text = filter.text ? new RegExp(escapeRegExp(filter.text), 'gi') : undefined
    this.#names = names
  }

  /** Adds the rows from `from` on that are shown to `into`, and counts the others in `hidden`. */
  take(block: RowBlock, from: number, into: (at: number) => void, hidden: number[]): void {
    if (this.#lineName !== undefined) this.#line = this.#names.lines.indexOf(this.#lineName)
    const withText = this.#text && rowsWith(this.#text, block, from)
    for (let at = from; at < block.count; at++) {
      const reason = this.#reason(block, at, withText)
      if (reason === shown) into(at)
      else hidden[reason] = (hidden[reason] ?? 0) + 1
    }
  }

  #reason({ columns }: RowBlock, at: number, withText: Uint8Array | undefined): number {
    const kind = columns.kinds[at]!
    if (kind === kindCodes.gap) return shown
    if (this.#kinds && this.#kinds[kind] === 0) return 0
    const place = columns.places[at]!
    if (this.#lineName !== undefined && isOther(place >> 4, this.#line)) return 1
    if (this.#client !== undefined && (place & 15) !== this.#client) return 2
    if (this.#topic && !this.#hasTopic(columns.topics[at]!)) return 3
    return withText && withText[at] === 0 ? 4 : shown
  }

  #hasTopic(number: number): boolean {
    if (number === 0) return false
    if (this.#known[number] === 0) this.#known[number] = this.#topic!(this.#names.topics[number]!) ? 1 : 2
    return this.#known[number] === 1
  }
}

const isOther = (line: number, wanted: number): boolean => line !== noPlace && line !== wanted

function kindTable(kinds: readonly ShownKind[]): Uint8Array {
  const table = new Uint8Array(shownKinds.length)
  for (const kind of kinds) table[kindCodes[kind]] = 1
  return table
}

/** A few rows one by one, many in one search. */
function rowsWith(text: RegExp, block: RowBlock, from: number): Uint8Array {
  const found = new Uint8Array(block.count)
  if (block.count - from < 64) {
    for (let at = from; at < block.count; at++) found[at] = block.text(at).search(text) < 0 ? 0 : 1
    return found
  }
  const { textEnds } = block.columns
  const whole = block.wholeText()
  text.lastIndex = from === 0 ? 0 : textEnds[from - 1]! + 1
  for (let at = from, match = text.exec(whole); match; match = text.exec(whole)) {
    while (textEnds[at]! <= match.index) at++
    // A text with a NUL in it is also found across two rows.
    const isInRow = text.lastIndex <= textEnds[at]!
    found[at] = Number(isInRow)
    text.lastIndex = isInRow ? textEnds[at]! + 1 : match.index + 1
  }
  return found
}

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** As servers match where it is an MQTT filter, else as a part, in any case. */
export function topicTest(wanted: string): (topic: string) => boolean {
  if (!/(^|\/)[+#](\/|$)/.test(wanted)) {
    const part = wanted.toLowerCase()
    return (topic) => topic.toLowerCase().includes(part)
  }
  const levels = wanted.split('/').map((level) => (level === '+' ? '[^/]*' : escapeRegExp(level)))
  const isOpen = levels.at(-1) === '#'
  const pattern = new RegExp(`^${(isOpen ? levels.slice(0, -1) : levels).join('/')}${isOpen ? '(/.*)?' : ''}$`)
  return (topic) => wanted === '#' || pattern.test(topic)
}
