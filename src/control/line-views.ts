import type { Content } from '../at/commands/content.ts'
import { textOf } from '../at/syntax/bytes.ts'
import { ContentFinder, type KnownValues } from '../at/syntax/content-finder.ts'
import { LineMask } from '../at/syntax/line-mask.ts'
import type { DataRange } from '../at/syntax/received-data.ts'
import { LineRedactor } from '../at/syntax/redact.ts'

type Direction = 'in' | 'out'
type BothWays<T> = Readonly<Record<Direction, T>>

interface View {
  readonly redactors: BothWays<LineRedactor>
  /** undefined: no content is left out. */
  readonly masks: BothWays<LineMask> | undefined
}

/** What may be seen of the lines of a module: secrets as `***`, content that is left out as stars of the same number. */
export class LineViews {
  readonly #leftOut: ReadonlySet<Content>
  readonly #known: KnownValues
  readonly #views = new Map<string, View>()

  constructor(leftOut: ReadonlySet<Content>, known: KnownValues) {
    this.#leftOut = leftOut
    this.#known = known
  }

  /** What can be shown now; `''`: nothing. `out`: each call has one whole write of the module. */
  take(line: string, direction: Direction, bytes: Uint8Array, data: readonly DataRange[]): string {
    const { redactors, masks } = this.#view(line)
    if (!masks) return redactors[direction].take(textOf(bytes))
    return pieces(this.#withoutReceived(textOf(bytes), data), data)
      .map(({ text, prompted }) => {
        const mask = masks[direction]
        if (!prompted) return mask.text(redactors[direction].take(text))
        const shown = this.#hides(prompted) ? '*'.repeat(text.length) : text
        return mask.data(redactors[direction].take(shown), prompted.ends)
      })
      .join('')
  }

  /** The host of a line has gone, or another one has come. What was shown of its last half line, in each direction. */
  host(line: string): BothWays<string> {
    const masks = this.#views.get(line)?.masks
    this.#views.delete(line)
    return { in: masks?.in.flush() ?? '', out: masks?.out.flush() ?? '' }
  }

  /** Somebody begins to watch in the middle of a line. */
  begin(line: string, direction: Direction, typed: Uint8Array): void {
    this.take(line, direction, typed, [])
  }

  #view(line: string): View {
    const known = this.#views.get(line)
    if (known) return known
    const finder = this.#leftOut.size > 0 ? new ContentFinder(this.#leftOut, this.#known) : undefined
    const view = {
      redactors: { in: new LineRedactor('in'), out: new LineRedactor('out') },
      masks: finder && { in: new LineMask(finder, 'in'), out: new LineMask(finder, 'out') },
    }
    this.#views.set(line, view)
    return view
  }

  #hides({ contents }: DataRange): boolean {
    return contents.some((content) => content !== 'key' && this.#leftOut.has(content))
  }

  #withoutReceived(text: string, data: readonly DataRange[]): string {
    const hidden = data.filter((range) => range.isReceived && this.#hides(range))
    if (hidden.length === 0) return text
    const characters = [...text]
    for (const { from, to } of hidden) characters.fill('*', from, to)
    return characters.join('')
  }
}

interface Piece {
  readonly text: string
  /** The text is data of a prompt. */
  readonly prompted: DataRange | undefined
}

/** The text in front of data of prompts, the data, and the text behind. */
function pieces(text: string, data: readonly DataRange[]): readonly Piece[] {
  const found: Piece[] = []
  let at = 0
  const plain = (to: number): void => {
    if (to > at) found.push({ text: text.slice(at, to), prompted: undefined })
  }
  for (const range of data) {
    if (range.isReceived) continue
    plain(range.from)
    found.push({ text: text.slice(range.from, range.to), prompted: range })
    at = range.to
  }
  plain(text.length)
  return found
}
