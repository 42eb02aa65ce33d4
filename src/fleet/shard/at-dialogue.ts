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

interface Running extends AtExchange {
  readonly name: string
  readonly rows: string[]
  readonly done: (answer: AtAnswer) => void
  final: boolean
  code: number | undefined
  sentData: boolean
}

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

  send(exchange: AtExchange): Promise<AtAnswer> {
    return new Promise((done) => {
      const name = /^AT([+&]?\w+)/.exec(exchange.line)?.[1] ?? ''
      const running = { ...exchange, name, rows: [], done, final: false, code: undefined, sentData: false }
      if (this.#running) this.#wait(running)
      else this.#begin(running)
    })
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
    for (const running of over) running?.done({ code: -2, rows: [] })
  }

  #begin(running: Running): void {
    this.#running = running
    this.#stream.write(bytesOf(`${running.line}\r`))
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
    if (this.#text.startsWith('>') && running?.data !== undefined && !running.sentData) {
      this.#text = this.#text.slice(this.#text.startsWith('> ') ? 2 : 1)
      running.sentData = true
      this.#stream.write(bytesOf(running.data))
      return true
    }
    const end = this.#text.indexOf('\n')
    if (end < 0) return false
    const line = this.#text.slice(0, end).replace(/\r/g, '')
    this.#text = this.#text.slice(end + 1)
    if (line !== '') this.#heard(line)
    return true
  }

  #heard(line: string): void {
    const running = this.#running
    if (running && isFinal(line)) this.#final(running, line === 'OK')
    else if (running?.name.startsWith('+') && line.startsWith(`${running.name}:`)) this.#row(running, line)
    else this.#unasked(line)
  }

  #final(running: Running, ok: boolean): void {
    running.final = true
    if (!ok) this.#end(running, running.code === undefined || running.code === 0 ? -1 : running.code)
    else if (!running.deferred) this.#end(running, 0)
    else if (running.code !== undefined) this.#end(running, running.code)
  }

  #row(running: Running, line: string): void {
    running.rows.push(line)
    running.code = Number(/(\d+)$/.exec(line)?.[1] ?? -1)
    if (running.final) this.#end(running, running.code)
  }

  #end(running: Running, code: number): void {
    this.#running = undefined
    const next = this.#waiting?.shift()
    if (this.#waiting?.length === 0) this.#waiting = undefined
    running.done({ code, rows: running.rows })
    if (next) this.#begin(next)
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
