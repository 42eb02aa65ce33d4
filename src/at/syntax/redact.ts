import type { DataContent } from '../commands/content.ts'
import { commandBeginning } from './command-secrets.ts'
import { editedLine, rawSpan, wipedIn } from './edited.ts'
import { starred, withoutKeys } from './key-watch.ts'
import { PlainPrefix } from './plain-prefix.ts'
import type { DataRange } from './received-data.ts'
import { maxLineBytes } from './scan-line.ts'
import type { Concealed, Span } from './secret-values.ts'
import { concealedInLine, concealedInText } from './text-secrets.ts'

/** What stands in place of a secret. */
export const hidden = '***'

/** More than a command line may have; what is longer is hidden as a whole. */
const maxHeld = 2 * maxLineBytes

/** A part of what goes over a line. */
export interface LineSpan extends Span {
  /** `command`: typed as command lines, or the echo of that; `data`: the same behind a prompt; `said`: by the module itself. */
  readonly as: 'command' | 'data' | 'said'
  /** It is the last part of its data. */
  readonly ends?: boolean
  /** What data is. */
  readonly content?: DataContent
  /** What of the module's own text are topics and payloads of received messages; from the beginning of the whole. */
  readonly received?: readonly DataRange[]
}

/**
 * Takes the secrets out of what a host types, or of its echo, and of what the module says itself: one for each direction of
 * a line. Text may be cut anywhere; one character is one byte. What may be or become a secret is kept back until its line
 * is complete: no part of a secret is ever shown.
 */
export class LineRedactor {
  readonly #typed = new TypedRedactor()
  readonly #data = new DataRedactor()

  /** What can be shown now of the spans of a text; `''`: nothing. */
  take(text: string, spans: readonly LineSpan[] = [{ from: 0, to: text.length, as: 'command' }]): string {
    return spans.map((span) => this.#span(text.slice(span.from, span.to), span)).join('')
  }

  /** What was sent before somebody watched: it is not shown. */
  skip(text: string, as: 'command' | 'data'): void {
    this.take(text, [{ from: 0, to: text.length, as }])
    if (as === 'data') this.#data.skip()
    else this.#typed.skip()
  }

  #span(text: string, { as, ends = false }: LineSpan): string {
    if (as === 'said') return without(text, concealedInText(text))
    return as === 'data' ? this.#data.take(text, ends) : this.#typed.take(text)
  }
}

/** Command lines: what can't become a secret is shown at once, the rest when its line is complete. */
class TypedRedactor {
  readonly #prefix = new PlainPrefix()
  /** The line so far; the first `#shown` characters are shown. */
  #line = ''
  #shown = 0

  take(text: string): string {
    const parts: string[] = []
    for (let at = 0; at < text.length; ) {
      const end = find(/\r/g, text, at)
      parts.push(this.#part(text, at, end))
      if (end < text.length) parts.push(this.#complete(), '\r')
      at = end + 1
    }
    return parts.join('')
  }

  skip(): void {
    this.#shown = this.#line.length
  }

  /** A part of one line: what of it can be shown at once. */
  #part(text: string, from: number, end: number): string {
    let at = from
    let begin = from
    while (at < end && this.#prefix.take(text[at]!)) {
      at++
      // `A/`, and LF behind a command.
      if (!this.#prefix.isAtStart) continue
      begin = at
      this.#begin()
    }
    if (this.#line.length <= maxHeld) this.#line += text.slice(begin, end)
    this.#shown += at - begin
    return text.slice(from, at)
  }

  #complete(): string {
    const [line, shown] = [this.#line, this.#shown]
    this.#begin()
    this.#prefix.restart()
    if (line.length > maxHeld) return hidden
    return shown === line.length ? '' : redactedFrom(line, shown)
  }

  #begin(): void {
    this.#line = ''
    this.#shown = 0
  }
}

/** More than the beginning of a command has. */
const tailLength = 8

/** Data of a prompt: a command in it is a line that its host has sent too early. */
class DataRedactor {
  /** The end of what is shown. */
  #tail = ''
  /** A line from a command on; the first `#shown` characters are shown. */
  #line: string | undefined
  #shown = 0

  take(text: string, ends: boolean): string {
    const parts: string[] = []
    for (let at = 0; at < text.length; )
      at = this.#line === undefined ? this.#plain(text, at, parts) : this.#command(this.#line, text, at, parts)
    if (ends) this.#complete(parts)
    if (ends) this.#tail = ''
    return parts.join('')
  }

  skip(): void {
    this.#shown = this.#line?.length ?? 0
  }

  /** Up to a command. */
  #plain(text: string, from: number, parts: string[]): number {
    const whole = this.#tail + text.slice(from)
    const found = beginningIn(whole, this.#tail.length)
    const end = found < 0 ? text.length : from + Math.max(0, found - this.#tail.length)
    parts.push(text.slice(from, end))
    this.#line = found < 0 ? undefined : whole.slice(found, Math.max(found, this.#tail.length))
    this.#shown = this.#line?.length ?? 0
    this.#tail = found < 0 ? whole.slice(-tailLength) : ''
    return end
  }

  /** Up to the end of its line. */
  #command(line: string, text: string, from: number, parts: string[]): number {
    const end = find(/[\r\n]/g, text, from)
    if (line.length <= maxHeld) this.#line = line + text.slice(from, end)
    if (end < text.length) this.#complete(parts)
    return end
  }

  #complete(parts: string[]): void {
    const line = this.#line ?? ''
    if (line.length > this.#shown) parts.push(line.length > maxHeld ? hidden : redactedFrom(line, this.#shown))
    this.#line = undefined
  }
}

const beginnings = new RegExp(commandBeginning, 'gi')

/** Where a command begins whose beginning ends behind `judged`; what ends before was looked at with what stood before it. */
function beginningIn(text: string, judged: number): number {
  for (const { index, 0: beginning } of text.matchAll(beginnings)) if (index + beginning.length > judged) return index
  return -1
}

function find(character: RegExp, text: string, from: number): number {
  character.lastIndex = from
  return character.exec(text)?.index ?? text.length
}

/** One line without its end; one character is one byte. */
export const redactLine = (text: string): string => redactedFrom(text, 0)

/**
 * Lines of a transcript with stars for its secrets, as many as they have characters. Holes, such as `{password}`, stay.
 * `isOwn`: it is shown to its author, with the values of commands that nobody knows.
 */
export const starredTemplate = (text: string, isOwn = false): string =>
  withoutKeys(text.replace(/[^\r]+/g, (line) => starredLine(line, isOwn)))

function starredLine(text: string, isOwn: boolean): string {
  const values = concealedInLine(text).flatMap(({ values, kind }) => (isOwn && kind === 'value' ? [] : values))
  const secrets = values.filter(({ from, to }) => !holes.test(text.slice(from, to)))
  return starred(text, secrets)
}

const holes = /^(?:\{[^{}]*\})+$|^\{[^{}]*$/

/** A line without its secrets, and without what was taken back; its first `shown` characters are left out. */
function redactedFrom(line: string, shown: number): string {
  const edited = editedLine(line)
  const concealed = concealedInLine(edited.text).map((span) => ({ ...rawSpan(edited, span), by: hidden }))
  const wiped = wipedIn(line, edited).map(({ from, to }) => ({ from, to, by: '*'.repeat(to - from) }))
  return replaced(
    line,
    [...concealed, ...wiped].sort((a, b) => a.from - b.from || b.to - a.to),
    shown,
  )
}

const without = (text: string, concealed: readonly Concealed[]): string =>
  replaced(
    text,
    concealed.map(({ from, to }) => ({ from, to, by: hidden })),
    0,
  )

interface Replacement extends Span {
  readonly by: string
}

/** In order; what begins inside another one goes with it. */
function replaced(text: string, replacements: readonly Replacement[], start: number): string {
  const parts: string[] = []
  let at = start
  for (const { from, to, by } of replacements) {
    if (to <= at) continue
    parts.push(text.slice(at, from), by)
    at = to
  }
  return parts.join('') + text.slice(at)
}
