import { concat } from '../at/syntax/bytes.ts'

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
