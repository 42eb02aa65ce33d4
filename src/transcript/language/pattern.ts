import { bytesOf, textOf } from '../../at/syntax/bytes.ts'

/** A line or bytes of a transcript with their holes. All text is one character a byte. */
export interface Pattern {
  /** As written, for messages. */
  readonly source: string
  readonly pieces: readonly PatternPiece[]
}

export type PatternPiece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'range'; readonly low: number; readonly high: number }
  /** `length`: how many bytes a value that is not known has. */
  | { readonly kind: 'name'; readonly name: string; readonly length?: number }

/** What is wrong with a text, and where: the index of a character. */
export interface Flaw {
  readonly at: number
  readonly sentence: string
}

/** Values of `{name}` holes, one character a byte. */
export type HoleBytes = ReadonlyMap<string, string>

/** Values of `{name}` holes from outside; a text is sent as UTF-8. */
export type HoleValues = Readonly<Record<string, string | Uint8Array>>

export function valuesOf(given: HoleValues = {}): HoleBytes {
  const byte = (value: string | Uint8Array) => (typeof value === 'string' ? byteText(value) : textOf(value))
  return new Map(Object.entries(given).map(([name, value]) => [name, byte(value)]))
}

const holes = 'holes are {0-31}, {*}, {name} and {name:8}; a brace is written {{ or }}'

/** Reads a line with holes `{lo-hi}`, `{*}`, `{name}`, `{name:length}`, and braces written twice. */
export function parsePattern(source: string): Pattern | Flaw {
  const pieces: PatternPiece[] = []
  for (const found of source.matchAll(/\{\{|\}\}|\{[^{}]*\}|[{}]|[^{}]+/g)) {
    const piece = parsePiece(found[0])
    if (typeof piece === 'string') return { at: found.index, sentence: piece }
    addPiece(pieces, piece)
  }
  return { source: byteText(source), pieces }
}

function parsePiece(part: string): PatternPiece | string {
  if (part === '{{' || part === '}}') return { kind: 'text', text: part[0]! }
  if (part === '{' || part === '}') return `"${part}" stands alone: ${holes}.`
  return part.startsWith('{') ? parseHole(part) : { kind: 'text', text: byteText(part) }
}

function parseHole(hole: string): PatternPiece | string {
  if (hole === '{*}') return { kind: 'any' }
  const range = /^\{(\d+)-(\d+)\}$/.exec(hole)
  if (range) return { kind: 'range', low: Number(range[1]), high: Number(range[2]) }
  return namedHole(hole) ?? `${hole} is no hole: ${holes}.`
}

function namedHole(hole: string): PatternPiece | undefined {
  const [, name, length] = /^\{([A-Za-z]\w*)(?::(\d{1,5}))?\}$/.exec(hole) ?? []
  if (name === undefined) return undefined
  return length === undefined ? { kind: 'name', name } : { kind: 'name', name, length: Number(length) }
}

const escapes = 'there are \\xNN, \\r, \\n and \\\\'

/** Reads bytes: escapes, and `{name:length}`. Any other brace is a byte. */
export function parseBytes(source: string): Pattern | Flaw {
  const pieces: PatternPiece[] = []
  for (const found of source.matchAll(/\\(?:x[0-9A-Fa-f]{2}|.?)|\{[A-Za-z]\w*:\d{1,5}\}|[^\\{]+|\{/g)) {
    const [part] = found
    const text = part.startsWith('\\') ? escapedByte(part) : byteText(part)
    if (text === undefined) return { at: found.index, sentence: `${part} is no escape: ${escapes}.` }
    addPiece(pieces, (part.startsWith('{') && namedHole(part)) || { kind: 'text', text })
  }
  return { source: byteText(source), pieces }
}

function escapedByte(sequence: string): string | undefined {
  if (sequence.length === 4) return String.fromCharCode(Number.parseInt(sequence.slice(2), 16))
  return { '\\r': '\r', '\\n': '\n', '\\\\': '\\' }[sequence]
}

function addPiece(pieces: PatternPiece[], piece: PatternPiece): void {
  const last = pieces.at(-1)
  if (piece.kind === 'text' && last?.kind === 'text') pieces[pieces.length - 1] = join(last.text, piece.text)
  else if (piece.kind !== 'text' || piece.text) pieces.push(piece)
}

const join = (before: string, behind: string): PatternPiece => ({ kind: 'text', text: before + behind })

/** A text as UTF-8, one character a byte. */
export function byteText(text: string): string {
  return textOf(new TextEncoder().encode(text))
}

/** Whether a line can be sent: a range or `{*}` says nothing about what to send. */
export function isSendable({ pieces }: Pattern): boolean {
  return pieces.every(({ kind }) => kind === 'text' || kind === 'name')
}

/** Names of the holes, in order. */
export function namesOf({ pieces }: Pattern): readonly string[] {
  return pieces.flatMap((piece) => (piece.kind === 'name' ? [piece.name] : []))
}

/** What is sent; or why it can't be: no value, or one that is not as long as the hole of bytes. */
export type Filled = { readonly bytes: Uint8Array } | { readonly name: string; readonly length?: number }

/** The bytes with their holes filled. `exact`: a value must be as long as its hole says. */
export function fill({ pieces }: Pattern, values: HoleBytes, exact = false): Filled {
  let text = ''
  for (const piece of pieces) {
    if (piece.kind === 'text') text += piece.text
    if (piece.kind !== 'name') continue
    const value = values.get(piece.name)
    if (value === undefined) return { name: piece.name }
    if (exact && piece.length !== undefined && value.length !== piece.length)
      return { name: piece.name, length: piece.length }
    text += value
  }
  return { bytes: bytesOf(text) }
}

/** The values after a match, including those that `{name}` holes have bound; undefined when the line differs. */
export function match({ pieces }: Pattern, line: string, values: HoleBytes): HoleBytes | undefined {
  const found = new RegExp(`^${expression(pieces, values)}$`).exec(line)
  if (!found) return undefined
  const ranges = pieces.filter((piece) => piece.kind === 'range')
  const numbers = Object.entries(found.groups ?? {}).filter(([name]) => name.startsWith('range_'))
  if (!ranges.every(({ low, high }, i) => isWithin(Number(numbers[i]?.[1]), low, high))) return undefined
  const bound = Object.entries(found.groups ?? {}).filter(([name]) => name.startsWith('name_'))
  return new Map([...values, ...bound.map(([name, value]) => [name.slice('name_'.length), value] as const)])
}

function expression(pieces: readonly PatternPiece[], values: HoleBytes): string {
  const seen = new Set<string>()
  return pieces.map((piece, index) => pieceExpression(piece, index, values, seen)).join('')
}

function pieceExpression(piece: PatternPiece, index: number, values: HoleBytes, seen: Set<string>): string {
  if (piece.kind === 'text') return escapeExpression(piece.text)
  if (piece.kind === 'any') return '[^]*?'
  if (piece.kind === 'range') return `(?<range_${index}>\\d+)`
  const value = values.get(piece.name)
  if (value !== undefined) return escapeExpression(value)
  if (seen.has(piece.name)) return `\\k<name_${piece.name}>`
  seen.add(piece.name)
  return `(?<name_${piece.name}>[^]${piece.length === undefined ? '+?' : `{${piece.length}}`})`
}

function escapeExpression(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

function isWithin(value: number, low: number, high: number): boolean {
  return value >= low && value <= high
}
