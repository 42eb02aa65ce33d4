import { bytesOf, escapeBytes, textOf } from '../../at/bytes/bytes.ts'
import { hidden, redactLine } from '../../at/redact.ts'

/** One line of a trace: `> AT+CSQ\r`, `< OK\r\n`; secrets are `***`. */
export function traceLine(
  direction: '>' | '<',
  kind: 'line' | 'prompt' | 'data',
  bytes: Uint8Array,
  secret: boolean,
): string {
  if (secret) return `${direction} ${hidden}`
  if (kind !== 'line') return `${direction} ${escapeBytes(bytes)}`
  const text = textOf(bytes)
  const end = direction === '>' ? '\\r' : '\\r\\n'
  return `${direction} ${escapeBytes(bytesOf(redactLine(text.replace(/\r+$/, ''))))}${end}`
}
