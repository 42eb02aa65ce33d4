import { bytesOf, concat, empty } from '../../at/syntax/bytes.ts'
import { printableTextOf } from '../../at/syntax/printable.ts'
import { timeField, zoneText } from './strftime.ts'

/** A message as it is printed. */
export interface Printed {
  readonly topic: string
  readonly payload: Uint8Array
  /** When it came, in ms since 1970. */
  readonly at: number
}

/** `shown`: what becomes of the parts that are not of the format itself. */
export type Format = (message: Printed, shown?: (part: Uint8Array) => Uint8Array) => Uint8Array

export interface PrintOptions {
  /** With the topic in front. */
  readonly verbose: boolean
  /** A line end behind each message. */
  readonly lineEnd: boolean
  /** In place of both topic and payload. */
  readonly format?: Format
  /** For a terminal: what is not printable in topic and payload is escaped. */
  readonly escaped?: boolean
}

/** A message as `mosquitto_sub` prints it. An empty payload is printed as `(null)` after its topic, and not at all without it. */
export function printedMessage(
  message: Printed,
  { verbose, lineEnd, format, escaped = false }: PrintOptions,
): Uint8Array {
  const end = bytesOf(lineEnd ? '\n' : '')
  const shown = escaped ? forTerminal : asIs
  if (format) return concat([format(message, shown), end])
  const topic = shown(new TextEncoder().encode(message.topic))
  const payload = shown(message.payload)
  const isEmpty = payload.length === 0
  if (!verbose) return isEmpty ? empty : concat([payload, end])
  if (isEmpty) return lineEnd ? concat([topic, bytesOf(' (null)'), end]) : empty
  return concat([topic, bytesOf(' '), payload, end])
}

const asIs = (part: Uint8Array): Uint8Array => part
const forTerminal = (part: Uint8Array): Uint8Array => new TextEncoder().encode(printableTextOf(part))

/**
 * A message as JSON, without what the module does not report (`qos`, `retain`, `mid`). `json`: the payload is JSON too;
 * the result is `''` when it is not.
 */
export function jsonText({ topic, payload, at }: Printed, as: 'text' | 'json'): string {
  const head = { tst: timestamp(new Date(at)), topic, payloadlen: payload.length }
  if (payload.length === 0) return JSON.stringify({ ...head, payload: null })
  const text = new TextDecoder().decode(payload)
  if (as === 'text') return JSON.stringify({ ...head, payload: text })
  try {
    return JSON.stringify({ ...head, payload: JSON.parse(text) as unknown })
  } catch {
    return ''
  }
}

/** With both `Z` and the zone, as mosquitto_sub prints it. */
function timestamp(date: Date): string {
  const micros = `${String(date.getMilliseconds()).padStart(3, '0')}000`
  return `${timeField('F', date)}T${timeField('T', date)}.${micros}Z${zoneText(date)}`
}
