import { learnMarks, type Marked, type Marks, takeMark } from './marks.ts'
import { bytesIn, hasByteNotation, hasLineEndNotation, quotedStrings, readEscapes } from './notation.ts'
import { type Arrows, type CommonPrefixes, commonPrefixes, type Peeled, peel } from './peel.ts'
import type { LogSide, Piece, Reader, RowReader } from './reader.ts'

/** What was learned from the first rows of a log. */
interface Habits {
  readonly quoted: boolean
  readonly common: CommonPrefixes
  readonly arrows: Arrows
  readonly marks: Marks
  /** Sides whose rows have their line ends written out: the end of a row is none. */
  readonly writtenEnds: ReadonlySet<LogSide>
  /** Bytes in hex or decimal. */
  readonly numbers: ReadonlySet<'hex' | 'decimal'>
  /** Parameters are parted by spaces. */
  readonly spaced: boolean
}

/** Rows of text: a time, a logger's tag, a mark of the direction in front, as far as there are any. */
export const textReader: Reader = { shape: 'text', score: () => 0.3, open: openText }

const learned = new WeakMap<readonly string[], Habits>()

export function openText(sample: readonly string[]): RowReader {
  const habits = learned.get(sample) ?? habitsOf(sample)
  learned.set(sample, habits)
  return { read: (row) => readRow(row, habits) }
}

/** A text with what stands for bytes in it turned into them. */
interface Decoded {
  readonly text: string
  /** It was written in numbers, or with its line ends. */
  readonly exact: boolean
  /** It was written in numbers: quotes in it are its own. */
  readonly numeric?: true
}

function habitsOf(sample: readonly string[]): Habits {
  const filled = sample.filter((row) => row.trim() !== '')
  const quoted = isQuoted(filled)
  const rows = quoted ? filled.map(unquote) : filled
  const common = commonPrefixes(rows)
  const arrows = arrowsOf(rows, common)
  const texts = rows.map((row) => peel(row, common, arrows).text)
  const numbers = numbersOf(texts)
  const decoded = texts.map((text) => decode(text, numbers))
  const marks = learnMarks(decoded.map(({ text }) => text))
  const taken = decoded.map(({ text, exact }) => ({ ...markedAs(text, marks), exact }))
  return {
    quoted,
    common,
    arrows,
    marks,
    writtenEnds: new Set((['host', 'module', 'unknown'] as const).filter((side) => writesEnds(taken, side))),
    numbers,
    spaced: rows.some((row) => row.includes('modem_chat')),
  }
}

const markedAs = (text: string, marks: Marks): Marked => takeMark(text, marks) ?? { side: 'unknown', text }

function numbersOf(texts: readonly string[]): ReadonlySet<'hex' | 'decimal'> {
  const share = (kind: 'hex' | 'decimal'): number =>
    texts.filter((text) => bytesIn(text, kind) !== undefined).length / (texts.length || 1)
  return new Set((['hex', 'decimal'] as const).filter((kind) => share(kind) >= (kind === 'hex' ? 0.15 : 0.05)))
}

function decode(text: string, numbers: Habits['numbers']): Decoded {
  for (const kind of numbers) {
    const found = bytesIn(text, kind, true)
    if (found) return { text: found.before + found.bytes, exact: true, numeric: true }
  }
  if (hasLineEndNotation(text)) return { text: readEscapes(text), exact: true }
  return { text: hasByteNotation(text) ? readEscapes(text) : text, exact: false }
}

function writesEnds(taken: readonly { readonly side: LogSide; readonly exact: boolean }[], side: LogSide): boolean {
  const own = taken.filter((row) => row.side === side)
  return own.length > 0 && own.filter(({ exact }) => exact).length * 3 >= own.length
}

/** A mail that was answered, or a quotation in Markdown. */
const isQuoted = (rows: readonly string[]): boolean =>
  rows.length >= 2 &&
  rows.every((row) => /^ ?[>|]/.test(row)) &&
  rows.some((row) => /^ ?> ?(?:OK|ERROR|\+[A-Z ]+: .*)$/.test(row))

const unquote = (row: string): string => row.replace(/^ ?[>|] ?/, '')

/** What an arrow behind the time of a row means: where `<` is there too, it says who sent it. */
function arrowsOf(rows: readonly string[], common: CommonPrefixes): Arrows {
  const behind = rows.map((row) => peel(row, common, 'direction')).filter(({ depth }) => depth > 0)
  if (behind.some(({ text }) => /^(?:<+-*|<=)(?: |$|[A-Z+\\'"])/.test(text))) return 'direction'
  return behind.filter(({ text }) => /^>(?: |$)/.test(text)).length * 2 >= behind.length ? 'separator' : 'prompt'
}

function readRow(row: string, habits: Habits): readonly Piece[] {
  const peeled = peel(habits.quoted ? unquote(row) : row, habits.common, habits.arrows)
  const { text, exact, numeric } = decode(peeled.text, habits.numbers)
  const marked = markedAs(text, habits.marks)
  const whole = !exact && !habits.writtenEnds.has(marked.side)
  const texts = (numeric ? undefined : quotedStrings(marked.text)) ?? [marked.text]
  return texts.map((each) =>
    piece(marked.side, habits.spaced ? withCommas(each) : each, peeled, whole || texts.length > 1),
  )
}

/** `+CEREG:  0 1` is `+CEREG: 0,1`; words stay together. */
function withCommas(text: string): string {
  const match = /^\s*(\+[A-Z]+): +(\S.*)$/.exec(text)
  return match ? `${match[1]}: ${match[2]!.trim().replace(/(?<![A-Za-z]) +| +(?![A-Za-z])/g, ',')}` : text
}

const piece = (side: LogSide, text: string, { ms }: Peeled, whole: boolean): Piece => ({
  side,
  text,
  whole,
  ...(ms !== undefined && { ms }),
})
