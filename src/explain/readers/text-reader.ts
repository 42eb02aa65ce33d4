import { learnMarks, type Marks, takeMark } from './marks.ts'
import { decimalBytes, hasLineEndNotation, hexBytes, quotedStrings, readEscapes } from './notation.ts'
import { commonPrefixes, type Peeled, peel } from './peel.ts'
import type { LogSide, Piece, Reader, RowReader } from './reader.ts'

/** What was learned from the first rows of a log. */
interface Habits {
  readonly quoted: boolean
  readonly common: ReturnType<typeof commonPrefixes>
  readonly keepsArrow: boolean
  readonly marks: Marks
  /** Sides whose rows have their line ends written out: the end of a row is none. */
  readonly writtenEnds: ReadonlySet<LogSide>
  readonly hex: boolean
  readonly decimal: boolean
}

/** Rows of text: a time, a logger's tag, a mark of the direction in front, as far as there are any. */
export const textReader: Reader = { shape: 'text', score: () => 0.3, open: (sample) => openText(sample) }

function openText(sample: readonly string[]): RowReader {
  const habits = habitsOf(sample)
  return { read: (text) => readRow(text, habits) }
}

function habitsOf(sample: readonly string[]): Habits {
  const filled = sample.filter((row) => row.trim() !== '')
  const quoted = isQuoted(filled)
  const rows = quoted ? filled.map(unquote) : filled
  const common = commonPrefixes(rows)
  const keepsArrow = hasArrows(rows, common)
  const texts = rows.map((row) => peel(row, common, keepsArrow).text)
  const marks = learnMarks(texts)
  const taken = texts.map((text) => takeMark(text, marks) ?? { side: 'unknown' as const, text })
  const share = (test: (text: string) => boolean) => taken.filter(({ text }) => test(text)).length / (taken.length || 1)
  return {
    quoted,
    common,
    keepsArrow,
    marks,
    writtenEnds: new Set((['host', 'module', 'unknown'] as const).filter((side) => writesEnds(taken, side))),
    hex: share((text) => hexBytes(text) !== undefined) >= 0.15,
    decimal: share((text) => decimalBytes(text) !== undefined) >= 0.1,
  }
}

function writesEnds(taken: readonly { readonly side: LogSide; readonly text: string }[], side: LogSide): boolean {
  const own = taken.filter((row) => row.side === side)
  return own.length > 0 && own.filter(({ text }) => hasLineEndNotation(text)).length * 4 >= own.length
}

/** A mail that was answered, or a quotation in Markdown. */
const isQuoted = (rows: readonly string[]): boolean =>
  rows.length >= 4 && rows.filter((row) => /^ ?>/.test(row)).length * 10 >= rows.length * 9

const unquote = (row: string): string => row.replace(/^(?: ?> ?)+/, '')

/** `>` and `<` behind the time say who sent it, where both are there. */
function hasArrows(rows: readonly string[], common: ReturnType<typeof commonPrefixes>): boolean {
  const behind = rows.map((row) => peel(row, common, true)).filter(({ depth }) => depth > 0)
  const incoming = behind.filter(({ text }) => /^(?:<+-*|<=)(?: |$|[A-Z+\\])/.test(text)).length
  const outgoing = behind.filter(({ text }) => /^(?:-*>+|=>)(?: |$|[A-Z+\\])/.test(text)).length
  return incoming > 0 && outgoing > 0
}

function readRow(row: string, habits: Habits): readonly Piece[] {
  const peeled = peel(habits.quoted ? unquote(row) : row, habits.common, habits.keepsArrow)
  const marked = takeMark(peeled.text, habits.marks) ?? { side: 'unknown' as const, text: peeled.text }
  const bytes = bytesIn(marked.text, habits)
  if (bytes !== undefined) return [piece(marked.side, bytes, peeled, false)]
  return textsIn(marked.text).flatMap((text) => piecesOf(text, marked.side, peeled, habits))
}

function bytesIn(text: string, { hex, decimal }: Habits): string | undefined {
  const asHex = hex ? hexBytes(text.replace(/^(?:0x)?[0-9a-f]{4,8}:?\s+/i, '')) : undefined
  return asHex ?? (decimal ? decimalBytes(text) : undefined)
}

const textsIn = (text: string): readonly string[] => quotedStrings(text) ?? [text]

function piecesOf(text: string, side: LogSide, peeled: Peeled, { writtenEnds }: Habits): readonly Piece[] {
  if (!hasLineEndNotation(text)) return [piece(side, text, peeled, !writtenEnds.has(side))]
  return [piece(side, readEscapes(text), peeled, !writtenEnds.has(side))]
}

const piece = (side: LogSide, text: string, { ms }: Peeled, whole: boolean): Piece => ({
  side,
  text,
  whole,
  ...(ms !== undefined && { ms }),
})
