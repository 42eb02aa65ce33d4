import { partsOf } from '../../src/transcript/language/cases.ts'
import { parseTranscript } from '../../src/transcript/language/parse.ts'
import type { Transcript } from '../../src/transcript/language/transcript.ts'
import { TranscriptError } from '../../src/transcript/language/transcript-error.ts'
import { claim, claimSame } from './claim.ts'

const fileName = 'fuzzed.at'

/**
 * The parser of the `.at` language. Whatever the text, there is a transcript or a `TranscriptError` with a line and a
 * column that the text has, and a sentence. Steps and blocks stand in lines of the text, in order; every step is in one
 * part. Read with CR LF, with LF alone, or with a byte order mark, it is the same; the length says which is tried.
 */
export function transcript(input: Uint8Array): void {
  const text = new TextDecoder().decode(input)
  const lines = text.split(/\r?\n/)
  const found = read(text)
  if (found instanceof TranscriptError) claimPlace(found, lines)
  else claimOrder(found, lines.length)
  const otherwise = [lines.join('\r\n'), lines.join('\n'), `\uFEFF${text}`][input.length % 3]!
  claimSame(outcomeOf(read(otherwise)), outcomeOf(found), 'written otherwise, it is')
}

function read(text: string): Transcript | TranscriptError {
  try {
    return parseTranscript(text, fileName)
  } catch (error) {
    if (error instanceof TranscriptError) return error
    throw error
  }
}

const outcomeOf = (found: Transcript | TranscriptError): unknown =>
  found instanceof TranscriptError ? found.message : found

function claimPlace({ message, place, column }: TranscriptError, lines: readonly string[]): void {
  claim(
    Number.isInteger(place.line) && place.line >= 1 && place.line <= lines.length,
    `line ${place.line} of ${lines.length}`,
  )
  const { length } = lines[place.line - 1]!
  if (column !== undefined) claim(column >= 1 && column <= length + 1, `column ${column} of a line of ${length}`)
  claim(message.startsWith(`${fileName}:${place.line}`), 'the message does not begin with its place')
  claim(message.slice(fileName.length).includes('.'), `no sentence: ${message}`)
}

function claimOrder(read: Transcript, lineCount: number): void {
  const numbers = read.steps.map(({ line }) => line)
  claim(
    numbers.every((line, i) => line > (numbers[i - 1] ?? 0) && line <= lineCount),
    'steps are not in order',
  )
  for (const { line, endLine } of read.blocks)
    claim(line >= 1 && line < endLine && endLine <= lineCount, 'a block without end')
  const parts = partsOf(read)
  for (const step of read.steps) {
    const held = parts.filter((part) => part.steps.includes(step)).length
    claim(held === 1, `a step is in ${held} parts`)
  }
}
