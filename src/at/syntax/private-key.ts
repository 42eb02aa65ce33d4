import { isNear } from './near-name.ts'

const LF = 0x0a
const CR = 0x0d
const BACKSPACE = 0x08
const SPACE = 0x20
const DASH = 0x2d
const Y = 0x59

const isLetter = (code: number): boolean => (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a
/** Lower and upper case alike. */
const upper = (code: number): number => code & 0xdf

/** More letters than the header of a key has: `BEGIN ENCRYPTED PRIVATE KEY`. */
const kept = 48
/** So many characters behind `--` belong to it. */
const nearDashes = 40

/**
 * Finds the header of a private key in PEM, however it is written: in any case, with more blanks or none, with line ends
 * in it, edited, with a wrong letter here and there. Takes one character after the other.
 */
export class HeaderFinder {
  readonly #letters: number[] = []
  #sinceDashes = nearDashes
  #last = 0

  /** Whether a header is complete with this character. */
  take(code: number): boolean {
    const endsInDashes = code === DASH && this.#last === DASH
    const isBehindDashes = this.#sinceDashes < nearDashes
    this.#sinceDashes = endsInDashes ? 0 : this.#sinceDashes + 1
    this.#last = code
    if (endsInDashes && isBehindDashes && isCutHeader(String.fromCharCode(...this.#letters.slice(-kept)))) return true
    if (code === BACKSPACE) this.#letters.pop()
    return isLetter(code) && this.#letter(upper(code))
  }

  #letter(code: number): boolean {
    if (this.#letters.length === 2 * kept) this.#letters.splice(0, kept)
    this.#letters.push(code)
    return code === Y && isHeader(String.fromCharCode(...this.#letters.slice(-kept)), this.#sinceDashes < nearDashes)
  }
}

function isHeader(letters: string, hasDashes: boolean): boolean {
  const beforeKey = beforeWord(letters, 'KEY', 1)
  const before = beforeKey === undefined ? undefined : beforeWord(beforeKey, 'PRIVATE', 2)
  if (before === undefined || /END[A-Z]{0,9}$/.test(before)) return false
  return hasDashes || holdsBegin(before.slice(-20))
}

/** The last letter of `KEY` is another one, or missing: the dashes behind it tell. */
function isCutHeader(letters: string): boolean {
  const [, before, key] = /^(.*PRIVATE)([A-Z]{0,3})$/.exec(letters) ?? []
  if (before === undefined || !isNear(key!, 'KEY', 2)) return false
  return !/END[A-Z]{0,9}PRIVATE$/.test(before) && holdsBegin(before.slice(-27))
}

/** What stands in front of that word; undefined: it is not the last one. */
function beforeWord(letters: string, word: string, mistakes: number): string | undefined {
  for (let length = word.length - mistakes; length <= word.length + mistakes; length++)
    if (isNear(letters.slice(-length), word, mistakes)) return letters.slice(0, -length)
  return undefined
}

function holdsBegin(letters: string): boolean {
  for (let at = 0; at < letters.length; at++)
    for (const length of [5, 4, 6]) if (isNear(letters.slice(at, at + length), 'BEGIN', 1)) return true
  return false
}

const letters = [0x45, 0x4e, 0x44]

/** Finds `--END`, in any case, with blanks in it. Takes one character after the other. */
export class EndFinder {
  #dashes = 0
  #letters = 0
  /** How many characters it has so far. */
  length = 0

  /** Whether it is complete with this character. */
  take(code: number): boolean {
    this.length++
    if (code === SPACE) return false
    if (code === DASH) this.#dashes = this.#letters === 0 ? this.#dashes + 1 : 1
    const fits = this.#dashes >= 2 && isLetter(code) && upper(code) === letters[this.#letters]
    this.#letters = fits ? this.#letters + 1 : 0
    if (!fits && code !== DASH) this.#dashes = 0
    if (this.#dashes <= 1) this.length = this.#dashes
    return this.#letters === letters.length
  }
}

/**
 * How the base64 of a private key begins without a header: DER with a small version number, which no certificate and no
 * public key has there, or the name of PBES2.
 */
const body =
  /(?:MI[I-L][\w+/]{2}[AQgw]IBA|MI[E-H][\w+/]AgE[AB]|M[A-H][AEIMQUYcgkosw048]CAQ[A-H])|BgkqhkiG9w0BBQ|IBAAK[BC][\w+/]Q|CAQEE[IM]|AgEAM[BI][A-Z]/g
/** Longer than that pattern. */
export const bodyTail = 16

/** Where such base64 begins, if it does not end before `from`. */
export const bodiesIn = (text: string, from: number): readonly number[] =>
  Array.from(text.matchAll(body), ({ index, 0: found }) => ({ index, end: index + found.length }))
    .filter(({ end }) => end > from)
    .map(({ index }) => index)

/** What stands in base64, or around its lines; where a key without header has another character, it is over. */
export const belongsToBody = (code: number): boolean =>
  isLetter(code) ||
  (code >= 0x2b && code <= 0x39 && code !== 0x2c) ||
  code === 0x3d ||
  code === CR ||
  code === LF ||
  code === SPACE ||
  code === 0x5c
