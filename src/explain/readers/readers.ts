import { isCommandText, isReplyText } from '../lines/grammar.ts'
import { blockReader } from './block-reader.ts'
import { flatReader } from './flat-reader.ts'
import type { LogSide, Piece, Reader, RowReader } from './reader.ts'
import { recordingReader } from './recording-reader.ts'
import { tableReaders } from './table-reader.ts'
import { textReader } from './text-reader.ts'
import { traceReader } from './trace-reader.ts'

const readers: readonly Reader[] = [traceReader, recordingReader, blockReader, ...tableReaders, flatReader, textReader]

const mostCopies = 4

export interface ChosenReader {
  readonly shape: string
  readonly reader: RowReader
  /** 0 to 1: how much of the log is AT traffic, as it was read. */
  readonly confidence: number
  /** How often a command stands there: twice where its echo is shown. */
  readonly copies: number
  /** The same, of rows that are marked as the host's alone. */
  readonly hostCopies: number
}

/** Tries the two readers that fit best on the first rows, and takes the one that finds more AT traffic. */
export function chooseReader(sample: readonly string[]): ChosenReader {
  const ranked = readers
    .map((reader) => ({ reader, score: reader.score(sample) }))
    .sort((one, other) => other.score - one.score)
  const tried = (at: number) => triedOn(sample, ranked[at]!)
  const likeliest = tried(0)
  const best = isBeyond(likeliest, ranked[1]!.score) ? likeliest : better(likeliest, tried(1))
  return {
    shape: best.reader.shape,
    reader: best.reader.open(sample),
    confidence: best.sense,
    copies: copiesIn(best.lines),
    hostCopies: copiesIn(best.lines, 'host'),
  }
}

interface Ranked {
  readonly reader: Reader
  readonly score: number
}

interface Tried extends Ranked {
  readonly lines: readonly SampleLine[]
  readonly sense: number
}

function triedOn(sample: readonly string[], { reader, score }: Ranked): Tried {
  const lines = linesOf(reader.open(sample), sample)
  return { reader, score, lines, sense: senseOf(lines) }
}

/** Whether no reader with such a score can be better, whatever it finds. */
const isBeyond = ({ sense, score }: Tried, other: number): boolean => other <= 0 || sense + score >= other + 1

const better = (one: Tried, other: Tried): Tried => (other.sense + other.score > one.sense + one.score ? other : one)

type SampleLine = Pick<Piece, 'side' | 'text'>

const linesOf = (reader: RowReader, sample: readonly string[]): readonly SampleLine[] =>
  sample
    .flatMap((row) => reader.read(row))
    .filter(({ side }) => side !== 'print')
    .flatMap(({ side, text }) => text.split(/[\r\n]+/).map((line) => ({ side, text: line.trim() })))
    .filter(({ text }) => text !== '')

/** The share of the lines that are commands or replies. */
const senseOf = (lines: readonly SampleLine[]): number =>
  lines.filter(({ text }) => isCommandText(text) || isReplyText(text)).length / (lines.length || 1)

/** Of the commands that are answered: how often most of them stand there. */
function copiesIn(lines: readonly SampleLine[], side?: LogSide): number {
  const counts: number[] = []
  lines.forEach(({ text }, i) => {
    if (!isCommandText(text) || !isReplyText(lines[i + 1]?.text ?? '')) return
    let first = i
    while (i - first < mostCopies && lines[first - 1]?.text.endsWith(text)) first--
    counts.push(lines.slice(first, i + 1).filter((line) => side === undefined || line.side === side).length)
  })
  counts.sort((one, other) => one - other)
  return counts[Math.floor((counts.length - 1) / 2)] ?? 1
}
