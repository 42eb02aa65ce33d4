/**
 * The `.at` language: what a host sends to a module and what has to come back. One step a line, one blank behind the mark.
 *
 *     # comment
 *     @profile sim767x               what the module is; once
 *     @cite §2.2.3                   the section that the steps from here on show
 *     > AT+CMQTTSTART                sent, CR added; {name} is filled in
 *     < OK                           next line of the response, exactly; empty lines before it don't count
 *     < +CMQTTSTART: 0  within 12s   has its own limit (s or ms, two blanks before `within`)
 *     < +CSQ: {0-31},{*}             a number in a range, anything; {name}: its value, or bound to what stands there
 *     ~ +CMQTTCONNLOST: 0,1          comes at any time from here on, also `within 5s`; by the end it must have come
 *     <prompt                        CR LF `>`
 *     >> simcommsg                   these bytes are sent; \xNN \r \n \\
 *     << simcommsg                   exactly these bytes come next, then CR LF
 *     ~~ simcommsg                   the same within a `~` block
 *     ~                              waits until everything announced by `~` has come
 *
 * Consecutive `~` and `~~` lines are one block: they come together and in this order, with nothing in between.
 */
import { bytesOf, textOf } from '../at/bytes/bytes.ts'
import { isSendable, type Pattern, parsePattern } from './pattern.ts'
import type { Action, BlockItem, Place, Step, Transcript } from './transcript.ts'
import { TranscriptError } from './transcript-error.ts'

interface Reading {
  readonly fileName: string
  readonly steps: Step[]
  line: number
  profile?: string
  cite?: string
  /** The `~` block that the next line may go on with. */
  block: BlockItem[] | undefined
}

const marks = ['<prompt', '>>', '<<', '~~', '>', '<', '~']

/** Reads a transcript; throws a `TranscriptError` that names file and line. */
export function parseTranscript(text: string, fileName: string): Transcript {
  const reading: Reading = { fileName, steps: [], line: 0, block: undefined }
  for (const line of text.split(/\r?\n/)) {
    reading.line++
    readLine(reading, line)
  }
  return { fileName, steps: reading.steps, ...(reading.profile && { profile: reading.profile }) }
}

function readLine(reading: Reading, line: string): void {
  if (!line.trim() || line.startsWith('#')) {
    reading.block = undefined
    return
  }
  if (line !== line.trimEnd()) fail(reading, 'the line ends in a blank; in bytes it can be written as \\x20.')
  if (line.startsWith('@')) readDirective(reading, line)
  else readStep(reading, line)
}

function readDirective(reading: Reading, line: string): void {
  const [, name, value] = /^@(\S*)\s*(.*)$/.exec(line)!
  if (name !== 'profile' && name !== 'cite') fail(reading, `unknown directive @${name}; there are @profile and @cite.`)
  if (!value) fail(reading, `@${name} needs a value.`)
  if (name === 'profile' && reading.profile) fail(reading, '@profile stands here a second time.')
  reading.block = undefined
  reading[name] = value
}

function readStep(reading: Reading, line: string): void {
  const mark = marks.find((candidate) => line.startsWith(candidate))
  if (!mark) fail(reading, `a line begins with one of # @ ${marks.join(' ')}.`)
  const rest = line.slice(mark.length)
  if (rest && (!rest.startsWith(' ') || mark === '<prompt'))
    fail(reading, `"${mark}" is followed by one blank and a text.`)
  const content = rest.slice(1)
  if (mark === '~~' || (mark === '~' && content)) {
    readBlockItem(reading, mark, content)
  } else {
    reading.block = undefined
    reading.steps.push({ ...place(reading), ...readAction(reading, mark, content) })
  }
}

function readAction(reading: Reading, mark: string, content: string): Action {
  if (mark === '<prompt') return { kind: 'prompt' }
  if (mark === '~') return { kind: 'settle' }
  if (mark === '>') return { kind: 'send', pattern: readSent(reading, content) }
  if (mark === '>>') return { kind: 'sendBytes', bytes: readBytes(reading, content) }
  if (mark === '<<') return { kind: 'bytes', bytes: readBytes(reading, content) }
  return { kind: 'line', ...readTimed(reading, content) }
}

function readBlockItem(reading: Reading, mark: string, content: string): void {
  const { block } = reading
  if (mark === '~~') {
    if (!block) fail(reading, '"~~" needs a "~" line straight before it.')
    block.push({ kind: 'bytes', bytes: readBytes(reading, content) })
    return
  }
  const { pattern, ...limit } = readTimed(reading, content)
  if (block && 'withinMs' in limit) fail(reading, '"within" belongs to the first line of a block.')
  const items = block ?? []
  items.push({ kind: 'line', pattern })
  if (block) return
  reading.block = items
  reading.steps.push({ ...place(reading), kind: 'anyTime', items, ...limit })
}

function readSent(reading: Reading, content: string): Pattern {
  const pattern = readPattern(reading, content)
  if (!isSendable(pattern)) fail(reading, 'a line that is sent takes {name} holes only.')
  return pattern
}

function readTimed(reading: Reading, content: string): { pattern: Pattern; withinMs?: number } {
  if (!content) fail(reading, 'the line that should come is missing.')
  const [, text = content, amount, unit] = /^(.*?) {2,}within (\d+)(s|ms)$/.exec(content) ?? []
  const pattern = readPattern(reading, text)
  return amount ? { pattern, withinMs: Number(amount) * (unit === 's' ? 1000 : 1) } : { pattern }
}

function readPattern(reading: Reading, content: string): Pattern {
  const pattern = parsePattern(textOf(new TextEncoder().encode(content)))
  return typeof pattern === 'string' ? fail(reading, pattern) : pattern
}

function readBytes(reading: Reading, content: string): Uint8Array {
  if (!content) fail(reading, 'the bytes are missing.')
  const text = textOf(new TextEncoder().encode(content))
  return bytesOf(text.replace(/\\(x[0-9A-Fa-f]{2}|.?)/g, (sequence, code) => escapedByte(reading, sequence, code)))
}

function escapedByte(reading: Reading, sequence: string, code: string): string {
  if (code === 'r') return '\r'
  if (code === 'n') return '\n'
  if (code === '\\') return '\\'
  if (code.length === 3) return String.fromCharCode(Number.parseInt(code.slice(1), 16))
  return fail(reading, `${sequence} is no escape: there are \\xNN, \\r, \\n and \\\\.`)
}

function place({ fileName, line, cite }: Reading): Place {
  return cite ? { fileName, line, cite } : { fileName, line }
}

function fail(reading: Reading, sentence: string): never {
  throw new TranscriptError(place(reading), sentence)
}
