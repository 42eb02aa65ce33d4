import { bytesOf, concat, empty } from '../../at/syntax/bytes.ts'
import type { Format, Printed } from './format.ts'

export interface PrintOptions {
  /** With the topic in front. */
  readonly verbose: boolean
  /** A line end behind each message. */
  readonly lineEnd: boolean
  /** In place of both topic and payload. */
  readonly format?: Format
}

/** A message as `mosquitto_sub` prints it. An empty one is `(null)` with its topic, and nothing without. */
export function printedMessage(message: Printed, { verbose, lineEnd, format }: PrintOptions): Uint8Array {
  const end = bytesOf(lineEnd ? '\n' : '')
  if (format) return concat([format(message), end])
  const { topic, payload } = message
  const isEmpty = payload.length === 0
  if (!verbose) return isEmpty ? empty : concat([payload, end])
  if (isEmpty) return lineEnd ? concat([new TextEncoder().encode(`${topic} (null)`), end]) : empty
  return concat([new TextEncoder().encode(`${topic} `), payload, end])
}
