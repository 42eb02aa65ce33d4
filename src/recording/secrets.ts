import type { SecretParameters } from '../at/commands/secrets.ts'
import { hasCheckDigit } from '../at/syntax/check-digit.ts'
import { secretsOf } from '../at/syntax/near-name.ts'

/** A secret in a text: its place, and what it is called in a transcript. */
export interface Secret {
  readonly from: number
  readonly to: number
  readonly name: string
}

/** Shorter values stand in too many other places. */
const shortestKnown = 4

/**
 * Finds what a recording must not show: IMEI, IMSI and ICCID anywhere, passwords and PINs in commands and their rows,
 * and each value that was found once, wherever it comes again. Equal values have equal names, so that they are compared.
 */
export class SecretFinder {
  readonly #names = new Map<string, string>()
  readonly #counts = new Map<string, number>()

  /** Secrets of a text, one character a byte, in order; `dialled`: the command line that this answers. */
  find(text: string, dialled = ''): readonly Secret[] {
    const found = [...parameterRanges(text), ...numberRanges(text, dialled)]
    const named = found.map(({ from, to, kind }) => ({ from, to, name: this.name(text.slice(from, to), kind) }))
    return withoutOverlaps([...named, ...this.#knownIn(text)])
  }

  /** The name of a value. */
  name(value: string, kind: string): string {
    const known = this.#names.get(value)
    if (known !== undefined) return known
    const count = (this.#counts.get(kind) ?? 0) + 1
    this.#counts.set(kind, count)
    const name = count === 1 ? kind : `${kind}${count}`
    this.#names.set(value, name)
    return name
  }

  #knownIn(text: string): Secret[] {
    return [...this.#names].flatMap(([value, name]) => {
      if (value.length < shortestKnown) return []
      const places: Secret[] = []
      for (let from = text.indexOf(value); from >= 0; from = text.indexOf(value, from + value.length))
        places.push({ from, to: from + value.length, name })
      return places
    })
  }
}

interface Range {
  readonly from: number
  readonly to: number
  readonly kind: string
}

/** Of secrets that overlap, the longer one stands. */
function withoutOverlaps(secrets: readonly Secret[]): readonly Secret[] {
  const kept: Secret[] = []
  for (const secret of [...secrets].sort((a, b) => b.to - b.from - (a.to - a.from)))
    if (!kept.some(({ from, to }) => secret.from < to && from < secret.to)) kept.push(secret)
  return kept.sort((a, b) => a.from - b.from)
}

/** Numbers that name a device or a SIM; 15 digits with a right check digit are an IMEI. */
function numberRanges(text: string, dialled: string): readonly Range[] {
  const range = (found: RegExpExecArray, kind: string): Range => ({
    from: found.index,
    to: found.index + found[0].length,
    kind,
  })
  return [
    ...[...text.matchAll(/(?<!\d)89\d{17,18}F?(?!\d)/g)].map((found) => range(found, 'iccid')),
    ...[...text.matchAll(/(?<!\d)\d{15}(?!\d)/g)].map((found) => range(found, fifteenDigits(found[0], dialled))),
  ]
}

function fifteenDigits(digits: string, dialled: string): 'imei' | 'imsi' {
  if (/CIMI/i.test(dialled)) return 'imsi'
  return /CGSN|^ATI/i.test(dialled) || hasCheckDigit(digits) ? 'imei' : 'imsi'
}

function parameterRanges(text: string): readonly Range[] {
  const named = /(?:\+|\bAT)([a-z0-9]+) *([=:]) */gi
  return [...text.matchAll(named)].flatMap((found) => {
    const name = found[1]!.toUpperCase()
    const rule = secretsOf(name)
    if (!rule || (found[2] === ':' && !rule.rows)) return []
    return secretsBehind(text, found.index + found[0].length, rule)
  })
}

const parameter = /"([^"]*)"|[^",;\r\n]*/y

/** The parameters from `start` on that are secrets; what is not well-formed is one as a whole. */
function secretsBehind(text: string, start: number, rule: SecretParameters): readonly Range[] {
  if (/^\??\s*$|^ *\([^"]*$/.test(text.slice(start))) return []
  const ranges: Range[] = []
  const { kind } = rule
  let fits = true
  let at = start
  for (let index = 0; ; index++) {
    parameter.lastIndex = at
    const [whole, quoted] = parameter.exec(text)!
    const from = quoted === undefined ? at : at + 1
    const value = quoted ?? whole
    fits &&= rule.fits[index]?.test(value) ?? true
    const secret = index >= rule.first || !fits
    if (secret && value !== '' && !isPlain(rule, index, text.slice(start, at), value))
      ranges.push({ from, to: from + value.length, kind })
    at += whole.length
    if (text[at] === ',') at++
    else break
  }
  const rest = text.slice(at).search(/[\r\n;]|$/)
  return rest > 0 ? [...ranges, { from: at, to: at + rest, kind }] : ranges
}

/** What is no secret all the same: settings under another word, such as those of `+CSSLCFG`; a digit where a number stands. */
function isPlain({ keyword, first, numbers }: SecretParameters, index: number, before: string, value: string): boolean {
  if (keyword !== undefined) return !before.toLowerCase().includes(keyword.slice(0, 5))
  return first === 0 && numbers.has(index) && /^\d$/.test(value)
}
