import type { SecretParameters } from '../at/commands/secrets.ts'
import { hasCheckDigit } from '../at/syntax/check-digit.ts'
import { edited } from '../at/syntax/key-watch.ts'
import { isNearKeyword } from '../at/syntax/near-name.ts'
import { type SecretPlace, secretsBehind } from '../at/syntax/secret-place.ts'

/** A secret in a text: its place, and what it is called in a transcript. */
export interface Secret {
  readonly from: number
  readonly to: number
  readonly name: string
}

/** Shorter values would be found in unrelated text. */
const shortestKnown = 4
/** Of each kind; the oldest is forgotten, and would have another name if it came again. */
const mostKnown = 100

/**
 * Finds what a recording must not show: IMEI, IMSI and ICCID anywhere, passwords and PINs in commands and their rows,
 * and each value that was found lately, wherever it comes again. Equal values have equal names, so that they are compared.
 */
export class SecretFinder {
  readonly #names = new Map<string, string>()
  /** The values of a kind, the oldest first, and how many there were. */
  readonly #kinds = new Map<string, { readonly values: Set<string>; count: number }>()

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
    const all = this.#kinds.get(kind) ?? { values: new Set<string>(), count: 0 }
    this.#kinds.set(kind, all)
    all.count++
    const name = all.count === 1 ? kind : `${kind}${all.count}`
    this.#names.set(value, name)
    all.values.add(value)
    const [oldest] = all.values
    if (all.values.size > mostKnown && oldest !== undefined) {
      all.values.delete(oldest)
      this.#names.delete(oldest)
    }
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

/** Of secrets that overlap, the one that begins first and is the longest counts, and what stands behind it of the other. */
export function withoutOverlaps(secrets: readonly Secret[]): readonly Secret[] {
  const kept: Secret[] = []
  let end = 0
  for (const secret of [...secrets].sort((a, b) => a.from - b.from || b.to - a.to)) {
    if (secret.to <= end) continue
    kept.push(secret.from < end ? { ...secret, from: end } : secret)
    end = secret.to
  }
  return kept
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

/** A line that was edited is hidden as a whole if a secret is in what was typed, or in what is left of it. */
function parameterRanges(text: string): readonly Range[] {
  const [found] = text.includes('\b') ? [...rangesOf(text), ...rangesOf(edited(text))] : []
  return found ? [{ from: 0, to: withoutLineEnd(text), kind: found.kind }] : rangesOf(text)
}

/** The length of a text without the CR and LF at its end. */
export function withoutLineEnd(text: string): number {
  let end = text.length
  while (end > 0 && '\r\n'.includes(text[end - 1]!)) end--
  return end
}

/** More than the longest name of a command. */
const nameLength = 40

function rangesOf(text: string): readonly Range[] {
  const ranges: Range[] = []
  const isCommand = /^ *at/i.test(text)
  // What may stand behind the name of a command, its spaces left out.
  const behindName = /[^a-z ?\r\n;+]|(?<=[ ?])[a-z]/gi
  for (let found = behindName.exec(text); found; found = behindName.exec(text)) {
    let end = found.index
    while (end > 0 && ' ?'.includes(text[end - 1]!)) end--
    const before = text.slice(Math.max(0, end - nameLength), Math.min(found.index, end + 1))
    const place = secretsBehind(before, found[0], isCommand)
    if (!place) continue
    const start = found.index + (place.without ? 0 : 1)
    const behind = behindParameters(text, start, place, found[0] === ':', ranges)
    behindName.lastIndex = Math.max(behind, found.index + 1)
  }
  return ranges
}

// `(?! )`: see the redactor of lines.
const parameter = /"([^"]*)" *|((?! )[^",;\r\n]*)/y

/** Adds the parameters from `start` on that are secrets; what is not well-formed is one as a whole. Returns their end. */
function behindParameters(text: string, start: number, place: SecretPlace, isRow: boolean, ranges: Range[]): number {
  const first = firstWord(text, start)
  if (place.onlyWith !== undefined && !isNearKeyword(first, place.onlyWith)) return start
  const end = lineEnd(text, start)
  const { rule, without } = place
  const { kind } = rule
  if (without) {
    // A quote alone closes a text that the name stands in.
    if (text.slice(start, end).trim() !== '"') ranges.push({ from: start, to: end, kind })
    return end
  }
  if (/^ *\?\s*$|^ *\([^"]*$|^\s*$/.test(text.slice(start, end))) return end
  const at = behindSecrets(text, start, { rule, first, isRow }, ranges)
  if (text[at] === ';') return at
  if (end > at) ranges.push({ from: at, to: restEnd(text, at, end), kind })
  return end
}

interface Reading {
  readonly rule: SecretParameters
  /** The first parameter. */
  readonly first: string
  readonly isRow: boolean
}

/** Adds the secrets among well-formed parameters. Returns where these end: at a `;` if commands follow it. */
function behindSecrets(text: string, start: number, { rule, first, isRow }: Reading, ranges: Range[]): number {
  let fits = true
  let at = start
  for (let index = 0; ; index++) {
    const { from, value, quoted, next } = parameterAt(text, at)
    fits &&= rule.fits[index]?.test(value) ?? true
    const secret = (index >= rule.first || !fits) && value !== ''
    if (secret && !isPlain(rule, index, first, value, isRow))
      ranges.push({ from, to: from + value.length, kind: rule.kind })
    const goesOn = text[next] === ';' && !quoted && !mayBeCommands(text, next + 1)
    if (goesOn) return behindSemicolons(text, next)
    if (text[next] !== ',') return next
    at = next + 1
  }
}

function behindSemicolons(text: string, from: number): number {
  let at = from
  while (text[at] === ';') at++
  return at
}

function parameterAt(text: string, start: number) {
  let at = start
  while (text[at] === ' ') at++
  parameter.lastIndex = at
  const [whole, quoted, bare] = parameter.exec(text) ?? ['', undefined, '']
  const isQuoted = quoted !== undefined
  return { from: isQuoted ? at + 1 : at, value: quoted ?? bare!.trimEnd(), quoted: isQuoted, next: at + whole.length }
}

/** Where what can't be read ends: an open quote may hold anything. */
function restEnd(text: string, from: number, end: number): number {
  const rest = text.slice(from, end)
  const semicolon = rest.indexOf(';')
  const open = rest.startsWith('"') && !rest.includes('"', 1)
  return semicolon > 0 && !open && mayBeCommands(text, from + semicolon + 1) ? from + semicolon : end
}

/** A quoted text may hold line ends. */
function lineEnd(text: string, from: number): number {
  const end = /[\r\n]/g
  end.lastIndex = from
  const found = end.exec(text)?.index ?? text.length
  const inside = text.slice(from, found).split('"').length % 2 === 0
  return inside ? withoutLineEnd(text) : found
}

function firstWord(text: string, from: number): string {
  return /^ *"?([^",;]*)/.exec(text.slice(from, from + nameLength))?.[1] ?? ''
}

/** What stands behind a `;`: commands, or the rest of a secret without quotes. */
const mayBeCommands = (text: string, from: number): boolean =>
  /^ *(?:\+[a-z]{2,20}[=?;\r\n]|\+[a-z]{2,20}$|&?[a-z]\d?(?:[;\r\n]|$)|[\r\n]|$)/i.test(
    text.slice(from, from + nameLength),
  )

/** What is no secret all the same: settings under another word, such as those of `+CSSLCFG`; a digit where a number stands. */
function isPlain(rule: SecretParameters, index: number, word: string, value: string, isRow: boolean): boolean {
  const { keyword, plainWords, first, numbers } = rule
  if (keyword === undefined) return first === 0 && numbers.has(index) && /^\d$/.test(value)
  if (plainWords?.has(word.toLowerCase())) return true
  return isRow && /^\d{1,5}$|\.(?:pem|der)$/i.test(value)
}
