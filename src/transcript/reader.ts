import { CR, LF, textOf } from '../at/bytes/bytes.ts'
import type { Echoes } from './echoes.ts'
import type { Inbox } from './inbox.ts'
import { match, type Values } from './pattern.ts'
import type { BlockItem, Place, Step } from './transcript.ts'

/** What the player waits for: a step that receives, or the end, after which nothing may come. */
export type Expected = Extract<Step, { kind: 'line' | 'bytes' | 'prompt' | 'settle' }> | (Place & { kind: 'end' })

/** A `~` block that has not come, or not come to its end. */
export interface Awaited {
  readonly step: Extract<Step, { kind: 'anyTime' }>
  /** Undefined: the end of the transcript, or the next `~` alone, sets it. */
  readonly deadline: number | undefined
  /** How many of its items have been read. */
  read: number
}

/** What is known in the middle of a play. */
export interface Reader {
  readonly inbox: Inbox
  readonly echoes: Echoes
  readonly awaited: Awaited[]
  values: Values
}

/** `wait`: it takes more bytes to know. `differs`: what is there is not what may come. */
export type Verdict = 'done' | 'again' | 'wait' | 'differs'

const greaterThan = 0x3e

/** Reads one thing from the inbox. */
export function readNext(reader: Reader, expected: Expected): Verdict {
  const block = reader.awaited.find(({ read }) => read > 0)
  if (block) return readBlockItem(reader, block)
  if (expected.kind === 'bytes') return readBytes(reader.inbox, expected.bytes)
  if (expected.kind === 'settle' && reader.awaited.length === 0) return 'done'
  const skipped = skipEcho(reader, expected)
  return skipped ?? skipBlank(reader) ?? readAnswer(reader, expected)
}

function skipEcho({ inbox, echoes }: Reader, expected: Expected): Verdict | undefined {
  const echo = echoes.match(inbox.unread())
  if (echo === 'part') return expected.kind === 'end' ? 'done' : 'wait'
  if (echo === 0) return undefined
  inbox.skip(echo)
  echoes.taken()
  return 'again'
}

function skipBlank({ inbox, echoes }: Reader): Verdict | undefined {
  const byte = inbox.unread()[0]
  if (byte !== CR && byte !== LF) return undefined
  if (byte === LF) echoes.lineFeed()
  inbox.skip(1)
  return 'again'
}

function readAnswer(reader: Reader, expected: Expected): Verdict {
  const { inbox } = reader
  if (expected.kind === 'end') return inbox.unread().length > 0 ? 'differs' : 'done'
  if (expected.kind === 'prompt' && inbox.unread()[0] === greaterThan && inbox.lastRead() === LF) {
    inbox.skip(1)
    reader.echoes.answered()
    return 'done'
  }
  const line = completeLine(inbox.unread())
  return line === undefined ? 'wait' : readLine(reader, expected, line)
}

function readLine(reader: Reader, expected: Expected, line: string): Verdict {
  if (expected.kind === 'line' && takeLine(reader, expected, line)) {
    reader.echoes.answered()
    return 'done'
  }
  const block = reader.awaited.find(({ step }) => takeItem(reader, step.items[0]!, line))
  if (!block) return 'differs'
  advance(reader, block)
  return 'again'
}

function readBlockItem(reader: Reader, block: Awaited): Verdict {
  const item = block.step.items[block.read]!
  if (item.kind === 'bytes') {
    const verdict = readBytes(reader.inbox, item.bytes)
    if (verdict !== 'done') return verdict
  } else {
    const blank = skipBlank(reader)
    if (blank) return blank
    const line = completeLine(reader.inbox.unread())
    if (line === undefined) return 'wait'
    if (!takeItem(reader, item, line)) return 'differs'
  }
  advance(reader, block)
  return 'again'
}

function advance(reader: Reader, block: Awaited): void {
  block.read++
  if (block.read === block.step.items.length) reader.awaited.splice(reader.awaited.indexOf(block), 1)
}

function takeItem(reader: Reader, item: BlockItem, line: string): boolean {
  return item.kind === 'line' && takeLine(reader, item, line)
}

function takeLine(reader: Reader, { pattern }: Extract<BlockItem, { kind: 'line' }>, line: string): boolean {
  const values = match(pattern, line, reader.values)
  if (!values) return false
  reader.values = values
  reader.inbox.skip(line.length + 2)
  return true
}

function readBytes(inbox: Inbox, bytes: Uint8Array): Verdict {
  const unread = inbox.unread()
  const whole = [...bytes, CR, LF]
  if (!whole.slice(0, unread.length).every((byte, index) => byte === unread[index])) return 'differs'
  if (unread.length < whole.length) return 'wait'
  inbox.skip(whole.length)
  return 'done'
}

function completeLine(unread: Uint8Array): string | undefined {
  for (let at = unread.indexOf(CR); at >= 0; at = unread.indexOf(CR, at + 1)) {
    if (unread[at + 1] === LF) return textOf(unread, 0, at)
  }
  return undefined
}
