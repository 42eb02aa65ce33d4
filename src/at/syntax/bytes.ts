/** Bytes and the text that stands for them. One character is one byte (U+0000–U+00FF) in both directions. */

export const CR = 0x0d
export const LF = 0x0a
export const empty: Uint8Array = new Uint8Array(0)

/** The bytes of a text of characters up to U+00FF. */
export function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}

/** The text whose characters are the bytes `from`…`to`. */
export function textOf(bytes: Uint8Array, from = 0, to = bytes.length): string {
  if (to - from > 4096) return textOf(bytes, from, from + 4096) + textOf(bytes, from + 4096, to)
  // A view makes V8 give a short array a buffer outside its heap, for good: three times the memory of a client ID.
  const part = to - from === bytes.length ? bytes : bytes.subarray(from, to)
  return String.fromCharCode.apply(null, part as unknown as number[])
}

/** A copy of the bytes `from`…`to`, a plain array. A `Buffer`'s own `slice` is none: it gives a view. */
export function copyOf(bytes: Uint8Array, from = 0, to = bytes.length): Uint8Array {
  if (bytes.constructor === Uint8Array) return bytes.slice(from, to)
  const copy = new Uint8Array(to - from)
  copy.set(to - from === bytes.length ? bytes : bytes.subarray(from, to))
  return copy
}

/** So few bytes are copied in less time than the call of `set` takes. */
const shortCopy = 12

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    if (part.length > shortCopy) whole.set(part, at)
    else for (let i = 0; i < part.length; i++) whole[at + i] = part[i]!
    at += part.length
  }
  return whole
}

/** Bytes as printable ASCII with `\r`, `\n`, `\\` and `\xNN`: for traces, transcripts and messages. */
export function escapeBytes(bytes: Uint8Array): string {
  return textOf(bytes).replace(/[^\x20-\x7e]|\\/g, escapeCharacter)
}

export function escapeCharacter(character: string): string {
  if (character === '\r') return '\\r'
  if (character === '\n') return '\\n'
  if (character === '\\') return '\\\\'
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
}
