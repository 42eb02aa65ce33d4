import { bytesOf, escapeBytes, textOf } from '../../at/syntax/bytes.ts'
import { starred, withoutKeys } from '../../at/syntax/key-watch.ts'
import { hidden, redactLine } from '../../at/syntax/redact.ts'
import { SaidKeys } from '../../at/syntax/said-keys.ts'

/** The lines of the trace of one port: `> AT+CSQ\r`, `< OK\r\n`; secrets are `***`, private keys stars. */
export class ChatTrace {
  /** A received key comes in several parts, or as lines. */
  readonly #said = new SaidKeys()

  line(direction: '>' | '<', kind: 'line' | 'prompt' | 'data', bytes: Uint8Array, secret: boolean): string {
    const text = textOf(bytes)
    const keys = direction === '<' && kind !== 'prompt' ? this.#said.take(text) : []
    if (secret) return `${direction} ${hidden}`
    const shown = direction === '<' ? starred(text, keys) : withoutKeys(text)
    if (kind !== 'line') return `${direction} ${escapeBytes(bytesOf(shown))}`
    const end = direction === '>' ? '\\r' : '\\r\\n'
    return `${direction} ${escapeBytes(bytesOf(redactLine(shown.replace(/\r+$/, ''))))}${end}`
  }
}

const shownBytes = 16

/** Bytes that are no command: `> \r\r… (512 bytes)`. */
export function rawTraceLine(bytes: Uint8Array): string {
  const shown = escapeBytes(bytes.subarray(0, shownBytes))
  return bytes.length > shownBytes ? `> ${shown}… (${bytes.length} bytes)` : `> ${shown}`
}
