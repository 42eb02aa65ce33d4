import { isCommandText, isReplyText } from '../lines/grammar.ts'
import type { Piece, Reader } from './reader.ts'
import { openText } from './text-reader.ts'

/** Where rows began before a log was made one row: before commands, replies and times. Looks once at a run of spaces. */
const starts =
  /(?:^|(?<!\s)\s+)(?=(?:\[?\d{1,2}:\d\d:\d\d(?:[.,:]\d+)?\]? *(?:->|>)?\s)|(?:AT[+&^$*%#][A-Z]|AT(?=\s|$)|ATE[01]\b|ATI\b)|(?:[+*^$][A-Z][A-Z0-9_]{2,20}(?:: |(?=\s|$)))|(?:(?:OK|ERROR|>|RDY|QCRDY|SMS DONE|PB DONE)(?=\s|$)))/

/** Behind a time the text belongs to it. */
const afterTime = /(\d\d:\d\d:\d\d(?:[.,:]\d+)?\]? *(?:->|>)?)\s*\n/g

/** A log that was pasted without line ends: all in one row. */
export const flatReader: Reader = {
  shape: 'flattened',
  score: (sample) => {
    const rows = sample.filter((row) => row.trim() !== '')
    const flat = rows.filter((row) => isFlat(piecesIn(row), rows.length))
    return rows.length > 0 && lengthOf(flat) * 2 >= lengthOf(rows) ? 0.9 : 0
  },
  open: (sample) => {
    const reader = openText(sample.flatMap(piecesIn))
    return { read: (row): readonly Piece[] => piecesIn(row).flatMap((piece) => reader.read(piece)) }
  },
}

const lengthOf = (rows: readonly string[]): number => rows.reduce((sum, { length }) => sum + length, 0)

/** A row of a few commands and answers; where it is the only one, two are enough. */
const isFlat = (pieces: readonly string[], rows: number): boolean =>
  pieces.length >= (rows <= 2 || isCommandText(pieces[0]!.trim()) ? 2 : 4) &&
  pieces.some((piece) => isReplyText(piece.trim())) &&
  pieces.filter((piece) => isCommandText(piece.trim()) || isReplyText(piece.trim())).length >= 2

const piecesIn = (row: string): readonly string[] =>
  row
    .split(starts)
    .filter((piece) => piece !== undefined && piece.trim() !== '')
    .flatMap(withoutAnswer)
    .join('\n')
    .replace(afterTime, '$1 ')
    .split('\n')

/** `AT+CGMM A7670E-FASE`: a command holds no space but in quotes or behind a comma. */
function withoutAnswer(piece: string): readonly string[] {
  const match = /^(AT(?:[^\s"]|"[^"]*"|(?<=[,=]) )*)\s+(.+)$/.exec(piece)
  return match ? [match[1]!, match[2]!] : [piece]
}
