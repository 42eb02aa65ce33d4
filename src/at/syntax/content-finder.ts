import { type Content, contents } from '../commands/content.ts'
import { beginsCommand, type CommandContents, contentsOfCommand, urcNamed } from '../commands/contents-of.ts'
import { promptDataOf } from '../commands/prompts.ts'
import { isFinalResult, nameAt } from '../profiles/replies.ts'
import { isKnownUrc, nameOf } from '../urcs.ts'
import { bytesOf } from './bytes.ts'
import { editedLine } from './edited.ts'
import { type ParsedCommand, parseCommand, skipSpaces, type Token } from './parse-line.ts'
import { maxLineBytes } from './scan-line.ts'

/** Characters `from`…`to` of a text that are content to be left out. */
export interface ContentRange {
  readonly from: number
  readonly to: number
  readonly content: Content
}

/** Shorter values would be found in unrelated text. */
const shortestKnown = 4
/** The oldest are forgotten. */
const mostKnown = 200
/** Where final results are lost, or switched off. */
const mostAsked = 64
/** More lines than the type-ahead of a host that is read has, but for very short ones. */
const mostLeftOut = 4096

/** Values of `identity` and `location` that were found: those of a module may be shared by its lines and connections. */
export type KnownValues = Map<string, Content>

/** IMEI, IMSI and ICCID wherever they stand. */
const deviceNumbers = /(?<!\d)(?:\d{14,16}|89\d{15,18}F?)(?!\d)/g

/**
 * Finds in the lines of one host and its module what is not to be shown: by the definitions of commands and URCs; of
 * `identity` and `location` also each value that was found lately, wherever it comes again. What is not known counts as
 * all of it: values of unknown commands, lines that are no commands, answers to unknown commands.
 */
export class ContentFinder {
  readonly #kinds: ReadonlySet<Content>
  readonly #known: KnownValues
  /** What command lines ask for that have no final result yet: lines without a name may be that. */
  readonly #asked: (readonly Content[])[] = []
  /** The last known command of the host opens a prompt, if the module accepts it. */
  #expectsData = false
  /** Lines of the host that look like commands and were left out as a whole, the oldest first: their echo is too. */
  readonly #leftOut: string[] = []
  /** A line of text follows a URC. */
  #textFollows: Content | undefined

  constructor(kinds: ReadonlySet<Content>, known: KnownValues = new Map()) {
    this.#kinds = kinds
    this.#known = known
  }

  hides(content: Content): boolean {
    return this.#kinds.has(content)
  }

  /** Whether a command line has no final result yet: a line without a name may be its answer. */
  get isAsked(): boolean {
    return this.#asked.length > 0
  }

  /** All of a text, if one of these contents is left out. */
  whole(text: string, found: readonly Content[]): readonly ContentRange[] {
    return this.#range(0, text.length, found)
  }

  /** Bytes that are no line: data, of which nothing is left out for what it is. */
  data(text: string): readonly ContentRange[] {
    return this.#values(text, 0)
  }

  /** A command line of the host, without its CR. */
  host(line: string): readonly ContentRange[] {
    if (line === '' || /^a\/$/i.test(line)) return []
    const plain = editedLine(line).text
    const commands = isCommand(plain) ? commandsIn(plain) : []
    // Data may have any number of lines: what follows is data up to commands that are known.
    const isUnknown = commands.some(({ call, known }) => !call || !known)
    const expectsData = this.#expectsData && isUnknown
    if (isCommand(plain) && !isUnknown) this.#expectsData = promptDataOf(plain) !== undefined
    if (isCommand(plain)) this.#ask(commands)
    const isData = !isCommand(plain) || expectsData
    return isData ? this.#leaveOut(line) : this.#command(line, plain)
  }

  /** The echo of a line that `host` was given, without its CR. */
  echo(line: string): readonly ContentRange[] {
    if (line === '' || /^a\/$/i.test(line)) return []
    return !isCommand(line) || this.#isEcho(line)
      ? this.whole(line, contents)
      : this.#command(line, editedLine(line).text)
  }

  /** A line that the module says, without its line end: a part of an answer, a URC. */
  module(line: string): readonly ContentRange[] {
    if (/^(?:[>\d] ?)?$/.test(line)) return []
    const follows = this.#textFollows
    this.#textFollows = undefined
    if (follows) return this.whole(line, [follows])
    if (isFinalResult(line)) this.#asked.shift()
    if (isFinalResult(line) || /^\+\w+ ERROR: /.test(line)) return []
    const name = nameOf(line)
    if (name !== undefined) return this.#row(line, name)
    if (isKnownUrc(line)) return []
    const asked = this.#asked.flat()
    return asked.length > 0 ? this.whole(line, asked) : this.#values(line, 0)
  }

  /** A line of the host, or its echo, of which more is to come. */
  unfinished(line: string): readonly ContentRange[] {
    const name = isCommand(line) ? nameAt(line.slice(2).toUpperCase()) : undefined
    const mayBeData = name === undefined || (this.#expectsData && !beginsCommand(name))
    return mayBeData ? this.whole(line, contents) : this.#range(2 + name.length, line.length, contents)
  }

  #ask(commands: readonly CommandAt[]): void {
    this.#asked.push(commands.flatMap(({ known }) => (known ? (known.shows ? [known.shows.content] : []) : contents)))
    if (this.#asked.length > mostAsked) this.#asked.shift()
  }

  #leaveOut(line: string): readonly ContentRange[] {
    if (isCommand(line) && line.length <= maxLineBytes) this.#leftOut.push(line)
    if (this.#leftOut.length > mostLeftOut) this.#leftOut.shift()
    return this.whole(line, contents)
  }

  #isEcho(line: string): boolean {
    const at = this.#leftOut.indexOf(line)
    if (at >= 0) this.#leftOut.splice(at, 1)
    return at >= 0
  }

  #command(line: string, plain: string): readonly ContentRange[] {
    const commands = commandsIn(plain)
    const ranges = commands.flatMap((command) => this.#valuesOf(plain, command))
    const all = [...ranges, ...this.#values(plain, plain.search(/[^a-z+]/i))]
    if (line === plain) return all
    return all.length > 0 ? this.whole(line, [all[0]!.content]) : []
  }

  /** Of one command of a line. */
  #valuesOf(line: string, { call, from, to, known }: CommandAt): readonly ContentRange[] {
    if (!call || (!known && !call.name.startsWith('+'))) {
      const name = nameAt(line.slice(from, to).toUpperCase())?.length ?? 0
      return this.#range(from + name, to, contents)
    }
    const ofName = known || !/\d{4}/.test(call.name) ? [] : this.#range(from, from + call.name.length, contents)
    const ofTokens = call.tokens.flatMap((token, index) => {
      if (token === undefined) return []
      const value = line.slice(token.from, token.to)
      return this.#range(token.from, token.to, contentsOfToken(known, index, token, value), value)
    })
    return [...ofName, ...ofTokens]
  }

  /** `+CMD: 1,"a"` */
  #row(line: string, name: string): readonly ContentRange[] {
    const urc = urcNamed(name)
    const known = contentsOfCommand(name)
    const shows = urc?.shows ?? known?.shows
    if (urc?.hasText) this.#textFollows = urc.shows?.content
    const isKnown = urc !== undefined || known !== undefined || isKnownUrc(line)
    const ranges = valuesIn(line, name.length + 1).flatMap(({ from, to, index, quoted }) => {
      const value = line.slice(from, to)
      return this.#range(from, to, contentsOfValue({ isKnown, known, shows, index, quoted, value }), value)
    })
    return [...ranges, ...this.#values(line, name.length)]
  }

  /** The first of the contents that is left out, if one is; `value`: one that is looked for later. */
  #range(from: number, to: number, found: readonly Content[], value?: string): readonly ContentRange[] {
    const content = found.find((one) => this.#kinds.has(one))
    if (content === undefined || to <= from) return []
    if (value !== undefined) this.#keep(value, content)
    return [{ from, to, content }]
  }

  #keep(value: string, content: Content): void {
    if (content === 'topics' || content === 'payloads' || value.length < shortestKnown) return
    this.#known.delete(value)
    this.#known.set(value, content)
    const [oldest] = this.#known.keys()
    if (this.#known.size > mostKnown) this.#known.delete(oldest!)
  }

  /** Numbers of devices, and values that were found before, from a place on. */
  #values(text: string, start: number): readonly ContentRange[] {
    const ranges: ContentRange[] = []
    if (this.#kinds.has('identity'))
      for (const found of text.matchAll(deviceNumbers))
        ranges.push(...this.#range(found.index, found.index + found[0].length, ['identity'], found[0]))
    for (const [value, content] of this.#known)
      for (
        let from = text.indexOf(value, Math.max(0, start));
        from >= 0;
        from = text.indexOf(value, from + value.length)
      )
        ranges.push({ from, to: from + value.length, content })
    return ranges
  }
}

interface CommandAt {
  /** undefined: not well-formed. */
  readonly call: ParsedCommand | undefined
  readonly from: number
  readonly to: number
  /** undefined: nobody has defined it. */
  readonly known: CommandContents | undefined
}

const isCommand = (line: string): boolean => /^at/i.test(line)

function commandsIn(line: string): readonly CommandAt[] {
  const bytes = bytesOf(line)
  const found: CommandAt[] = []
  let at = skipSpaces(bytes, 2)
  while (at < bytes.length) {
    const call = parseCommand(bytes, at)
    const name = call?.name ?? nameAt(line.slice(at).toUpperCase()) ?? ''
    const known = contentsOfCommand(name)
    const ends = !call || (!known && !name.startsWith('+'))
    const to = ends ? bytes.length : call.next
    found.push({ call, from: at, to, known })
    at = skipSpaces(bytes, to)
  }
  return found
}

const none: readonly Content[] = []

/** What a value of a write form may be. */
function contentsOfToken(
  known: CommandContents | undefined,
  index: number,
  { kind }: Token,
  value: string,
): readonly Content[] {
  const isNumber = kind === 'bare' && /^-?\d{1,10}$/.test(value)
  if (!known) return isNumber && value.length === 1 ? none : contents
  const place = known.places[index]
  if (isNumber && (place?.takesNumber || !place?.content)) return none
  if (place?.content) return [place.content]
  if (place?.text && place.text.shape?.test(value) !== false) return none
  return known.all
}

interface RowValue {
  readonly isKnown: boolean
  readonly known: CommandContents | undefined
  readonly shows: CommandContents['shows']
  readonly index: number
  readonly quoted: boolean
  readonly value: string
}

/** What a value of an answer or a URC may be. A lone digit tells nothing. */
function contentsOfValue({ isKnown, known, shows, index, quoted, value }: RowValue): readonly Content[] {
  if (!quoted && /^\d?$/.test(value)) return none
  if (shows?.from !== undefined && index >= shows.from) return [shows.content]
  if (!isKnown) return contents
  const content = known?.places[index]?.content
  const isText = quoted || !/^[-\d(<[]/.test(value)
  return content && isText ? [content] : none
}

/** The values behind `+CMD:`. */
function* pieces(line: string, start: number) {
  const value = / *(?:"([^"]*)"?|([^,]*))(,|$)/y
  value.lastIndex = start
  for (let index = 0; value.lastIndex < line.length; index++) {
    const at = value.lastIndex
    const found = value.exec(line)
    if (!found) {
      yield { from: at, to: line.length, index, quoted: true }
      return
    }
    const quoted = found[1] !== undefined
    const text = quoted ? found[1]! : found[2]!.trimEnd()
    const from = line.indexOf(quoted ? '"' : text, at) + (quoted ? 1 : 0)
    yield { from, to: from + text.length, index, quoted }
  }
}

const valuesIn = (line: string, start: number) => [...pieces(line, start)]

/** The text with a star for each character of the ranges, which may overlap. */
export function withoutContent(text: string, ranges: readonly ContentRange[]): string {
  if (ranges.length === 0) return text
  const characters = [...text]
  for (const { from, to } of ranges) characters.fill('*', from, to)
  return characters.join('')
}
