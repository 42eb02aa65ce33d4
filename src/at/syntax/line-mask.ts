import { type ContentFinder, type ContentRange, withoutContent } from './content-finder.ts'

type Direction = 'in' | 'out'

/** A line so far, and how much of it is out. */
interface Half {
  readonly text: string
  readonly shown: number
}

const nothing: Half = { text: '', shown: 0 }

/**
 * The text of one direction of a line, cut anywhere, with stars for content. A line comes when it is complete, for only
 * then is known what is in it; one that the module interrupts comes with more stars up to there.
 */
export class LineMask {
  readonly #finder: ContentFinder
  readonly #direction: Direction
  #half = nothing
  /** Data of a prompt that is not complete. */
  #data = ''

  constructor(finder: ContentFinder, direction: Direction) {
    this.#finder = finder
    this.#direction = direction
  }

  /** What can be shown now. `out`: each call has a whole write of the module, or a part of one in front of data or behind. */
  text(text: string): string {
    const before = this.#dataEnds()
    if (this.#direction === 'in' || !text.startsWith('\r\n') || this.#half.text === '')
      return before + this.#lines(text)
    // The module prints something of its own; the echo of a half-typed line goes on afterwards.
    const interrupted = this.#half
    this.#half = nothing
    const parts = [before, masked(interrupted, this.#finder.unfinished(interrupted.text)), this.#lines(text)]
    if (this.#half.text === '') this.#half = { text: interrupted.text, shown: interrupted.text.length }
    return parts.join('')
  }

  /** Data of a prompt, or their echo, that are shown but for values in them. `ends`: they are complete. */
  data(text: string, ends: boolean): string {
    const line = this.flush()
    this.#data += text
    return ends ? line + this.#dataEnds() : line
  }

  /** Nothing more comes of a half line. */
  flush(): string {
    const rest = masked(this.#half, this.#finder.unfinished(this.#half.text))
    this.#half = nothing
    return this.#dataEnds() + rest
  }

  #dataEnds(): string {
    const data = this.#data
    this.#data = ''
    return withoutContent(data, this.#finder.data(data))
  }

  #lines(text: string): string {
    let shown = ''
    for (const part of text.split(/(?<=[\r\n])/)) {
      const half = { text: this.#half.text + part, shown: this.#half.shown }
      this.#half = isWhole(half.text) ? nothing : half
      if (isWhole(half.text)) shown += masked(half, this.#find(half.text.replace(/[\r\n]$/, '')))
    }
    return shown
  }

  #find(line: string): readonly ContentRange[] {
    return this.#direction === 'in' ? this.#finder.host(line) : this.#finder.module(line)
  }
}

/** A prompt and `A/` have no line end. */
const isWhole = (text: string): boolean => /[\r\n]$|^(?:> ?|a\/)$/i.test(text)

const masked = ({ text, shown }: Half, ranges: readonly ContentRange[]): string =>
  withoutContent(text, ranges).slice(shown)
