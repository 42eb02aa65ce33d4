import { bytesOf, escapeBytes, textOf } from '../../at/syntax/bytes.ts'
import { withoutKeys } from '../../at/syntax/key-watch.ts'
import { hidden, redactLine } from '../../at/syntax/redact.ts'

/** One line of a trace: `> AT+CSQ\r`, `< OK\r\n`; secrets are `***`. */
export function chatTraceLine(
  direction: '>' | '<',
  kind: 'line' | 'prompt' | 'data',
  bytes: Uint8Array,
  secret: boolean,
): string {
  if (secret) return `${direction} ${hidden}`
  if (kind !== 'line') return `${direction} ${escapeBytes(bytesOf(withoutKeys(textOf(bytes))))}`
  const text = textOf(bytes)
  const end = direction === '>' ? '\\r' : '\\r\\n'
  return `${direction} ${escapeBytes(bytesOf(redactLine(text.replace(/\r+$/, ''))))}${end}`
}

const shownBytes = 16

/** Bytes that are no command: `> \r\r… (512 bytes)`. */
export function rawTraceLine(bytes: Uint8Array): string {
  const shown = escapeBytes(bytes.subarray(0, shownBytes))
  return bytes.length > shownBytes ? `> ${shown}… (${bytes.length} bytes)` : `> ${shown}`
}
