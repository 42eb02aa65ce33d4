import { type Content, contents, type DataContent } from '../at/commands/content.ts'
import { isFinalResult } from '../at/profiles/replies.ts'
import { ContentFinder, type ContentRange } from '../at/syntax/content-finder.ts'
import { announcedData, type DataRange, singleData } from '../at/syntax/received-data.ts'
import { isKnownUrc, nameOf, urcs } from '../at/urcs.ts'
import { contentHoles, type Secret, type SecretFinder, withoutLineEnd } from './secrets.ts'

/** A module that announces more data loses bytes, or garbles them. */
const mostAnnounced = 65_536
const ofMessages = ['payloads', 'topics'] as const

/** Finds in what is recorded the content that is left out beside secrets, one unit after the other. */
export class LeftOut {
  readonly #finder: ContentFinder
  readonly #names: Pick<SecretFinder, 'name'>
  /** Bytes of a received message that are still to come. */
  #data: DataRange = { from: 0, to: 0, contents: [] }
  /** A message has begun, and not ended. */
  #inMessage = false

  constructor(kinds: readonly Content[], names: Pick<SecretFinder, 'name'>) {
    this.#names = names
    this.#finder = new ContentFinder(new Set(kinds))
  }

  /** What the host says. `content`: what its data are. */
  host(text: string, as: 'command' | 'data', content: DataContent | undefined): readonly Secret[] {
    return this.#named(text, as === 'data' ? this.#ofData(text, content ?? 'payloads') : this.#typed(text))
  }

  /** What the module says, if it is no exact echo. */
  module(text: string): readonly Secret[] {
    let at = 0
    const parts = text.split(/(?<=\n)|(?<=\r)(?!\n)/)
    const found = parts.flatMap((part) => {
      const from = at
      at += part.length
      return this.#part(part, parts.length > 1).map((range) => moved(range, from))
    })
    return this.#named(text, found)
  }

  /** Whether what the module says next is a part of a message. */
  get isInData(): boolean {
    return this.#data.to > 0
  }

  #ofData(text: string, content: DataContent): readonly ContentRange[] {
    return content !== 'key' && this.#finder.hides(content)
      ? this.#finder.whole(text, [content])
      : this.#finder.data(text)
  }

  #typed(text: string): readonly ContentRange[] {
    const line = text.slice(0, withoutLineEnd(text))
    return line !== text || /^a\/$/i.test(text) ? this.#finder.host(line) : this.#finder.unfinished(line)
  }

  /** `isEcho`: no line of the module's own has another one in it. */
  #part(text: string, isEcho: boolean): readonly ContentRange[] {
    const { to: wanted, contents: kinds } = this.#data
    if (wanted === 0) return this.#line(text, isEcho)
    const length = Math.min(wanted, text.length)
    this.#data = { from: 0, to: wanted - length, contents: kinds }
    const data = this.#range({ from: 0, to: length, contents: kinds })
    const rest = length === text.length ? [] : this.#line(text.slice(length), isEcho)
    return [
      ...(data.length > 0 ? data : this.#finder.data(text.slice(0, length))),
      ...rest.map((range) => moved(range, length)),
    ]
  }

  /** A line that is no data, with its line end. */
  #line(text: string, isEcho: boolean): readonly ContentRange[] {
    const line = text.slice(0, withoutLineEnd(text))
    if (/^at/i.test(line)) return this.#finder.echo(line)
    const isAnswer = this.#finder.isAsked && !isEcho
    const found = this.#finder.module(line)
    this.#announces(line, text)
    if (isUnnamed(line) && (this.#inMessage || !isAnswer))
      return this.#finder.whole(line, this.#inMessage ? ofMessages : contents)
    return [...found, ...singleData(line).flatMap((data) => this.#range(data))]
  }

  #range({ from, to, contents: kinds }: DataRange): readonly ContentRange[] {
    const content = kinds.find((kind) => kind !== 'key' && this.#finder.hides(kind))
    return content === undefined || content === 'key' ? [] : [{ from, to, content }]
  }

  #announces(line: string, text: string): void {
    if (line.startsWith(`${urcs.receiveStart.name}:`)) this.#inMessage = true
    if (line.startsWith(`${urcs.receiveEnd.name}:`)) this.#inMessage = false
    const { wanted, content } = announcedData(line) ?? { wanted: restOfSingle(text), content: 'payloads' }
    this.#data = { from: 0, to: Math.max(0, Math.min(wanted, mostAnnounced)), contents: [content] }
  }

  #named(text: string, ranges: readonly ContentRange[]): readonly Secret[] {
    return ranges.map(({ from, to, content }) => ({
      from,
      to,
      name: this.#names.name(text.slice(from, to), contentHoles[content]),
    }))
  }
}

const moved = (range: ContentRange, by: number): ContentRange => ({
  ...range,
  from: range.from + by,
  to: range.to + by,
})

/** How much of the payload of a message in one line is still to come: there are line ends in it. */
function restOfSingle(text: string): number {
  const length = text.startsWith(`${urcs.receive.name}: `) ? /",(\d{1,5}),"/.exec(text) : null
  return length ? Number(length[1]) - (text.length - length.index - length[0].length) : 0
}

/** Nothing says what the line is. */
const isUnnamed = (line: string): boolean =>
  nameOf(line) === undefined &&
  !/^(?:[>\d] ?)?$/.test(line) &&
  !isFinalResult(line) &&
  !isKnownUrc(line) &&
  !/^\+\w+ ERROR: /.test(line)
