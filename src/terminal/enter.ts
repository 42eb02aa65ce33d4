import { textOf } from '../at/syntax/bytes.ts'
import type { Terminal } from './terminal.ts'
import { typedData } from './typed-data.ts'

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
