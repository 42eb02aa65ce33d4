import type { Content } from '../at/commands/content.ts'
import { hasCheckDigit } from '../at/syntax/check-digit.ts'
import { editedLine, rawSpan, wipedIn } from '../at/syntax/edited.ts'
import type { Concealed } from '../at/syntax/secret-values.ts'
import { concealedInData, concealedInLine, concealedInText } from '../at/syntax/text-secrets.ts'
import { ValueNames } from './value-names.ts'

/** A secret in a text: its place, and what it is called in a transcript. */
export interface Secret {
  readonly from: number
  readonly to: number
  readonly name: string
}

/** `command`: a line of a host; `data`: behind a prompt; `module`: of the module. */
export type TextOf = 'command' | 'data' | 'module'

/** Shorter values would be found in unrelated text. */
const shortestKnown = 4
/** What content is called that is left out beside secrets. */
export const contentHoles: Readonly<Record<Content, string>> = {
  payloads: 'payload',
  topics: 'topic',
  identity: 'identity',
  location: 'location',
}
const contentKinds: ReadonlySet<string> = new Set(Object.values(contentHoles))

/**
 * Finds what a recording must not show: IMEI, IMSI and ICCID anywhere, passwords and PINs in commands and their rows,
 * and each value that was found lately, wherever it comes again. Equal values have equal names, so that they are compared.
 */
export class SecretFinder {
  readonly #names = new ValueNames()
  /** They are not looked for elsewhere. */
  readonly #contentNames = new ValueNames()

  /** Secrets of a text, one character a byte, in order; `dialled`: the command line that this answers. */
  find(text: string, of: TextOf = 'module', dialled = ''): readonly Secret[] {
    const found = [...rangesOf[of](text), ...numberRanges(text, dialled)]
    const named = found.map(({ from, to, kind }) => ({ from, to, name: this.name(text.slice(from, to), kind) }))
    return withoutOverlaps([...named, ...this.known(text)])
  }

  /** The name of a value. */
  name(value: string, kind: string): string {
    return (contentKinds.has(kind) ? this.#contentNames : this.#names).of(value, kind)
  }

  /** Values that were found lately. */
  known(text: string): Secret[] {
    return [...this.#names.all()].flatMap(([value, name]) => {
      if (value.length < shortestKnown) return []
      const places: Secret[] = []
      for (let from = text.indexOf(value); from >= 0; from = text.indexOf(value, from + value.length))
        places.push({ from, to: from + value.length, name })
      return places
    })
  }
}

const rangesOf: Readonly<Record<TextOf, (text: string) => readonly Range[]>> = {
  command: rangesInLine,
  data: (text) => concealedInData(text).flatMap(valuesOf),
  // A module says nothing of its own that begins so: it is an echo.
  module: (text) => (/^[ \n]*at/i.test(text) ? rangesInLine(text) : concealedInText(text).flatMap(valuesOf)),
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

/** In what a line of a host has: values of commands, and what was typed and taken back. */
function rangesInLine(text: string): readonly Range[] {
  const line = text.slice(0, withoutLineEnd(text))
  const edited = editedLine(line)
  const values = concealedInLine(edited.text).flatMap(valuesOf)
  return [
    ...values.map(({ kind, ...range }) => ({ kind, ...rawSpan(edited, range) })),
    ...wipedIn(line, edited).map((range) => ({ ...range, kind: 'wiped' })),
  ]
}

const valuesOf = ({ kind, values }: Concealed): readonly Range[] => values.map((value) => ({ ...value, kind }))

/** The length of a text without the CR and LF at its end. */
export function withoutLineEnd(text: string): number {
  let end = text.length
  while (end > 0 && '\r\n'.includes(text[end - 1]!)) end--
  return end
}
