import { mqttErr } from '../../at/errors.ts'
import { isUtf8 } from '../../at/syntax/utf8.ts'

const PLUS = 0x2b
const SLASH = 0x2f
const HASH = 0x23

/** The code that refuses a topic name or filter; undefined: it is valid. 2: bad UTF-8, 12: NUL, both only with `checkUTF8` 1; 12: misplaced wildcards. */
export function topicRefusalCode(bytes: Uint8Array, kind: 'topic' | 'filter', checkUtf8: boolean): number | undefined {
  if (checkUtf8 && !isUtf8(bytes)) return mqttErr.badUtf8
  if (checkUtf8 && bytes.includes(0)) return mqttErr.invalidParameter
  if (kind === 'topic') return bytes.includes(PLUS) || bytes.includes(HASH) ? mqttErr.invalidParameter : undefined
  return isFilter(bytes) ? undefined : mqttErr.invalidParameter
}

/** `+` fills a whole level; `#` does, and is the last one. */
function isFilter(bytes: Uint8Array): boolean {
  return bytes.every((byte, i) => {
    if (byte !== PLUS && byte !== HASH) return true
    const starts = i === 0 || bytes[i - 1] === SLASH
    const ends = i === bytes.length - 1 || (byte === PLUS && bytes[i + 1] === SLASH)
    return starts && ends
  })
}
