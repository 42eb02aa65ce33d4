import type { Content } from '../at/commands/content.ts'
import { bytesOf, textOf } from '../at/syntax/bytes.ts'
import { ContentFinder, type KnownValues } from '../at/syntax/content-finder.ts'
import { LineMask } from '../at/syntax/line-mask.ts'
import type { LineSpan } from '../at/syntax/redact.ts'
import type { ModuleState } from '../module/core/state.ts'
import { LineRedactors } from './line-redactors.ts'

type Direction = 'in' | 'out'
type Masks = Readonly<Record<Direction, LineMask>>

/** What may be seen of the lines of a module: secrets as `***`, content that is left out as stars of the same number. */
export class LineViews {
  readonly #leftOut: ReadonlySet<Content>
  readonly #known: KnownValues
  readonly #redactors: LineRedactors
  readonly #masks = new Map<string, Masks>()

  constructor(state: ModuleState, leftOut: ReadonlySet<Content>, known: KnownValues) {
    this.#redactors = new LineRedactors(state)
    this.#leftOut = leftOut
    this.#known = known
  }

  /** What can be shown now; `''`: nothing. */
  take(line: string, direction: Direction, bytes: Uint8Array, spans: readonly LineSpan[]): string {
    if (this.#leftOut.size === 0) return this.#redactors.take(line, direction, bytes, spans)
    const mask = this.#masksOf(line)[direction]
    return spans.map((span) => this.#span(line, direction, bytes, span, mask)).join('')
  }

  /** A half-typed line of the last host is dropped. Gives what it had typed and its echo, as far as they may be shown. */
  forget(line: string): Readonly<Record<Direction, string>> {
    const masks = this.#masks.get(line)
    this.#redactors.forget(line)
    this.#masks.delete(line)
    return { in: masks?.in.flush() ?? '', out: masks?.out.flush() ?? '' }
  }

  #masksOf(line: string): Masks {
    const known = this.#masks.get(line)
    if (known) return known
    const finder = new ContentFinder(this.#leftOut, this.#known)
    const masks = { in: new LineMask(finder, 'host'), out: new LineMask(finder, 'echo') }
    this.#masks.set(line, masks)
    return masks
  }

  #span(line: string, direction: Direction, bytes: Uint8Array, span: LineSpan, mask: LineMask): string {
    const text = this.#withoutData(textOf(bytes, span.from, span.to), span)
    const whole = [{ ...span, from: 0, to: text.length }]
    const shown = this.#redactors.take(line, direction, bytesOf(text), whole)
    if (span.as === 'command') return mask.typed(shown)
    return span.as === 'data' ? mask.data(shown, span.ends === true) : mask.said(shown)
  }

  /** Stars for data that are left out for what they are. */
  #withoutData(text: string, { from: start, content, received = [] }: LineSpan): string {
    if (content !== undefined && content !== 'key' && this.#leftOut.has(content)) return '*'.repeat(text.length)
    const hidden = received.filter(({ contents }) => contents.some((one) => one !== 'key' && this.#leftOut.has(one)))
    if (hidden.length === 0) return text
    const characters = [...text]
    for (const { from, to } of hidden) characters.fill('*', from - start, to - start)
    return characters.join('')
  }
}
