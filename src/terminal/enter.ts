import { concat, textOf } from '../at/syntax/bytes.ts'
import type { Terminal } from './terminal.ts'

/** What is wrong with a line that was typed; nothing was sent. */
export interface Refusal {
  readonly refusal: string
}

/**
 * Takes one line as it was typed: a command, or data where a prompt is open. `@FILE` there stands for the bytes of a
 * file. undefined: it was sent.
 */
export function enterLine(
  terminal: Terminal,
  text: string,
  fileBytes: (path: string) => Uint8Array,
): Refusal | undefined {
  if (terminal.state.kind === 'data') return enterData(terminal, text, fileBytes, terminal.state.missing)
  if (/[\x00-\x1f\x7f]/.test(text)) return refused('a command line holds no control characters')
  terminal.command(textOf(new TextEncoder().encode(text)))
  return undefined
}

function enterData(
  terminal: Terminal,
  text: string,
  fileBytes: (path: string) => Uint8Array,
  missing: number | undefined,
): Refusal | undefined {
  const bytes = /^@./.test(text) ? fileBytes(text.slice(1)) : typedData(text)
  if (bytes === undefined) return refused('behind \\ stands r, n, t, 0, x and two hex digits, or another \\')
  if (missing !== undefined && bytes.length > missing)
    return refused(`${bytes.length} bytes, the prompt takes ${missing}: type it again`)
  terminal.data(bytes)
  return undefined
}

const refused = (refusal: string): Refusal => ({ refusal })

const escapes: Readonly<Record<string, number>> = { r: 0x0d, n: 0x0a, t: 0x09, '\\': 0x5c, 0: 0 }

/** The bytes of what was typed behind a prompt: UTF-8, with `\r`, `\n`, `\t`, `\0`, `\\` and `\xNN`. undefined: another `\`. */
export function typedData(text: string): Uint8Array | undefined {
  const parts: Uint8Array[] = []
  const pattern = /\\(?:x([0-9a-fA-F]{2})|([rnt0\\]))|([^\\]+)/y
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text)
    if (!match) return undefined
    const [, hex, letter, plain] = match
    if (plain !== undefined) parts.push(new TextEncoder().encode(plain))
    else parts.push(Uint8Array.of(hex === undefined ? escapes[letter!]! : Number.parseInt(hex, 16)))
  }
  return concat(parts)
}
