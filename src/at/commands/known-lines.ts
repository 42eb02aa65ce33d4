import { copyOf } from '../syntax/bytes.ts'
import { type ParsedCommand, parseCommand } from '../syntax/parse-line.ts'
import { type Command, type MatchedWrite, matchWrite } from './command.ts'

/**
 * Command lines that were typed before, with what was read of them: a host that publishes types the same three over and
 * over, and to parse one and to check its parameters costs more than all else that it makes a module do. The only place
 * of the language that keeps something between two calls: it holds what would be read again, so nothing depends on it.
 */
interface KnownLine {
  readonly line: Uint8Array
  readonly call: ParsedCommand
  /** Whose write form it was matched with. */
  command: Command | undefined
  matched: MatchedWrite | undefined
}

/** By a hash of their bytes; a line takes the place of the one that has the same. */
const knownLines = new Array<KnownLine | undefined>(256).fill(undefined)
const knownCalls = new Map<ParsedCommand, KnownLine>()
const longestKnown = 48
const QUOTE = 0x22
/** Behind `AT`. */
const start = 2

/** `parseCommand` for the first command of a line. */
export function parseFirst(line: Uint8Array): ParsedCommand | undefined {
  if (line.length > longestKnown) return parseCommand(line, start)
  const hash = hashOf(line)
  const known = knownLines[hash]
  return known !== undefined && isSame(known.line, line) ? known.call : parseNew(line, hash)
}

/** What a line with a text in it asks for is seldom asked twice, and the text may be a secret: it is not kept. */
function parseNew(typed: Uint8Array, hash: number): ParsedCommand | undefined {
  if (typed.includes(QUOTE)) return parseCommand(typed, start)
  const line = copyOf(typed)
  const call = parseCommand(line, start)
  if (call === undefined || call.form !== 'write' || call.next < line.length) return call
  const known: KnownLine = { line, call, command: undefined, matched: undefined }
  const replaced = knownLines[hash]
  if (replaced) knownCalls.delete(replaced.call)
  knownLines[hash] = known
  knownCalls.set(call, known)
  return call
}

/** `matchWrite` for a command that may be one of those. */
export function matchKnown(command: Command, call: ParsedCommand): MatchedWrite | undefined {
  const known = knownCalls.get(call)
  if (known === undefined) return matchWrite(command, call.tokens)
  if (known.command !== command) {
    known.matched = matchWrite(command, call.tokens)
    known.command = command
  }
  return known.matched
}

function hashOf(line: Uint8Array): number {
  let hash = 0
  for (let at = 0; at < line.length; at++) hash = (hash * 31 + line[at]!) | 0
  return hash & 0xff
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false
  return true
}
