import { bytesOf, concat, copyOf, empty, LF } from '../../at/syntax/bytes.ts'
import { messageLinePrefix } from '../../at/urcs.ts'

/** A line of the module, its CR LF taken off. */
export interface Line {
  readonly bytes: Uint8Array
  /** An empty line, or the echo of a command, stands before it: where a response or an unsolicited line begins. */
  readonly opens: boolean
}

export interface ReaderEvents {
  /** Returns how many bytes of a body follow; 0: none. Not called for empty lines. */
  line(line: Line): number
  /** `>` at the start of a line while one is awaited. */
  prompt(): void
  /** The bytes that a line announced. */
  body(bytes: Uint8Array): void
  /** A body is missing, or did not end where its line said; `line`: the unfinished line in front of it, if there is one. */
  bodyBroken(line?: Uint8Array): void
}

const CR = 0x0d
const GREATER = 0x3e
const SPACE = 0x20
/** Longer lines are cut: no line of a module is. */
export const maxLineLength = 8192
/** Room for a line that stays when nothing comes; most lines fit. So many bytes lie in V8's heap, more would not. */
const idleRoom = 64
/** How the lines begin that announce a body. */
const messageLine = bytesOf(messageLinePrefix)
const lineEnd = Uint8Array.of(CR, LF)

type Mode = 'line' | 'body' | 'behindBody'

/** Cuts the module's bytes into lines, prompts and bodies of announced length, however they are chunked. Bounded memory. */
export class AnswerReader {
  readonly #events: ReaderEvents
  #line: Uint8Array = empty
  #length = 0
  /** The last line was empty. */
  #opens = true
  #body: Uint8Array = empty
  #got = 0
  #mode: Mode = 'line'
  #echo: EchoMatch | undefined
  /** Whether `>` at the start of a line is a prompt. */
  awaitsPrompt = false

  constructor(events: ReaderEvents) {
    this.#events = events
  }

  /** Waits for the rest of a body, or of the line that announces one. */
  get inMessage(): boolean {
    return this.#mode !== 'line' || this.#inMessageLine
  }

  get #inMessageLine(): boolean {
    return this.#length >= messageLine.length && messageLine.every((byte, i) => this.#line[i] === byte)
  }

  /** Bytes that are kept: of a line, a body, an echo. */
  get buffered(): number {
    const body = this.#mode === 'body' ? this.#body.length : 0
    return this.#length + body + (this.#echo?.buffered ?? 0)
  }

  /** Data were sent: their echo may come before anything else. */
  expectEcho(data: Uint8Array): void {
    this.#echo = new EchoMatch([concat([lineEnd, data]), data])
  }

  dropEcho(): void {
    this.#echo = undefined
  }

  /** The echo is over: what follows is the module's own output. */
  markOpening(): void {
    this.#opens = true
  }

  feed(bytes: Uint8Array): void {
    let rest = bytes
    while (rest.length > 0) rest = this.#step(rest)
  }

  /** Gives up a body that does not come. Its line would else take what comes next for the body. */
  abandonMessage(): void {
    if (!this.inMessage) return
    const line = this.#mode === 'line' ? copyOf(this.#line, 0, this.#length) : undefined
    this.#length = 0
    this.#breakBody(line)
  }

  #step(bytes: Uint8Array): Uint8Array {
    if (this.#echo) return this.#takeEcho(this.#echo, bytes)
    if (this.#mode === 'body') return this.#takeBody(bytes)
    if (this.#mode === 'behindBody') return this.#takeBehindBody(bytes)
    return this.#takeLine(bytes)
  }

  #takeEcho(echo: EchoMatch, bytes: Uint8Array): Uint8Array {
    const done = echo.take(bytes)
    if (done === undefined) return bytes.subarray(bytes.length)
    this.#echo = undefined
    return done
  }

  #takeLine(bytes: Uint8Array): Uint8Array {
    if (this.awaitsPrompt && this.#length === 0 && isPrompt(bytes)) {
      this.awaitsPrompt = false
      this.#events.prompt()
      return bytes.subarray(1)
    }
    const end = bytes.indexOf(LF)
    this.#keep(bytes.subarray(0, end < 0 ? bytes.length : end))
    if (end < 0) return bytes.subarray(bytes.length)
    this.#endLine()
    return bytes.subarray(end + 1)
  }

  #keep(bytes: Uint8Array): void {
    const part = bytes.subarray(0, maxLineLength - this.#length)
    const length = this.#length + part.length
    if (length > this.#line.length) this.#makeRoom(length)
    this.#line.set(part, this.#length)
    this.#length = length
  }

  #makeRoom(length: number): void {
    const room = new Uint8Array(Math.max(idleRoom, Math.min(2 * length, maxLineLength)))
    room.set(this.#line.subarray(0, this.#length))
    this.#line = room
  }

  #endLine(): void {
    const length = this.#line[this.#length - 1] === CR ? this.#length - 1 : this.#length
    const line = copyOf(this.#line, 0, this.#length === 0 ? 0 : length)
    const opens = this.#opens
    this.#length = 0
    if (this.#line.length > idleRoom) this.#line = empty
    this.#opens = isBlank(line)
    if (this.#opens) return
    const announced = this.#events.line({ bytes: line, opens })
    if (announced > 0) this.#beginBody(announced)
  }

  #beginBody(length: number): void {
    this.#body = new Uint8Array(length)
    this.#got = 0
    this.#mode = 'body'
  }

  #takeBody(bytes: Uint8Array): Uint8Array {
    const part = bytes.subarray(0, this.#body.length - this.#got)
    this.#body.set(part, this.#got)
    this.#got += part.length
    if (this.#got === this.#body.length) {
      const body = this.#body
      this.#mode = 'behindBody'
      this.#body = empty
      this.#got = 0
      this.#events.body(body)
    }
    return bytes.subarray(part.length)
  }

  /** CR LF, which is no part of a body. */
  #takeBehindBody(bytes: Uint8Array): Uint8Array {
    if (bytes[0] !== lineEnd[this.#got]) {
      this.#breakBody()
      return bytes
    }
    this.#got++
    if (this.#got === lineEnd.length) {
      this.#mode = 'line'
      this.#opens = false
    }
    return bytes.subarray(1)
  }

  #breakBody(line?: Uint8Array): void {
    this.#mode = 'line'
    this.#body = empty
    this.#opens = false
    this.#events.bodyBroken(line)
  }
}

/** A line that is `>` alone so far. */
function isPrompt(bytes: Uint8Array): boolean {
  const next = bytes[1] === SPACE ? bytes[2] : bytes[1]
  return bytes[0] === GREATER && (next === undefined || next === CR || next === LF)
}

const isBlank = (line: Uint8Array): boolean => line.every((byte) => byte === CR || byte === SPACE)

/** Tells whether a stream begins with one of a few texts, the longest that does. */
class EchoMatch {
  readonly #candidates: readonly Uint8Array[]
  /** All bytes so far; never more than the longest candidate. */
  #seen: Uint8Array = empty

  constructor(candidates: readonly Uint8Array[]) {
    this.#candidates = candidates
  }

  get buffered(): number {
    return this.#seen.length
  }

  /** undefined: undecided until more bytes come. Else the bytes that are no echo: those behind it, or all. */
  take(bytes: Uint8Array): Uint8Array | undefined {
    const seen = concat([this.#seen, bytes])
    const alive = this.#candidates.filter((candidate) => startsAlike(candidate, seen))
    if (alive.some((candidate) => candidate.length > seen.length)) {
      this.#seen = copyOf(seen)
      return undefined
    }
    const longest = alive.reduce((most, { length }) => Math.max(most, length), 0)
    return copyOf(seen, longest)
  }
}

function startsAlike(a: Uint8Array, b: Uint8Array): boolean {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return false
  return true
}
