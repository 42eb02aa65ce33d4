import type { SecretParameters as Rule } from '../commands/secrets.ts'
import { secretsOf } from './near-name.ts'
import { maxLineBytes } from './scan-line.ts'

/** What stands in place of a secret. */
export const hidden = '***'

/** More than a command line may have; what is longer is hidden as a whole. */
const maxHeld = 2 * maxLineBytes

/**
 * Takes the secrets out of the text of one direction of a line, cut anywhere; one character is one byte.
 * What may hold a secret is kept back until its line is complete: no part of a secret is ever shown.
 */
export class LineRedactor {
  readonly #direction: 'in' | 'out'
  /** The line so far, backspaces applied, while there is no secret in it. */
  #line = ''
  /** The parameters so far of a command that has secrets. */
  #held: { readonly rule: Rule; readonly text: string } | undefined

  constructor(direction: 'in' | 'out') {
    this.#direction = direction
  }

  /** What can be shown now; `''`: nothing. `out`: each call has one whole write of the module. */
  take(text: string): string {
    if (this.#direction === 'in' || !text.startsWith('\r\n')) return this.#takeOn(text)
    // The module prints something of its own; the echo of a half-typed line goes on afterwards.
    const line = this.#line
    const held = this.#held
    this.#line = ''
    this.#held = undefined
    const shown = this.#takeOn(text)
    if (this.#line !== '' || this.#held) return shown
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

  #pass(text: string, from: number, shown: string[]): number {
    const end = Math.min(find(/[\r\n\b=:]/g, text, from) + 1, text.length)
    const part = text.slice(from, end)
    shown.push(part)
    this.#type(part)
    return end
  }

  #type(part: string): void {
    const last = part.at(-1)
    if (last === '\r' || last === '\n') this.#line = ''
    else if (last === '\b') this.#line = (this.#line + part).slice(0, -2)
    else this.#line = (this.#line + part).slice(-maxHeld)
    const rule = last === '=' || last === ':' ? ruleBehind(this.#line) : undefined
    if (rule) this.#held = { rule, text: '' }
  }

  #hold({ rule, text: held }: { rule: Rule; text: string }, text: string, from: number, shown: string[]): number {
    const end = find(/[\r\n]/g, text, from)
    const whole = (held + text.slice(from, end)).slice(0, maxHeld)
    const goesOn = end === text.length || (text[end] === '\n' && insideQuotes(whole))
    this.#held = goesOn ? { rule, text: end < text.length ? `${whole}\n` : whole } : undefined
    if (goesOn) return Math.min(end + 1, text.length)
    shown.push(redactParameters(whole, rule))
    this.#line = ''
    return end
  }
}

function find(characters: RegExp, text: string, from: number): number {
  characters.lastIndex = from
  return characters.exec(text)?.index ?? text.length
}

/** The rule of the command whose `=` or `:` ends the line; anywhere in it: prompt data may stand in front. */
function ruleBehind(line: string): Rule | undefined {
  const name = /(?:^|\+|AT)([a-z0-9]+) *[=:]$/i.exec(line.slice(Math.max(0, line.lastIndexOf('+'))))?.[1]
  const rule = name && secretsOf(name)
  return rule && (line.endsWith('=') || rule.rows) ? rule : undefined
}

const insideQuotes = (text: string): boolean => text.split('"').length % 2 === 0

interface Parameter {
  readonly from: number
  readonly text: string
  readonly quoted: boolean
}

const oneParameter = / *(?:"([^"]*)" *|([^",;]*))(,|;|$)/y

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
  return `${shown};${inDoubt ? hidden : redactLine(text.slice(end + 1))}`
}

/** One line without its end; one character is one byte. */
export const redactLine = (text: string): string => new LineRedactor('in').take(`${text}\r`).slice(0, -1)
