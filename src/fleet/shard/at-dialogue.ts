import { bytesOf, textOf } from '../../at/syntax/bytes.ts'
import type { ByteStream } from '../../io/stream.ts'

/** A command, what goes behind its prompt, and whether a result follows behind OK. */
export interface AtExchange {
  readonly line: string
  readonly data?: string
  readonly deferred?: boolean
}

/** `code`: 0 for OK, the number of its result, -1 for ERROR without one, -2 when the module or the dialogue is gone. */
export interface AtAnswer {
  readonly code: number
  readonly rows: readonly string[]
}

/** One that is under way or waits. */
class Running {
  readonly asked: AtExchange
  readonly done: (answer: AtAnswer) => void
  rows: readonly string[] = noRows
  isFinal = false
  code: number | undefined
  sentData = false

  constructor(asked: AtExchange, done: (answer: AtAnswer) => void) {
    this.asked = asked
    this.done = done
  }

  /** Whether a line begins with the name of its command. */
  isNamedIn(line: string): boolean {
    const colon = line.indexOf(':')
    const { line: command } = this.asked
    return colon > 0 && command.startsWith(line.slice(0, colon), 2) && !/\w/.test(command[colon + 2] ?? '')
  }
}

const noRows: readonly string[] = []

export interface LeanLineEvents {
  /** A line that answers nothing. */
  urc(line: string): void
  received(payload: string): void
}

const announced = /^\+CMQTTRX(TOPIC|PAYLOAD): \d,(\d+)/

/** One command at a time, as a small firmware talks to its module. Holds nothing while it is idle. */
export class AtDialogue {
  readonly #stream: ByteStream
  readonly #events: LeanLineEvents
  #text = ''
  #running: Running | undefined
  #waiting: Running[] | undefined
  /** Bytes of announced data that are still to come. */
  #dataLeft = 0
  #data: string | undefined
  #isPayload = false

  constructor(stream: ByteStream, events: LeanLineEvents) {
    this.#stream = stream
    this.#events = events
    stream.start({ data: (bytes) => this.#take(textOf(bytes)) })
  }

  /** `done` is called within what the answer comes with: publishing takes half the time of a promise a command. */
  ask(exchange: AtExchange, done: (answer: AtAnswer) => void): void {
    const running = new Running(exchange, done)
    if (this.#running) this.#wait(running)
    else this.#begin(running)
  }

  #wait(running: Running): void {
    this.#waiting ??= []
    this.#waiting.push(running)
  }

  /** Whatever is under way is over. */
  reset(): void {
    this.#text = ''
    this.#dataLeft = 0
    this.#data = undefined
    const over = [this.#running, ...(this.#waiting ?? [])]
    this.#running = this.#waiting = undefined
    for (const running of over) running?.done({ code: -2, rows: noRows })
  }

  #begin(running: Running): void {
    this.#running = running
    this.#stream.write(bytesOf(`${running.asked.line}\r`))
  }

  #take(text: string): void {
    this.#text += text
    while (this.#dataLeft > 0 ? this.#takeData() : this.#takeLine()) {}
  }

  #takeData(): boolean {
    const part = this.#text.slice(0, this.#dataLeft)
    if (part === '') return false
    this.#text = this.#text.slice(part.length)
    this.#dataLeft -= part.length
    this.#data = (this.#data ?? '') + part
    return true
  }

  #takeLine(): boolean {
    const running = this.#running
    const data = running?.asked.data
    if (running && data !== undefined && !running.sentData && this.#text.startsWith('>')) {
      this.#text = this.#text.slice(this.#text.startsWith('> ') ? 2 : 1)
      running.sentData = true
      this.#stream.write(bytesOf(data))
      return true
    }
    const end = this.#text.indexOf('\n')
    if (end < 0) return false
    const line = this.#text.slice(0, end).replaceAll('\r', '')
    this.#text = this.#text.slice(end + 1)
    if (line !== '') this.#heard(line)
    return true
  }

  #heard(line: string): void {
    const running = this.#running
    if (running && isFinal(line)) this.#final(running, line === 'OK')
    else if (running?.isNamedIn(line)) this.#row(running, line)
    else this.#unasked(line)
  }

  #final(running: Running, ok: boolean): void {
    running.isFinal = true
    if (!ok) this.#end(running, running.code === undefined || running.code === 0 ? -1 : running.code)
    else if (!running.asked.deferred) this.#end(running, 0)
    else if (running.code !== undefined) this.#end(running, running.code)
  }

  #row(running: Running, line: string): void {
    running.rows = [...running.rows, line]
    running.code = Number(/(\d+)$/.exec(line)?.[1] ?? -1)
    if (running.isFinal) this.#end(running, running.code)
  }

  #end(running: Running, code: number): void {
    this.#running = undefined
    const next = this.#waiting?.shift()
    if (this.#waiting?.length === 0) this.#waiting = undefined
    // What waits comes before what the answer leads to.
    if (next) this.#begin(next)
    running.done({ code, rows: running.rows })
  }

  #unasked(line: string): void {
    const [, what, length] = announced.exec(line) ?? []
    if (what !== undefined) return this.#announce(what === 'PAYLOAD', Number(length))
    if (!line.startsWith('+CMQTTRXEND')) return this.#events.urc(line)
    const payload = this.#isPayload ? (this.#data ?? '') : ''
    this.#data = undefined
    this.#isPayload = false
    this.#events.received(payload)
  }

  /** A payload may come in parts. */
  #announce(isPayload: boolean, length: number): void {
    if (!(isPayload && this.#isPayload)) this.#data = undefined
    this.#isPayload = isPayload
    this.#dataLeft = length
  }
}

const isFinal = (line: string): boolean => line === 'OK' || line === 'ERROR' || line.startsWith('+CME ERROR')
