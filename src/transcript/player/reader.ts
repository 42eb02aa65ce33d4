import { CR, LF } from '../../at/syntax/bytes.ts'
import type { BlockItem } from '../language/transcript.ts'
import type { Awaited, Expected, PlayReader, Verdict } from './reader-state.ts'
import { completeLine, readStrict, readStrictBytes, takeLine } from './strict-reader.ts'

const greaterThan = 0x3e
const lineEnd = '\r\n'

/** Reads one step from the received bytes. */
export function readNext(reader: PlayReader, expected: Expected): Verdict {
  const block = reader.awaited.find(({ read }) => read > 0)
  if (block) return readBlockItem(reader, block)
  if (expected.strict) return readStrict(reader, expected)
  if (expected.kind === 'bytes') return readStrictBytes(reader, expected.pattern, lineEnd)
  if (expected.kind === 'settle' && reader.awaited.length === 0) return 'done'
  const skipped = skipEcho(reader, expected)
  return skipped ?? skipBlank(reader) ?? readAnswer(reader, expected)
}

function skipEcho({ inbox, echoes }: PlayReader, expected: Expected): Verdict | undefined {
  const echo = echoes.match(inbox.unread())
  if (echo === 'part') return expected.kind === 'end' ? 'done' : 'wait'
  if (echo === 0) return undefined
  inbox.skip(echo)
  echoes.taken()
  return 'again'
}

function skipBlank({ inbox, echoes }: PlayReader): Verdict | undefined {
  const byte = inbox.unread()[0]
  if (byte !== CR && byte !== LF) return undefined
  if (byte === LF) echoes.lineFeed()
  inbox.skip(1)
  return 'again'
}

function readAnswer(reader: PlayReader, expected: Expected): Verdict {
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

function readLine(reader: PlayReader, expected: Expected, line: string): Verdict {
  if (expected.kind === 'line' && takeLine(reader, expected.pattern, line)) {
    reader.echoes.answered()
    return 'done'
  }
  const block = reader.awaited.find(({ step }) => takeItem(reader, step.items[0]!, line))
  if (!block) return 'differs'
  advance(reader, block)
  return 'again'
}

function readBlockItem(reader: PlayReader, block: Awaited): Verdict {
  const item = block.step.items[block.read]!
  if (item.kind === 'bytes') {
    const verdict = readStrictBytes(reader, item.pattern, lineEnd)
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

function advance(reader: PlayReader, block: Awaited): void {
  reader.tookItem(block.step.items[block.read]!)
  block.read++
  if (block.read === block.step.items.length) reader.awaited.splice(reader.awaited.indexOf(block), 1)
}

function takeItem(reader: PlayReader, item: BlockItem, line: string): boolean {
  return item.kind === 'line' && takeLine(reader, item.pattern, line)
}
