import { bytesOf, CR, LF, textOf } from '../../at/syntax/bytes.ts'
import { match, type Pattern } from '../language/pattern.ts'
import { matchBytes } from './byte-pattern.ts'
import type { Expected, PlayReader, Verdict } from './reader-state.ts'

const promptBytes = bytesOf('\r\n>')

/** Reads what a strict step expects: nothing is skipped, nothing comes in between. */
export function readStrict(reader: PlayReader, expected: Expected): Verdict {
  if (expected.kind === 'settle') return 'done'
  if (expected.kind === 'end') return reader.inbox.unread().length > 0 ? 'differs' : 'done'
  if (expected.kind === 'bytes') return readStrictBytes(reader, expected.pattern, '')
  if (expected.kind === 'prompt') return readPrompt(reader)
  return readLine(reader, expected.pattern)
}

/** Bytes, and the `tail` behind them. */
export function readStrictBytes(reader: PlayReader, pattern: Pattern, tail: string): Verdict {
  const found = matchBytes(pattern, tail, reader.inbox.unread(), reader.values)
  if (found.verdict !== 'whole') return found.verdict === 'part' ? 'wait' : 'differs'
  reader.values = found.values
  reader.inbox.skip(found.length)
  return 'done'
}

function readPrompt({ inbox }: PlayReader): Verdict {
  const unread = inbox.unread()
  if (promptBytes.some((byte, i) => i < unread.length && unread[i] !== byte)) return 'differs'
  if (unread.length < promptBytes.length) return 'wait'
  inbox.skip(promptBytes.length)
  return 'done'
}

function readLine(reader: PlayReader, pattern: Pattern): Verdict {
  const unread = reader.inbox.unread()
  const line = completeLine(unread)
  if (line !== undefined) return takeLine(reader, pattern, line) ? 'done' : 'differs'
  return pattern.source === '' && !isCrLf(unread) ? 'differs' : 'wait'
}

const isCrLf = (unread: Uint8Array): boolean => unread.length === 0 || (unread[0] === CR && (unread[1] ?? LF) === LF)

/** Takes a line that fits, its CR LF too. */
export function takeLine(reader: PlayReader, pattern: Pattern, line: string): boolean {
  const values = match(pattern, line, reader.values)
  if (!values) return false
  reader.values = values
  reader.inbox.skip(line.length + 2)
  return true
}

/** The unread bytes up to the first CR LF. */
export function completeLine(unread: Uint8Array): string | undefined {
  for (let at = unread.indexOf(CR); at >= 0; at = unread.indexOf(CR, at + 1)) {
    if (unread[at + 1] === LF) return textOf(unread, 0, at)
  }
  return undefined
}
