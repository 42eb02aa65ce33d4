import { bytesOf, copyOf, textOf } from '../syntax/bytes.ts'
import { bytesOfToken, type Token } from '../syntax/parse-line.ts'
import type { Content } from './content.ts'

/** One positional AT parameter: TypeScript type, range and wire form in one value. */
export interface Param<T, Optional extends boolean = boolean> {
  /** What the `=?` reply prints, e.g. `(0-1)`. */
  readonly testForm: string
  /** The manual's `<name>`, when it differs from the key. */
  readonly docName?: string
  readonly optional: Optional
  /** Values at and around the limits, for reference pages and boundary tests. */
  readonly limits: ParamLimits
  /** A password or a PIN: no log, trace or recording shows it. */
  readonly secret?: Secrecy
  /** What traces and recordings may be told to leave out. */
  readonly content?: Content
  /** A value that does not fit may hold the secret of a later parameter, and is hidden with it. */
  readonly shape?: RegExp
  /** undefined: wrong kind or out of range. */
  decode(token: Token): T | undefined
  /** Throws an `EncodeError` for what the line can't carry. */
  encode(value: T): Uint8Array
}

/**
 * `rest`: the value and all that stands behind it is hidden. `command`: so is all in front of it, because a value that
 * slipped there would look like any other.
 */
export interface Secrecy {
  readonly kind: 'password' | 'pin'
  readonly hides: 'rest' | 'command'
}

/** `number`: inclusive spans. `text`: length in bytes. `keyword`: that word alone. */
export type ParamLimits =
  | { readonly kind: 'number'; readonly spans: readonly (readonly [from: number, to: number])[] }
  /** `ending`: what the text must end with. */
  | { readonly kind: 'text'; readonly minBytes: number; readonly maxBytes: number; readonly ending?: string }
  | { readonly kind: 'hex'; readonly digits: number }
  | { readonly kind: 'keyword'; readonly word: string }

/** What a parameter can't hold; the message says why. */
export class EncodeError extends Error {
  override readonly name = 'EncodeError'
}

type Span = readonly [from: number, to: number] | number

/** An integer in any of the given spans: `ints([0, 1])` prints `(0-1)`, `ints(0, [60, 180])` prints `(0,60-180)`. */
export function ints(...given: Span[]): Param<number, false> {
  const spans = given.map((span) => (typeof span === 'number' ? ([span, span] as const) : span))
  const holds = (n: number): boolean => {
    for (const span of spans) if (n >= span[0] && n <= span[1]) return true
    return false
  }
  return {
    testForm: `(${spans.map(([from, to]) => (from === to ? from : `${from}-${to}`)).join(',')})`,
    optional: false,
    limits: { kind: 'number', spans },
    decode: (token) => (holds(token.number) ? token.number : undefined),
    encode: (value) => encodeNumber(value, holds),
  }
}

/** An integer that may be negative. */
export function signedInt(from: number, to: number): Param<number, false> {
  const read = (token: Token): number => {
    const typed = token.kind === 'bare' ? textOf(bytesOfToken(token)) : ''
    return /^-?\d{1,15}$/.test(typed) ? Number(typed) : Number.NaN
  }
  return {
    testForm: `(${from}-${to})`,
    optional: false,
    limits: { kind: 'number', spans: [[from, to]] },
    decode: (token) => (read(token) >= from && read(token) <= to ? read(token) : undefined),
    encode: (value) => encodeNumber(value, (n) => n >= from && n <= to),
  }
}

/** A small closed set of consecutive numbers whose TypeScript type is the literal union: `oneOf(0, 1, 2)` is `0 | 1 | 2`. */
export function oneOf<const V extends readonly number[]>(...values: V): Param<V[number], false> {
  return ints([values[0]!, values.at(-1)!]) as Param<V[number], false>
}

/** A 16-bit number as `0xC02F`. */
export const hex16: Param<number, false> = {
  testForm: '(0x0000-0xffff)',
  optional: false,
  limits: { kind: 'hex', digits: 4 },
  decode: (token) => (token.kind === 'bare' ? hexOf(textOf(bytesOfToken(token))) : undefined),
  encode: (value) => {
    if (!Number.isInteger(value) || value < 0 || value > 0xffff) throw new EncodeError(`${value} is out of range`)
    return bytesOf(`0x${value.toString(16).toUpperCase().padStart(4, '0')}`)
  },
}

const hexOf = (text: string): number | undefined =>
  /^0x[0-9a-f]{4}$/i.test(text) ? Number.parseInt(text.slice(2), 16) : undefined

/** A string whose length in bytes is in range; typed in quotes, or without where it holds no comma. */
export function text(minBytes: number, maxBytes: number): Param<Uint8Array, false> {
  const fits = ({ from, to }: Token): boolean => to - from >= minBytes && to - from <= maxBytes
  return {
    testForm: `(${minBytes}-${maxBytes})`,
    optional: false,
    limits: { kind: 'text', minBytes, maxBytes },
    decode: (token) => (fits(token) ? copyOf(bytesOfToken(token)) : undefined),
    encode: (bytes) => encodeText(bytes, minBytes, maxBytes),
  }
}

/** A string that must stand in quotes: where a number would be another form. */
export function quotedText(minBytes: number, maxBytes: number): Param<Uint8Array, false> {
  const any = text(minBytes, maxBytes)
  return { ...any, decode: (token) => (token.kind === 'quoted' ? any.decode(token) : undefined) }
}

/** A quoted word that selects a form; read in any case. */
export function keyword<const K extends string>(word: K): Param<K, false> {
  const bytes = bytesOf(word.toLowerCase())
  return {
    testForm: `"${word}"`,
    optional: false,
    limits: { kind: 'keyword', word },
    decode: (token) => (equalIgnoringCase(bytesOfToken(token), bytes) ? word : undefined),
    encode: () => bytesOf(`"${word}"`),
  }
}

export const optional = <T>(param: Param<T>): Param<T, true> => ({ ...param, optional: true })
export const named = <P extends Param<unknown>>(docName: string, param: P): P => ({ ...param, docName })
export const secret = <P extends Param<unknown>>(param: P, how: Partial<Secrecy> = {}): P => ({
  ...param,
  secret: { kind: 'password', hides: 'rest', ...how },
})
export const holds = <P extends Param<unknown>>(content: Content, param: P): P => ({ ...param, content })
/** For `=?` lines that the manual prints in its own way. */
export const printedAs = <P extends Param<unknown>>(testForm: string, param: P): P => ({ ...param, testForm })

function encodeNumber(value: number, holds: (n: number) => boolean): Uint8Array {
  if (!Number.isInteger(value) || !holds(value)) throw new EncodeError(`${value} is out of range`)
  return bytesOf(String(value))
}

/** A quoted string on the line. */
export function encodeText(bytes: Uint8Array, minBytes: number, maxBytes: number): Uint8Array {
  if (bytes.length < minBytes || bytes.length > maxBytes)
    throw new EncodeError(`${bytes.length} bytes are out of the range ${minBytes}-${maxBytes}`)
  const bad = bytes.find((byte) => byte === 0x22 || byte < 0x20 || byte === 0x7f)
  if (bad !== undefined) throw new EncodeError(`a quoted string can't hold the byte 0x${bad.toString(16)}`)
  return new Uint8Array([0x22, ...bytes, 0x22])
}

function equalIgnoringCase(bytes: Uint8Array, lower: Uint8Array): boolean {
  if (bytes.length !== lower.length) return false
  return bytes.every((byte, i) => (byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte) === lower[i])
}
