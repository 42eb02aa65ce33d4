import { textOf } from '../../src/at/syntax/bytes.ts'

/** A property of a target that an input broke; the sentence says which. */
export class BrokenProperty extends Error {
  override readonly name = 'BrokenProperty'
  readonly code = 'property'
}

/** Throws unless it holds. A target does not use vitest: it is bundled, and runs thousands of times a second. */
export function claim(holds: boolean, sentence: string): asserts holds {
  if (!holds) throw new BrokenProperty(sentence)
}

export function claimSame(actual: unknown, expected: unknown, what: string): void {
  const [got, wanted] = [plain(actual), plain(expected)]
  if (got === wanted) return
  const from = Math.max(0, [...got].findIndex((character, i) => character !== wanted[i]) - 100)
  const shown = (text: string) => `${from > 0 ? '…' : ''}${text.slice(from, from + 300)}`
  throw new BrokenProperty(`${what} ${shown(got)} in place of ${shown(wanted)}`)
}

/** Bytes are text, one character each, whatever array they are in. */
export const plain = (value: unknown): string =>
  JSON.stringify(value, (_, held) => (held instanceof Uint8Array ? textOf(held) : held)) ?? 'undefined'

/** Cut into pieces of `size` bytes; the last may be shorter. */
export function piecesOf(bytes: Uint8Array, size: number): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.slice(at, at + size))
  return pieces
}
