/** A line of a transcript with its holes. All text is one character a byte. */
export interface Pattern {
  /** As written, for messages. */
  readonly source: string
  readonly pieces: readonly Piece[]
}

type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'range'; readonly low: number; readonly high: number }
  | { readonly kind: 'name'; readonly name: string }

/** Values of `{name}` holes, one character a byte. */
export type Values = ReadonlyMap<string, string>

/** Reads a line with holes `{lo-hi}`, `{*}`, `{name}`; a string says what is wrong with it. */
export function parsePattern(source: string): Pattern | string {
  const pieces: Piece[] = []
  for (const part of source.split(/(\{[^{}]*\})/)) {
    const piece = /^\{.*\}$/.test(part) ? parseHole(part) : parseText(part)
    if (typeof piece === 'string') return piece
    if (piece.kind !== 'text' || piece.text) pieces.push(piece)
  }
  return { source, pieces }
}

function parseText(text: string): Piece | string {
  const brace = /[{}]/.exec(text)
  return brace ? `"${brace[0]}" stands alone: holes are {0-31}, {*} and {name}.` : { kind: 'text', text }
}

function parseHole(hole: string): Piece | string {
  if (hole === '{*}') return { kind: 'any' }
  const range = /^\{(\d+)-(\d+)\}$/.exec(hole)
  if (range) return { kind: 'range', low: Number(range[1]), high: Number(range[2]) }
  const name = /^\{([A-Za-z]\w*)\}$/.exec(hole)?.[1]
  return name ? { kind: 'name', name } : `${hole} is no hole: they are {0-31}, {*} and {name}.`
}

/** Whether a line can be sent: a range or `{*}` says nothing about what to send. */
export function isSendable({ pieces }: Pattern): boolean {
  return pieces.every(({ kind }) => kind === 'text' || kind === 'name')
}

/** The line with its holes filled; the name of the first hole that has no value otherwise. */
export function fill({ pieces }: Pattern, values: Values): { readonly text: string } | { readonly missing: string } {
  let text = ''
  for (const piece of pieces) {
    if (piece.kind === 'text') text += piece.text
    if (piece.kind !== 'name') continue
    const value = values.get(piece.name)
    if (value === undefined) return { missing: piece.name }
    text += value
  }
  return { text }
}

/** The values known after a match, those of `{name}` holes that it bound included; undefined when the line differs. */
export function match({ pieces }: Pattern, line: string, values: Values): Values | undefined {
  const found = new RegExp(`^${expression(pieces, values)}$`).exec(line)
  if (!found) return undefined
  const ranges = pieces.filter((piece) => piece.kind === 'range')
  const numbers = Object.entries(found.groups ?? {}).filter(([name]) => name.startsWith('range_'))
  if (!ranges.every(({ low, high }, i) => isWithin(Number(numbers[i]?.[1]), low, high))) return undefined
  const bound = Object.entries(found.groups ?? {}).filter(([name]) => name.startsWith('name_'))
  return new Map([...values, ...bound.map(([name, value]) => [name.slice('name_'.length), value] as const)])
}

function expression(pieces: readonly Piece[], values: Values): string {
  const seen = new Set<string>()
  return pieces.map((piece, index) => pieceExpression(piece, index, values, seen)).join('')
}

function pieceExpression(piece: Piece, index: number, values: Values, seen: Set<string>): string {
  if (piece.kind === 'text') return escapeExpression(piece.text)
  if (piece.kind === 'any') return '[^]*?'
  if (piece.kind === 'range') return `(?<range_${index}>\\d+)`
  const value = values.get(piece.name)
  if (value !== undefined) return escapeExpression(value)
  if (seen.has(piece.name)) return `\\k<name_${piece.name}>`
  seen.add(piece.name)
  return `(?<name_${piece.name}>[^]+?)`
}

function escapeExpression(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

function isWithin(value: number, low: number, high: number): boolean {
  return value >= low && value <= high
}
