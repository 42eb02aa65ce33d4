import { textOf } from '../../at/syntax/bytes.ts'
import { type HoleBytes, match, type Pattern } from '../language/pattern.ts'

/** What bytes that come make of a pattern of bytes: `part` when they may become it. */
export type ByteMatch =
  | { readonly verdict: 'part' | 'differs' }
  | { readonly verdict: 'whole'; readonly length: number; readonly values: HoleBytes }

/** Compares the beginning of `unread`; `tail` is what follows the pattern: CR LF, or nothing. */
export function matchBytes(pattern: Pattern, tail: string, unread: Uint8Array, values: HoleBytes): ByteMatch {
  const wanted = [...bytesWanted(pattern, values), ...tail]
  const known = Math.min(wanted.length, unread.length)
  for (let i = 0; i < known; i++) {
    const character = wanted[i]
    if (character !== undefined && character.charCodeAt(0) !== unread[i]) return { verdict: 'differs' }
  }
  if (known < wanted.length) return { verdict: 'part' }
  const after = match(pattern, textOf(unread, 0, wanted.length - tail.length), values)
  return after ? { verdict: 'whole', length: wanted.length, values: after } : { verdict: 'differs' }
}

/** One character a byte; undefined: any byte. */
function bytesWanted({ pieces }: Pattern, values: HoleBytes): (string | undefined)[] {
  return pieces.flatMap((piece): (string | undefined)[] => {
    if (piece.kind === 'text') return [...piece.text]
    if (piece.kind !== 'name') return []
    const value = values.get(piece.name)
    return value === undefined ? Array(piece.length ?? 0).fill(undefined) : [...value]
  })
}
