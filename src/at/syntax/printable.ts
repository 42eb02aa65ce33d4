import { escapeBytes, escapeCharacter } from './bytes.ts'

/**
 * Control characters (C0, DEL, C1: they move the cursor and change what a terminal does), characters that reorder, hide
 * or break text, halves of characters, and what XML forbids. Joiners stay: scripts and emoji are written with them.
 */
const unprintable = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\ufffe\uffff]/gu

/** A line for a terminal, a report or a log: what is not printable as `\r`, `\n`, `\xNN` or `\u{NNNN}`. */
export const printableLine = (text: string): string => text.replace(unprintable, escapeUnprintable)

/** The same for a text of several lines: line feeds and tabs stay. */
export const printableText = (text: string): string =>
  text.replace(unprintable, (character) =>
    character === '\n' || character === '\t' ? character : escapeUnprintable(character),
  )

/** Bytes as a line: UTF-8, or each byte alone where they are none. */
export const printableBytes = (bytes: Uint8Array): string => decoded(bytes, printableLine)

/** Bytes as a text: line feeds and tabs stay where it is UTF-8. */
export const printableTextOf = (bytes: Uint8Array): string => decoded(bytes, printableText)

/** JSON that means the same, without unprintable characters in its strings. */
export const printableJson = (json: string): string =>
  json.replace(unprintable, (character) =>
    character === '\n'
      ? character
      : Array.from({ length: character.length }, (_, i) => `\\u${hex(character.charCodeAt(i), 4)}`).join(''),
  )

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decoded(bytes: Uint8Array, shown: (text: string) => string): string {
  try {
    return shown(decoder.decode(bytes))
  } catch {
    return escapeBytes(bytes)
  }
}

function escapeUnprintable(character: string): string {
  const code = character.codePointAt(0)!
  return code < 0x100 ? escapeCharacter(character) : `\\u{${hex(code, 4)}}`
}

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0')
