import { bytesOf, concat, empty } from '../../at/syntax/bytes.ts'
import { type Format, jsonText, type Printed } from './printed-message.ts'
import { timeField, timeLetters, zoneText } from './strftime.ts'

/** A format that can't be printed. One sentence. */
export class FormatError extends Error {
  override readonly name = 'FormatError'
}

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\',
  '0': '\0',
  a: '\x07',
  e: '\x1b',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}
/** Fields of MQTT 5, which are empty in 3.1.1. */
const of5 = 'ACDEFPRS'
const untold: Readonly<Record<string, string>> = { q: 'its QoS', r: 'whether it was retained', m: 'its identifier' }

interface Layout {
  readonly left: boolean
  readonly zero: boolean
  readonly width: number
  readonly precision: number | undefined
}

/** Compiles a format of `mosquitto_sub -F`. Throws a `FormatError` for fields that are unknown or not reported. */
export function compileFormat(format: string): Format {
  const pattern = /%([-0]*)(\d*)(?:\.(\d+))?(.?)|@(.?)|\\(.?)|([^%@\\]+)/gsu
  const segments = [...format.matchAll(pattern)].map(segmentOf)
  return (message, shown = asIs) =>
    concat(segments.map((segment) => (constants.has(segment) ? segment(message) : shown(segment(message)))))
}

type Segment = (message: Printed) => Uint8Array

/** Segments that print what the format itself says. */
const constants = new WeakSet<Segment>()

function segmentOf([, flags = '', width, precision, field, time, escaped, plain]:
  | RegExpExecArray
  | RegExpMatchArray): Segment {
  if (plain !== undefined) return constant(plain)
  if (escaped !== undefined) return constant(known(escapes, escaped, `\\${escaped}`))
  if (time !== undefined) return timeSegment(time)
  const layout = {
    left: flags.includes('-'),
    zero: flags.includes('0'),
    width: Number(width || 0),
    precision: precision === undefined ? undefined : Number(precision),
  }
  return fieldSegment(field ?? '', layout)
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

function constant(text: string): Segment {
  const bytes = utf8(text)
  const segment = (): Uint8Array => bytes
  constants.add(segment)
  return segment
}

function known(table: Readonly<Record<string, string>>, letter: string, shown: string): string {
  if (Object.hasOwn(table, letter)) return table[letter]!
  throw new FormatError(`-F: ${shown} is no part of a format: the page of the command line lists what is.`)
}

function timeSegment(letter: string): Segment {
  if (!timeLetters.includes(letter)) known({}, letter, `@${letter}`)
  return ({ at }) => utf8(timeField(letter, new Date(at)))
}

const asIs = (part: Uint8Array): Uint8Array => part
const hexText = (part: Uint8Array): string => Array.from(part, (byte) => byte.toString(16).padStart(2, '0')).join('')
const hex = (part: Uint8Array): Uint8Array => bytesOf(hexText(part))
const upperHex = (part: Uint8Array): Uint8Array => bytesOf(hexText(part).toUpperCase())

const texts: Readonly<Record<string, (message: Printed) => string>> = {
  l: ({ payload }) => String(payload.length),
  I: ({ at }) => `${timeField('F', new Date(at))}T${timeField('T', new Date(at))}${zoneText(new Date(at))}`,
  U: ({ at }) => `${timeField('s', new Date(at))}.${timeField('N', new Date(at))}`,
  j: (message) => jsonText(message, 'text'),
  J: (message) => jsonText(message, 'json'),
}

function fieldSegment(letter: string, layout: Layout): Segment {
  if (letter === '%') return constant('%')
  if (letter !== '' && of5.includes(letter)) return () => empty
  const what = untold[letter]
  if (what !== undefined)
    throw new FormatError(`-F: %${letter} can't be printed: the module does not tell ${what} of a message.`)
  if (letter === 't') return ({ topic }) => laidOut(utf8(topic), layout, ' ')
  if (letter === 'p') return ({ payload }) => payloadLaidOut(payload, layout, asIs)
  if (letter === 'x') return ({ payload }) => payloadLaidOut(payload, layout, hex)
  if (letter === 'X') return ({ payload }) => payloadLaidOut(payload, layout, upperHex)
  const text = texts[letter]
  if (!text) known({}, letter, `%${letter}`)
  return (message) => {
    const bytes = utf8(text!(message))
    return letter === 'l' ? laidOut(bytes, { ...layout, precision: undefined }, layout.zero ? '0' : ' ') : bytes
  }
}

/** Same quirks as mosquitto_sub: the width also limits the length, hex digits count half, the precision is ignored. */
function payloadLaidOut(
  payload: Uint8Array,
  { left, zero, width }: Layout,
  shown: (part: Uint8Array) => Uint8Array,
): Uint8Array {
  if (width === 0) return shown(payload)
  const most = Math.min(payload.length, width)
  const part = shown(payload.subarray(0, shown === asIs ? most : most >> 1))
  const fill = bytesOf((zero && !left ? '0' : ' ').repeat(width - part.length))
  return left ? concat([part, fill]) : concat([fill, part])
}

/** Like `printf`: cut to the precision, padded to the width. */
function laidOut(bytes: Uint8Array, { left, width, precision }: Layout, filler: string): Uint8Array {
  const cut = bytes.subarray(0, precision ?? bytes.length)
  const fill = bytesOf(filler.repeat(Math.max(0, width - cut.length)))
  return left ? concat([cut, bytesOf(' '.repeat(fill.length))]) : concat([fill, cut])
}
