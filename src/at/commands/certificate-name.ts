import { textOf } from '../syntax/bytes.ts'
import { encodeText, type Param } from './param.ts'

/** Not in one byte, or nothing for a quoted string, or a way to another folder. */
const forbidden = /[^\x00-\xff]|[/\\\x00-\x1f\x7f"]|\.\./

/** Whether a text can name a file of the certificate store: ends in `.pem` or `.der`, and is a name, not a path. */
export function isCertificateName(name: string, minBytes = 5, maxBytes = 108): boolean {
  const fits = name.length >= minBytes && name.length <= maxBytes
  return fits && /\.(pem|der)$/i.test(name) && !name.startsWith('.') && !forbidden.test(name)
}

/** The name of a certificate or key, in bytes; each character is one byte. */
export function certificateName(minBytes: number, maxBytes: number): Param<string, false> {
  return {
    testForm: `(${minBytes}-${maxBytes})`,
    optional: false,
    limits: { kind: 'text', minBytes, maxBytes, ending: '.pem' },
    decode: ({ line, from, to }) => nameOf(textOf(line, from, to), minBytes, maxBytes),
    encode: (name) =>
      encodeText(
        Uint8Array.from(name, (character) => character.charCodeAt(0)),
        minBytes,
        maxBytes,
      ),
  }
}

const nameOf = (name: string, minBytes: number, maxBytes: number): string | undefined =>
  isCertificateName(name, minBytes, maxBytes) ? name : undefined
