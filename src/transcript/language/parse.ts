/**
 * The `.at` language: what a host sends to a module and what has to come back. One step a line, one blank behind the mark.
 * The whole grammar with an example of everything is `docs/reference/transcripts.md`.
 *
 *     > AT+CMQTTSTART                sent, CR added; {name} is filled in
 *     < OK                           next line of the response, exactly; empty lines before it don't count
 *     < +CMQTTSTART: 0  within 12s   has its own limit (s or ms, two blanks before `within`)
 *     ~ +CMQTTCONNLOST: 0,1          comes at any time from here on; by the end it must have come
 *     <prompt                        CR LF `>`
 *     >> simcommsg                   these bytes are sent; \xNN \r \n \\
 *     << simcommsg                   exactly these bytes come next, then CR LF
 *
 * Consecutive `~` and `~~` lines come together and in this order, with nothing in between.
 */
import { milliseconds, readDirective } from './directives.ts'
import { type Flaw, isSendable, type Pattern, parseBytes, parsePattern } from './pattern.ts'
import { addStep, fail, type Reading, startReading } from './reading.ts'
import type { Action, Transcript } from './transcript.ts'

const marks = ['<prompt', '>>', '<<', '~~', '>', '<', '~']

/** Reads a transcript; throws a `TranscriptError` that names file, line and column. */
export function parseTranscript(text: string, fileName: string): Transcript {
  const reading = startReading(fileName)
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    reading.line++
    reading.text = line
    readLine(reading, line)
  }
  const { steps, blocks, conditions, shows, title, open, timing } = reading
  if (open) fail(reading, 0, `the block of line ${open.line} has no @end.`)
  if (timing) fail(reading, 0, '@at belongs to the step behind it: there is none.')
  const profile = conditions.profiles.find((name) => !name.startsWith('!'))
  return { fileName, conditions, steps, blocks, shows, ...(profile && { profile }), ...(title && { title }) }
}

function readLine(reading: Reading, line: string): void {
  if (!line.trim() || line.startsWith('#')) {
    reading.items = undefined
    if (line.startsWith('#')) reading.title ??= line.slice(1).trim()
    return
  }
  const text = line.trimEnd()
  if (line !== text) fail(reading, text.length, 'the line ends in a blank; in bytes it can be written as \\x20.')
  if (line.startsWith('@')) readDirective(reading, line)
  else readStep(reading, line)
}

function readStep(reading: Reading, line: string): void {
  const mark = marks.find((candidate) => line.startsWith(candidate))
  if (!mark) fail(reading, 0, `a line begins with one of # @ ${marks.join(' ')}.`)
  const rest = line.slice(mark.length)
  if (rest && (!rest.startsWith(' ') || mark === '<prompt'))
    fail(reading, mark.length, `"${mark}" is followed by ${mark === '<prompt' ? 'nothing' : 'one blank and a text'}.`)
  const content = rest.slice(1)
  if (mark.startsWith('~') && reading.scope.strict)
    fail(reading, 0, 'in strict mode every byte has its place, so nothing comes at any time: @lenient ends it.')
  if (mark === '~~' || (mark === '~' && content)) return readItem(reading, mark, content)
  reading.items = undefined
  addStep(reading, readAction(reading, mark, content))
}

function readAction(reading: Reading, mark: string, content: string): Action {
  if (mark === '<prompt') return { kind: 'prompt' }
  if (mark === '~') return { kind: 'settle' }
  if (mark === '>') return { kind: 'send', pattern: readSent(reading, content) }
  if (mark === '>>') return { kind: 'sendBytes', pattern: readBytes(reading, content) }
  if (mark === '<<') return { kind: 'bytes', pattern: readBytes(reading, content) }
  if (reading.scope.strict && !content) return { kind: 'line', pattern: { source: '', pieces: [] } }
  return { kind: 'line', ...readTimed(reading, content) }
}

function readItem(reading: Reading, mark: string, content: string): void {
  const { items } = reading
  if (mark === '~~') {
    if (!items) fail(reading, 0, '"~~" needs a "~" line straight before it.')
    items.push({ kind: 'bytes', pattern: readBytes(reading, content) })
    return
  }
  const { pattern, ...limit } = readTimed(reading, content)
  if (items && 'withinMs' in limit)
    fail(reading, reading.text.lastIndexOf('within'), '"within" belongs to the first line of a block.')
  if (items) return void items.push({ kind: 'line', pattern })
  reading.items = [{ kind: 'line', pattern }]
  addStep(reading, { kind: 'anyTime', items: reading.items, ...limit })
}

function readSent(reading: Reading, content: string): Pattern {
  const pattern = checked(reading, parsePattern(content))
  if (isSendable(pattern)) return pattern
  const hole = /\{(\*|\d+-\d+)\}/.exec(reading.text)
  return fail(reading, hole?.index ?? 0, 'a line that is sent takes {name} holes only.')
}

function readTimed(reading: Reading, content: string): { pattern: Pattern; withinMs?: number } {
  if (!content) fail(reading, reading.text.length, 'the line that should come is missing.')
  const [, text = content, limit] = /^(.*?) {2,}within (\d+(?:s|ms))$/.exec(content) ?? []
  if (!text && !reading.scope.strict) fail(reading, 2, 'the line that should come is missing.')
  const pattern = checked(reading, parsePattern(text))
  return limit ? { pattern, withinMs: milliseconds(limit) } : { pattern }
}

function readBytes(reading: Reading, content: string): Pattern {
  if (!content) fail(reading, reading.text.length, 'the bytes are missing.')
  return checked(reading, parseBytes(content))
}

/** The content of a line stands at its end, up to a `within`. */
function checked(reading: Reading, pattern: Pattern | Flaw): Pattern {
  if ('pieces' in pattern) return pattern
  return fail(reading, reading.text.indexOf(' ') + 1 + pattern.at, pattern.sentence)
}
