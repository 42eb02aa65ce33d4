import { isCertainlyCommand, type LineVerdict, longestStart, verdictOf } from './certain-command.ts'
import { commandBeginning } from './command-secrets.ts'
import { EarlyLines } from './early-lines.ts'
import { takesSecretData } from './near-name.ts'
import { belongsToBody, bodiesIn, bodyTail, EndFinder, HeaderFinder } from './private-key.ts'
import type { Span } from './secret-values.ts'
import { leadsToSecret } from './text-secrets.ts'

/** Characters `from`…`to` of a text that must not be shown. */
export interface HiddenRange extends Span {
  /** `block`: of a key; `refused`: sent behind a command with secrets, or a part of one, and no command. */
  readonly why: 'block' | 'refused'
}

const DASH = 0x2d
/** Of more characters no key is made. */
const longestKey = 16_384
/** Behind so many characters of base64 one that is none may be a damaged one. */
const aloneBehind = 8
/** More than a command line has. */
const longestLine = 4096

interface KeyWatchOptions {
  readonly joins?: boolean
  readonly line?: string
  readonly mixed?: boolean
  readonly prompts?: boolean
}

/**
 * Finds private keys in what a host sends, whatever is around them, cut anywhere: in data, or as lines that were meant as
 * data and came as commands. It keeps nothing back: each call says what of its text is hidden. Line ends are never hidden.
 */
export class KeyWatch {
  #header = new HeaderFinder()
  readonly #line = new TypedLine()
  #end = new EndFinder()
  /** The last characters, in which the base64 of a key may begin. */
  #tail = ''
  /** How many characters the key has so far; undefined: none. */
  #key: number | undefined
  /** It has begun without a header. */
  #isBody = false
  /** So many of its characters came in a row. */
  #inARow = 0
  /** The rest of the line on which a key begins is judged by that alone: an `AT` in front of it is part of that line. */
  #onFirstLine = false
  /** The last command line has a secret, or takes one: what follows and is certainly no command may be one, or a part of one. */
  #afterSecret: boolean
  /** The last line of the data so far: a command in it goes on behind them, if they are too short for it. */
  #dataLine = ''
  readonly #early: EarlyLines | undefined

  /** What is behind a command with a password, too, not only what is behind one that takes a key. */
  readonly #hidesMore: boolean

  /**
   * `joins`: what was sent before is not known, but for the line so far: it may be a part of a key. `mixed`: the answers of
   * the module may be between the lines. `prompts`: all data are of prompts of a line, none is what a module says.
   */
  constructor({ joins = false, line = '', mixed = false, prompts = false }: KeyWatchOptions = {}) {
    this.#early = prompts ? new EarlyLines() : undefined
    this.#afterSecret = joins
    this.#hidesMore = !mixed
    for (const character of line) this.#line.take(character)
  }

  /** `data`: of a prompt, or of a message; its lines are no commands. */
  take(text: string, as: 'command' | 'data' = 'command'): readonly HiddenRange[] {
    const ranges = new Ranges()
    const bodies = this.#bodiesIn(text)
    this.#follow(text, as)
    const early = as === 'data' ? this.#early?.take(text) : this.#early?.end()
    for (let at = 0; at < text.length; at++) {
      if (this.#key === undefined && bodies.has(at)) this.#begin(true)
      if (text[at] === '\r') this.#lineEnds(as)
      else if (text[at] !== '\n') this.#character(text, at, as, ranges, early)
      else if (as === 'command') this.#line.lineFeed()
    }
    return ranges.list
  }

  #bodiesIn(text: string): ReadonlySet<number> {
    const before = this.#tail.length
    const whole = this.#tail + text
    this.#tail = whole.slice(-bodyTail)
    return new Set(bodiesIn(whole, before).map((at) => Math.max(0, at - before)))
  }

  #follow(text: string, as: 'command' | 'data'): void {
    if (as === 'data') this.#dataLine = lastLine(this.#dataLine + text).slice(-longestLine)
    else if (text !== '') {
      if (mayGoOn(this.#dataLine)) this.#afterSecret = true
      this.#dataLine = ''
    }
  }

  #begin(isBody: boolean): void {
    this.#key = 0
    this.#isBody = isBody
    this.#inARow = 0
    this.#onFirstLine = true
    this.#end = new EndFinder()
  }

  #character(text: string, at: number, as: 'command' | 'data', ranges: Ranges, early: readonly Span[] = []): void {
    const code = text.charCodeAt(at)
    const verdict = as === 'command' ? this.#line.take(text[at]!) : undefined
    const isRefused =
      as === 'data' ? early.some(({ from, to }) => from <= at && at < to) : this.#afterSecret && verdict === 'other'
    if (this.#key !== undefined) this.#ofKey(code, at, ranges, isRefused)
    else if (this.#header.take(code)) this.#begin(false)
    if (isRefused) ranges.add(at, 'refused')
    if (verdict === 'repeat') this.#lineEnds(as)
  }

  #ofKey(code: number, at: number, ranges: Ranges, isRefused: boolean): void {
    if (this.#key! >= longestKey || (this.#isBody && this.#bodyEnds(code))) {
      this.#key = undefined
      return
    }
    // The dashes of its header.
    if (this.#key === 0 && code === DASH && !this.#isBody) return
    this.#key!++
    ranges.add(at, 'block')
    if (!this.#end.take(code)) return
    if (!isRefused) ranges.cut(at + 1 - this.#end.length)
    this.#key = undefined
    // The words behind END are no header.
    this.#header = new HeaderFinder()
    for (const letter of 'END') this.#header.take(letter.charCodeAt(0))
  }

  /** One character alone may be a wrong one. */
  #bodyEnds(code: number): boolean {
    const isAlone = this.#inARow >= aloneBehind
    this.#inARow = belongsToBody(code) ? this.#inARow + 1 : 0
    return this.#inARow === 0 && !isAlone
  }

  #lineEnds(as: 'command' | 'data'): void {
    const isFirst = this.#onFirstLine
    this.#onFirstLine = false
    if (as === 'data') return
    const line = this.#line.complete()
    const isCommand = isCertainlyCommand(line)
    if (isCommand && !isFirst) this.#key = undefined
    // `A/` repeats what was before.
    if (this.#key === undefined && !/^ *a\//i.test(line))
      this.#afterSecret =
        takesSecretData(line) || (this.#hidesMore && leadsToSecret(line)) || (this.#afterSecret && !isCommand)
  }
}

/** A command, or its name, may go on behind data that end so. */
const mayGoOn = (line: string): boolean =>
  commandBeginning.test(line) || /\+[a-z\d]*$|[^a-z\d\s][a-z]{4,24} *[=:]/i.test(line)

const lastLine = (text: string): string => text.slice(Math.max(text.lastIndexOf('\r'), text.lastIndexOf('\n')) + 1)

class Ranges {
  readonly list: { from: number; to: number; why: HiddenRange['why'] }[] = []

  add(at: number, why: HiddenRange['why']): void {
    const last = this.list.at(-1)
    if (last?.to === at && last.why === why) last.to = at + 1
    else if (last === undefined || last.to <= at) this.list.push({ from: at, to: at + 1, why })
  }

  /** What is behind that place is not hidden after all. */
  cut(at: number): void {
    const last = this.list.at(-1)
    if (last === undefined || last.why !== 'block') return
    last.to = Math.max(last.from, at)
    if (last.to === last.from) this.list.pop()
  }
}

/** A line that is being typed; backspaces are applied. */
class TypedLine {
  #characters: string[] = []
  #verdict: LineVerdict = 'open'

  take(character: string): LineVerdict {
    if (character === '\b') this.#characters.pop()
    else if (this.#characters.length < longestLine) this.#characters.push(character)
    if (character === '\b' || this.#verdict === 'open')
      this.#verdict = verdictOf(this.#characters.slice(0, longestStart).join(''))
    return this.#verdict
  }

  /** To the module it is a part of the line, but for one in front. */
  lineFeed(): void {
    if (this.#characters.length > 0) this.take('\n')
  }

  complete(): string {
    const line = this.#characters.join('')
    this.#characters = []
    this.#verdict = 'open'
    return line
  }
}

/** The text with a star for each hidden character. */
export function starred(text: string, ranges: readonly Span[]): string {
  if (ranges.length === 0) return text
  const parts: string[] = []
  let at = 0
  for (const { from, to } of ranges) {
    parts.push(text.slice(at, from), '*'.repeat(to - from))
    at = to
  }
  return parts.join('') + text.slice(at)
}

/** Whether a private key begins in a text. */
export const holdsKey = (text: string): boolean => new KeyWatch().take(`${text} `, 'data').length > 0

/** A text with stars for the private keys in it, whether its lines are data or commands. */
export const withoutKeys = (text: string): string =>
  starred(starred(text, new KeyWatch().take(text, 'data')), new KeyWatch({ mixed: true }).take(text, 'command'))
