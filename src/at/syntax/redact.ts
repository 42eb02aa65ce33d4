import type { SecretParameters as Rule } from '../commands/secrets.ts'
import { isNearKeyword } from './near-name.ts'
import { maxLineBytes } from './scan-line.ts'
import { type SecretPlace, secretsBehind } from './secret-place.ts'

/** What stands in place of a secret. */
export const hidden = '***'

/** More than a command line may have; what is longer is hidden as a whole. */
const maxHeld = 2 * maxLineBytes
/** More than the longest name of a command, with spaces behind it. */
const tailLength = 64

/** A line so far, backspaces applied. */
interface Typed {
  readonly text: string
  /** The end of `text`: to look at the whole for each character would take the square of its length. */
  readonly tail: string
  readonly isCommand: boolean
}

const nothingTyped: Typed = { text: '', tail: '', isCommand: false }

/**
 * Takes the secrets out of the text of one direction of a line, cut anywhere; one character is one byte.
 * What may hold a secret is kept back until its line is complete: no part of a secret is ever shown.
 */
export class LineRedactor {
  readonly #direction: 'in' | 'out'
  /** The line so far, while there is no secret in it. */
  #line = nothingTyped
  /** The parameters so far of a command that has secrets. */
  #held: { readonly place: SecretPlace; readonly text: string } | undefined

  constructor(direction: 'in' | 'out') {
    this.#direction = direction
  }

  /** What can be shown now; `''`: nothing. `out`: each call has one whole write of the module. */
  take(text: string): string {
    if (this.#direction === 'in' || !text.startsWith('\r\n')) return this.#takeOn(text)
    // The module prints something of its own; the echo of a half-typed line goes on afterwards.
    const line = this.#line
    const held = this.#held
    this.#line = nothingTyped
    this.#held = undefined
    const shown = this.#takeOn(text)
    if (this.#line.text !== '' || this.#held) return shown
    this.#line = line
    this.#held = held
    return shown
  }

  #takeOn(text: string): string {
    const shown: string[] = []
    let at = 0
    while (at < text.length) at = this.#held ? this.#hold(this.#held, text, at, shown) : this.#pass(text, at, shown)
    return shown.join('')
  }

  /** Up to the next character that may stand behind the name of a command. */
  #pass(text: string, from: number, shown: string[]): number {
    const end = /[ ?]$/.test(this.#line.tail) ? from : find(/[^a-z]/gi, text, from)
    this.#line = typed(this.#line, text.slice(from, end))
    const next = text[end] ?? ''
    const place = secretsBehind(this.#line.tail, next, this.#line.isCommand)
    if (place) this.#held = { place, text: '' }
    if (place?.without) {
      shown.push(text.slice(from, end))
      return end
    }
    shown.push(text.slice(from, end + 1))
    this.#line = typed(this.#line, next)
    return end + next.length
  }

  #hold(
    { place, text: held }: { place: SecretPlace; text: string },
    text: string,
    from: number,
    shown: string[],
  ): number {
    const end = find(/[\r\n]/g, text, from)
    const whole = (held + text.slice(from, end)).slice(0, maxHeld)
    const goesOn = end === text.length || (text[end] === '\n' && insideQuotes(whole))
    this.#held = goesOn ? { place, text: end < text.length ? `${whole}\n` : whole } : undefined
    if (goesOn) return Math.min(end + 1, text.length)
    shown.push(redactPlace(whole, place))
    this.#line = nothingTyped
    return end
  }
}

function typed(line: Typed, part: string): Typed {
  if (part === '\r' || part === '\n') return nothingTyped
  if (part === '\b') return typedText(line.text.slice(0, -1))
  if (part === '') return line
  const isCommand = line.isCommand || (line.text.length < 8 && startsCommand(line.text + part))
  const text = line.text.length > maxHeld ? (line.text + part).slice(-maxLineBytes) : line.text + part
  // Spaces behind a name count once, or a name could be pushed out of the tail.
  const tail = part === ' ' && line.tail.endsWith(' ') ? line.tail : (line.tail + part).slice(-tailLength)
  return { text, tail, isCommand }
}

const startsCommand = (text: string): boolean => /^ *at/i.test(text)

const typedText = (text: string): Typed => ({
  text,
  tail: text.slice(-maxLineBytes).replace(/ {2,}/g, ' ').slice(-tailLength),
  isCommand: startsCommand(text),
})

function find(characters: RegExp, text: string, from: number): number {
  characters.lastIndex = from
  return characters.exec(text)?.index ?? text.length
}

const insideQuotes = (text: string): boolean => text.split('"').length % 2 === 0

function redactPlace(text: string, { rule, without, onlyWith }: SecretPlace): string {
  // A quote alone closes a text that the name stands in.
  if (without) return text === '"' ? text : hidden
  if (onlyWith === undefined) return redactParameters(text, rule)
  const first = /^ *"?([^",;]*)/.exec(text)?.[1] ?? ''
  if (isNearKeyword(first, onlyWith)) return redactParameters(text, rule)
  const behind = text.indexOf(';')
  return behind < 0 ? text : `${text.slice(0, behind)};${redactCommands(text.slice(behind + 1))}`
}

interface Parameter {
  readonly from: number
  readonly text: string
  readonly quoted: boolean
}

// `(?! )`: a parameter begins behind all of its spaces; without that, spaces would be tried in the square of their number.
const oneParameter = / *(?:"([^"]*)" *|((?! )[^",;]*))(,|;|$)/y

/** The parameters up to the end or a `;`, whose index is `end`; undefined: not well-formed. */
function parametersOf(text: string): { readonly list: readonly Parameter[]; readonly end: number } | undefined {
  const list: Parameter[] = []
  oneParameter.lastIndex = 0
  for (;;) {
    const from = oneParameter.lastIndex
    const match = oneParameter.exec(text)
    if (!match) return undefined
    list.push({ from, text: match[1] ?? match[2]!.trim(), quoted: match[1] !== undefined })
    const end = from + match[0].length
    if (match[3] !== ',') return { list, end: match[3] === ';' ? end - 1 : end }
  }
}

/** The parameters behind `=`, without their secrets. In doubt more is hidden: a `;` may be part of an unquoted secret. */
function redactParameters(text: string, rule: Rule): string {
  if (text.trim() === '?' || (rule.rows && /^ *\([^"]*$/.test(text))) return text
  const parameters = text.includes('\b') || text.length >= maxHeld ? undefined : parametersOf(text)
  if (!parameters) return hidden
  const { list, end } = parameters
  const first = list.findIndex((parameter, i) => i >= rule.first || rule.fits[i]?.test(parameter.text) === false)
  const secret = list[first]
  const shown = secret ? text.slice(0, secret.from) + hidden : text.slice(0, end)
  if (end === text.length) return shown
  const inDoubt = list.slice(secret ? first : rule.fits.length).some(({ quoted }) => !quoted)
  return `${shown};${inDoubt ? hidden : redactCommands(text.slice(end + 1))}`
}

/** One line without its end; one character is one byte. */
export const redactLine = (text: string): string => new LineRedactor('in').take(`${text}\r`).slice(0, -1)

/** The rest of a command line, behind a `;`. */
const redactCommands = (text: string): string => redactLine(`AT${text}`).slice(2)
