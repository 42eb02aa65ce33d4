import { type ContentFinder, type ContentRange, withoutContent } from './content-finder.ts'

/** A line so far, and how much of it is out. */
interface Half {
  readonly text: string
  readonly shown: number
}

const nothing: Half = { text: '', shown: 0 }

/**
 * The text of one direction of a line, cut anywhere, with stars for content. A command line comes when it is complete, for
 * only then is known what is in it; one that the module interrupts comes with more stars up to there.
 */
export class LineMask {
  readonly #finder: ContentFinder
  readonly #find: (line: string) => readonly ContentRange[]
  #half = nothing
  /** Data of a prompt that is not complete. */
  #data = ''

  /** `of`: what a host types, or what it hears: the echo of that, and what the module says. */
  constructor(finder: ContentFinder, of: 'host' | 'echo') {
    this.#finder = finder
    this.#find = (line) => finder[of](line)
  }

  /** Command lines, or their echo: what can be shown now. */
  typed(text: string): string {
    let shown = this.#dataEnds()
    for (const part of text.split(/(?<=[\r\n])/)) {
      const half = { text: this.#half.text + part, shown: this.#half.shown }
      this.#half = isWhole(half.text) ? nothing : half
      if (isWhole(half.text)) shown += masked(half, this.#find(half.text.replace(/[\r\n]$/, '')))
    }
    return shown
  }

  /** Data of a prompt, or their echo, that are shown but for values in them. `ends`: they are complete. */
  data(text: string, ends: boolean): string {
    const line = this.#interrupted()
    this.#data += text
    return ends ? line + this.#dataEnds() : line
  }

  /** What the module says itself: whole lines. */
  said(text: string): string {
    const lines = text
      .split(/(?<=\n)/)
      .map((line) => withoutContent(line, this.#finder.module(line.replace(/\r?\n$/, ''))))
    return this.#dataEnds() + this.#interrupted() + lines.join('')
  }

  /** Nothing more comes of a half line. */
  flush(): string {
    const rest = this.#dataEnds() + this.#interrupted()
    this.#half = nothing
    return rest
  }

  #dataEnds(): string {
    const data = this.#data
    this.#data = ''
    return withoutContent(data, this.#finder.data(data))
  }

  /** What there is of a half line, which may go on afterwards. */
  #interrupted(): string {
    const { text } = this.#half
    const shown = masked(this.#half, this.#finder.unfinished(text))
    this.#half = { text, shown: text.length }
    return shown
  }
}

/** `A/` has no line end. */
const isWhole = (text: string): boolean => /[\r\n]$|^a\/$/i.test(text)

const masked = ({ text, shown }: Half, ranges: readonly ContentRange[]): string =>
  withoutContent(text, ranges).slice(shown)
