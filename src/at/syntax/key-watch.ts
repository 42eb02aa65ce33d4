import { isCommandName, takesSecretData } from './near-name.ts'

/** Characters `from`…`to` of a text that must not be shown. */
export interface HiddenRange {
  readonly from: number
  readonly to: number
  /** `block`: between the markers of PEM; `refused`: sent behind a command that takes a key, and no command. */
  readonly why: 'block' | 'refused'
}

const privateKey = 'PRIVATE KEY'
const blockEnd = '-END'
/** More than the longest header of PEM, `-----BEGIN ENCRYPTED PRIVATE KEY-----`. */
const longestHeader = 64
/** More than a command line has. */
const longestLine = 4096

/** Whether that was all. */
type EachPart = (at: number, to: number, line: string, ends: boolean) => boolean

/**
 * Finds the bodies of private keys in what a host sends, whatever is around them, cut anywhere: in data, or as lines
 * that were meant as data and came as commands. It keeps nothing back: each call says what of its text is hidden.
 * Line ends are never hidden.
 */
export class KeyWatch {
  /** Shown already; a marker may begin in it. */
  #before = ''
  /** The line so far. */
  #line = ''
  /** Between the markers of a private key. */
  #inBlock = false
  /** On the line of its header, which is judged by the header alone: an `AT` in front of it is part of that line. */
  #onHeaderLine = false
  /** The last command line takes a key: what follows and is no command may be one, or a part of one. */
  #afterKeyCommand = false

  take(text: string): readonly HiddenRange[] {
    const hidden: HiddenRange[] = []
    let at = 0
    while (at < text.length) at = this.#inBlock ? this.#block(text, at, hidden) : this.#open(text, at, hidden)
    this.#before = (this.#before + text.slice(-longestHeader)).slice(-longestHeader)
    return hidden
  }

  /** The module has thrown away what was typed: a line begins. */
  lineBegins(): void {
    this.#line = ''
  }

  /** Up to the beginning of a key. */
  #open(text: string, from: number, hidden: HiddenRange[]): number {
    const end = this.#keyBegins(text, from)
    this.#lines(text, from, end ?? text.length, (at, to, line) => {
      if (this.#afterKeyCommand && at < to && !mayBeCommand(line)) hidden.push({ from: at, to, why: 'refused' })
      return false
    })
    if (end === undefined) return text.length
    this.#inBlock = true
    this.#onHeaderLine = true
    return end
  }

  /** Where the header of a private key ends. */
  #keyBegins(text: string, from: number): number | undefined {
    // What was shown before may hold the beginning of the header, but no whole one that has been acted on.
    const before = from > 0 ? text.slice(Math.max(0, from - longestHeader), from) : this.#before
    const whole = before + text.slice(from)
    const first = Math.max(0, before.length - privateKey.length + 1)
    for (let at = whole.indexOf(privateKey, first); at >= 0; at = whole.indexOf(privateKey, at + 1)) {
      const header = whole.slice(Math.max(0, at - longestHeader), at)
      if (/BEGIN[^\r\n]*$/.test(header)) return at + privateKey.length - before.length + from
    }
    return undefined
  }

  /** Up to the end of a key: its marker, or a line that can be nothing but a command. */
  #block(text: string, from: number, hidden: HiddenRange[]): number {
    const before = from > 0 ? '' : this.#before
    const found = (before.slice(1 - blockEnd.length) + text.slice(from)).indexOf(blockEnd)
    const marker = found < 0 ? text.length : Math.max(from, found - Math.min(before.length, blockEnd.length - 1) + from)
    const left = this.#lines(text, from, marker, (at, to, line, ends) => {
      hidden.push({ from: at, to, why: 'block' })
      const isHeaderLine = this.#onHeaderLine
      if (ends) this.#onHeaderLine = false
      return ends && !isHeaderLine && isCertainlyCommand(line)
    })
    if (left < marker) {
      this.#inBlock = false
      this.#lineEnds()
      return left
    }
    if (found >= 0) this.#inBlock = false
    return marker
  }

  /** The parts of lines between `from` and `to`, with the line so far and whether it ends there; up to one that stops it. */
  #lines(text: string, from: number, to: number, each: EachPart): number {
    for (let at = from; at < to; ) {
      const end = nextLineEnd(text, at, to)
      const ends = end < to
      this.#line = (this.#line + text.slice(at, end)).slice(0, longestLine)
      if (each(at, end, this.#line, ends)) return end
      if (ends || /^a\/$/i.test(this.#line)) this.#lineEnds()
      at = ends ? end + 1 : end
    }
    return to
  }

  #lineEnds(): void {
    const line = edited(this.#line)
    if (!this.#inBlock && /^ *at/i.test(line)) this.#afterKeyCommand = takesSecretData(line)
    this.#line = ''
  }
}

/** A line as the module reads it: backspaces applied. */
export function edited(line: string): string {
  if (!line.includes('\b')) return line
  const typed: string[] = []
  for (const character of line)
    if (character === '\b') typed.pop()
    else typed.push(character)
  return typed.join('')
}

function nextLineEnd(text: string, from: number, to: number): number {
  for (let at = from; at < to; at++) if (text[at] === '\r' || text[at] === '\n') return at
  return to
}

/** A line, or its beginning, that a module would take for a command. */
const mayBeCommand = (line: string): boolean => line === '' || /^a(?:$|[t/])/i.test(edited(line))

/** `AT` may begin a line of a key too; a name that is known, or what stands in no key, is what tells. */
export function isCertainlyCommand(line: string): boolean {
  if (!/^at/i.test(line)) return false
  const name = /^at\+(\w{3,24})(?:$|\W)/i.exec(line)?.[1]
  return line.length === 2 || /[^\w+/=\- \b]/.test(line) || (name !== undefined && isCommandName(name))
}

/** The text with a star for each hidden character. */
export function starred(text: string, ranges: readonly { readonly from: number; readonly to: number }[]): string {
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
export const holdsKey = (text: string): boolean => text.includes(privateKey)

/** A text with stars for the private keys in it. */
export const withoutKeys = (text: string): string => starred(text, new KeyWatch().take(text))
