import { copyOf, textOf } from './bytes.ts'

/** One parameter as typed. A number is `bare`; a string may be either. */
export interface Token {
  readonly kind: 'bare' | 'quoted'
  /** The value of up to 15 bare digits; -1 for anything else. */
  readonly number: number
  /** Where its bytes are, quotes left out: most parameters are numbers, which need no view of their own. */
  readonly line: Uint8Array
  readonly from: number
  readonly to: number
}

export const bytesOfToken = ({ line, from, to }: Token): Uint8Array => line.subarray(from, to)

export type FormKind = 'execute' | 'read' | 'test' | 'write'

/** One command of a line. */
export interface ParsedCommand {
  /** Upper case: `+CMQTTPUB`, or a basic command's letter: `E`, `&W`. */
  readonly name: string
  readonly form: FormKind
  /** Of a write form; undefined: an empty parameter. */
  readonly tokens: readonly (Token | undefined)[]
  /** Where the line goes on, its length at the end. */
  readonly next: number
}

const SPACE = 0x20
const QUOTE = 0x22
const AMPERSAND = 0x26
const PLUS = 0x2b
const COMMA = 0x2c
const SEMICOLON = 0x3b
const EQUALS = 0x3d
const QUESTION = 0x3f
const noTokens: readonly undefined[] = []

/** Whether a line is for the module: `AT` in front, in any case. */
export function isCommandLine(line: Uint8Array): boolean {
  return (line[0]! | 0x20) === 0x61 && (line[1]! | 0x20) === 0x74
}

/** The command that begins at `from`; undefined at a syntax error. Spaces and one `;` before it are skipped by the caller's `next`. */
export function parseCommand(line: Uint8Array, from: number): ParsedCommand | undefined {
  const at = skipSpaces(line, from)
  return line[at] === PLUS ? parseExtended(line, at) : parseBasic(line, at)
}

export function skipSpaces(line: Uint8Array, from: number): number {
  let at = from
  while (line[at] === SPACE) at++
  return at
}

function parseExtended(line: Uint8Array, from: number): ParsedCommand | undefined {
  let at = from + 1
  while (isNameByte(line[at])) at++
  const name = nameOf(line, from, at)
  at = skipSpaces(line, at)
  if (line[at] === QUESTION) return ending(line, at + 1, name, 'read')
  if (line[at] !== EQUALS) return ending(line, at, name, 'execute')
  const value = skipSpaces(line, at + 1)
  if (line[value] === QUESTION) return ending(line, value + 1, name, 'test')
  return parseTokens(line, value, name)
}

/** Names that were typed before, by a hash of their bytes: to make a string costs more than all else of a short line. */
const knownNames = new Array<{ readonly typed: Uint8Array; readonly name: string } | undefined>(256).fill(undefined)
const longestKnownName = 32

/** Bytes `from`…`to` as text in upper case. */
function nameOf(line: Uint8Array, from: number, to: number): string {
  if (to - from > longestKnownName) return textOf(line, from, to).toUpperCase()
  let hash = 0
  for (let at = from; at < to; at++) hash = (hash * 31 + line[at]!) & 0xff
  const known = knownNames[hash]
  if (known !== undefined && isAt(line, from, to, known.typed)) return known.name
  const name = textOf(line, from, to).toUpperCase()
  knownNames[hash] = { typed: copyOf(line, from, to), name }
  return name
}

function isAt(line: Uint8Array, from: number, to: number, expected: Uint8Array): boolean {
  if (to - from !== expected.length) return false
  for (let i = 0; i < expected.length; i++) if (line[from + i] !== expected[i]) return false
  return true
}

function ending(line: Uint8Array, from: number, name: string, form: FormKind): ParsedCommand | undefined {
  const at = skipSpaces(line, from)
  if (at < line.length && line[at] !== SEMICOLON) return undefined
  return { name, form, tokens: noTokens, next: Math.min(at + 1, line.length) }
}

/** `E0`, `&W`: a letter, perhaps `&` before and a number behind it. The next command may follow at once. */
function parseBasic(line: Uint8Array, from: number): ParsedCommand | undefined {
  const letterAt = line[from] === AMPERSAND ? from + 1 : from
  if (!isLetter(line[letterAt])) return undefined
  const name = textOf(line, from, letterAt + 1).toUpperCase()
  const at = digitsEnd(line, letterAt + 1)
  if (name === 'S' && at > letterAt + 1) return parseRegister(line, from, at)
  const next = behindBasic(line, at)
  if (at === letterAt + 1) return { name, form: 'execute', tokens: noTokens, next }
  return { name, form: 'write', tokens: [bareToken(line, letterAt + 1, at)], next }
}

function digitsEnd(line: Uint8Array, from: number): number {
  let at = from
  while (isDigit(line[at])) at++
  return at
}

/** Where the line goes on behind a basic command. */
function behindBasic(line: Uint8Array, from: number): number {
  const at = skipSpaces(line, from)
  return line[at] === SEMICOLON ? at + 1 : at
}

/** `S0=1`, `S0?`: each register is a command of its own, and the next command may follow at once. */
function parseRegister(line: Uint8Array, from: number, nameEnd: number): ParsedCommand {
  const name = textOf(line, from, nameEnd).toUpperCase()
  const sign = skipSpaces(line, nameEnd)
  const plain = (form: FormKind, end: number) => ({ name, form, tokens: noTokens, next: behindBasic(line, end) })
  if (line[sign] === QUESTION) return plain('read', sign + 1)
  if (line[sign] !== EQUALS) return plain('execute', nameEnd)
  const value = skipSpaces(line, sign + 1)
  if (line[value] === QUESTION) return plain('test', value + 1)
  const end = digitsEnd(line, value)
  const token = end > value ? bareToken(line, value, end) : undefined
  return { name, form: 'write', tokens: [token], next: behindBasic(line, end) }
}

function parseTokens(line: Uint8Array, from: number, name: string): ParsedCommand | undefined {
  const tokens: (Token | undefined)[] = []
  let at = from
  for (;;) {
    at = skipSpaces(line, at)
    const end = line[at] === QUOTE ? line.indexOf(QUOTE, at + 1) + 1 : bareEnd(line, at)
    if (end <= 0) return undefined
    tokens.push(tokenOf(line, at, end))
    at = skipSpaces(line, end)
    if (at === line.length) return { name, form: 'write', tokens, next: at }
    if (line[at] === SEMICOLON) return { name, form: 'write', tokens, next: at + 1 }
    if (line[at] !== COMMA) return undefined
    at++
  }
}

/** End of an unquoted parameter, or -1 where a quote stands in it. */
function bareEnd(line: Uint8Array, from: number): number {
  let at = from
  while (at < line.length && line[at] !== COMMA && line[at] !== SEMICOLON) {
    if (line[at] === QUOTE) return -1
    at++
  }
  return at === 0 ? -1 : at
}

function tokenOf(line: Uint8Array, from: number, end: number): Token | undefined {
  if (line[from] === QUOTE) return { kind: 'quoted', number: -1, line, from: from + 1, to: end - 1 }
  let to = end
  while (to > from && line[to - 1] === SPACE) to--
  return to === from ? undefined : bareToken(line, from, to)
}

const bareToken = (line: Uint8Array, from: number, to: number): Token => ({
  kind: 'bare',
  number: numberOf(line, from, to),
  line,
  from,
  to,
})

const mostDigits = 15

function numberOf(line: Uint8Array, from: number, to: number): number {
  if (to - from > mostDigits) return -1
  let value = 0
  for (let at = from; at < to; at++) {
    const digit = line[at]! - 0x30
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39
const isLetter = (byte: number | undefined): boolean =>
  byte !== undefined && (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a
const isNameByte = (byte: number | undefined): boolean => isLetter(byte) || isDigit(byte)
