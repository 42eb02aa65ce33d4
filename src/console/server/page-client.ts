import type { WebSocket } from 'ws'
import { isSameSecret } from '../../io/same-secret.ts'
import { type Ask, maxFrameBytes, type Role } from '../protocol.ts'
import { readAsk, readGreeting } from './asks.ts'
import { RowStream } from './row-stream.ts'
import { ConsoleRefusal, type Served } from './served.ts'

export type Tokens = Readonly<Record<Role, string>>

/** A page that says nothing is not waited for. */
const greetingMs = 5000
/** Bytes that may be under way to a page. */
const mostUnderWay = 2 ** 20
/** Characters of a file or of a long row in one frame. */
const partLength = 48_000
const policyViolation = 1008

const viewOnly =
  'This page may only look: to act, open the address that ends in the drive token, which the program has printed.'
const nothingToDrive = 'There is no module behind these rows that could be driven: start one with "atmqtt module".'

/** One page: who it is, the rows that it gets, what it asks. */
export class PageClient {
  readonly #socket: WebSocket
  readonly #served: Served
  readonly #tokens: Tokens
  readonly #timer: NodeJS.Timeout
  #role: Role | undefined
  #rows: RowStream | undefined
  #unwatch: (() => void) | undefined
  #toldEnd = false

  constructor(socket: WebSocket, served: Served, tokens: Tokens) {
    this.#socket = socket
    this.#served = served
    this.#tokens = tokens
    this.#timer = setTimeout(() => this.#turnAway('The first message has to bear the token.'), greetingMs).unref()
    socket.on('message', (data, isBinary) => this.#read(isBinary ? '' : String(data)))
    socket.on('error', () => {})
    socket.on('close', () => this.#gone())
  }

  /** It is told what there is, and then left. */
  end(): void {
    this.#pump()
    this.#socket.close(1001)
  }

  #gone(): void {
    clearTimeout(this.#timer)
    this.#unwatch?.()
  }

  #read(text: string): void {
    if (this.#role === undefined) return this.#greet(text)
    const ask = readAsk(text)
    if (!ask) return this.#turnAway('This message is none of the console: load the page again.')
    void this.#answer(ask)
  }

  #greet(text: string): void {
    const greeting = readGreeting(text)
    const role = greeting && this.#roleOf(greeting.token)
    if (!greeting || !role)
      return this.#turnAway('This token is not that of the console: open the address that the program has printed.')
    clearTimeout(this.#timer)
    this.#role = role
    const { timeline, about, help } = this.#served
    const { first, last } = timeline.history
    this.#send({ hello: { ...about, role, first, last } })
    for (const message of help) this.#send(message)
    const goesOn = greeting.run === undefined || greeting.run === about.run
    this.#rows = new RowStream(timeline, goesOn ? greeting.after : null)
    this.#unwatch = timeline.watch(() => this.#pump())
    this.#pump()
  }

  #roleOf(token: string): Role | undefined {
    const [drives, views] = [isSameSecret(token, this.#tokens.drive), isSameSecret(token, this.#tokens.view)]
    if (drives) return 'drive'
    return views ? 'view' : undefined
  }

  /** Sends rows as long as the page reads them. */
  readonly #pump = (): void => {
    while (this.#rows && this.#isOpen && this.#socket.bufferedAmount < mostUnderWay) {
      const messages = this.#rows.next()
      if (messages.length === 0) return this.#tellEnd()
      for (const message of messages) this.#socket.send(message, this.#pump)
    }
  }

  get #isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN
  }

  #tellEnd(): void {
    const { ended } = this.#served.timeline
    if (ended === undefined || this.#toldEnd) return
    this.#toldEnd = true
    this.#send({ ended })
  }

  async #answer(ask: Ask): Promise<void> {
    const { id } = ask
    try {
      this.#send({ id, done: await this.#done(ask) })
    } catch (error) {
      if (!(error instanceof ConsoleRefusal)) throw error
      this.#send({ id, error: error.message })
    }
  }

  #done(ask: Ask): object | Promise<object> {
    if ('do' in ask) return this.#act(ask.do)
    if ('stateAt' in ask) return this.#stateAt(ask.stateAt)
    if ('rowsFrom' in ask) return this.#history(ask)
    if ('bytesOf' in ask) return this.#bytesOf(ask)
    if ('export' in ask) return this.#export(ask)
    if ('complete' in ask) return this.#served.complete?.(ask.complete) ?? { hits: [] }
    return this.#align(ask.id)
  }

  #act(request: Readonly<Record<string, unknown>>): object | Promise<object> {
    if (this.#role !== 'drive') throw new ConsoleRefusal(viewOnly)
    if (!this.#served.act) throw new ConsoleRefusal(nothingToDrive)
    return this.#served.act(request)
  }

  #stateAt(seq: number): object {
    const found = this.#served.timeline.stateAt(seq)
    if (!found) throw new ConsoleRefusal('That row is not kept any more: choose a newer one.')
    return found
  }

  async #history({ id, rowsFrom, count }: Extract<Ask, { rowsFrom: number }>): Promise<object> {
    const { history } = this.#served.timeline
    let frame: string[] = []
    let bytes = 0
    const flush = async (): Promise<void> => {
      await this.#sendText(`{"id":${id},"rows":[${frame.join()}]}`)
      frame = []
      bytes = 0
    }
    for (const { json } of history.rows(rowsFrom, rowsFrom + count - 1)) {
      const length = Buffer.byteLength(json) + 1
      if (bytes + length > maxFrameBytes - 100) await flush()
      frame.push(json)
      bytes += length
    }
    await flush()
    return { first: history.first, last: history.last }
  }

  async #bytesOf({ id, bytesOf }: Extract<Ask, { bytesOf: number }>): Promise<object> {
    const whole = this.#served.timeline.history.wholeOf(bytesOf)
    if (whole === undefined) throw new ConsoleRefusal('There is no more of that row than it shows.')
    await this.#parts(id, Buffer.from(whole, 'latin1').toString('base64'))
    return {}
  }

  async #export({ id, export: kind, from, to }: Extract<Ask, { export: string }>): Promise<object> {
    const { bytes, ...done } = this.#served.exportRows(kind, from, to)
    await this.#parts(id, Buffer.from(bytes).toString('base64'))
    return done
  }

  async #align(id: number): Promise<object> {
    const { align } = this.#served
    if (!align) throw new ConsoleRefusal('Only two files can be seen side by side: give two to "atmqtt console".')
    await this.#parts(id, JSON.stringify(align()))
    return {}
  }

  async #parts(id: number, text: string): Promise<void> {
    for (let at = 0; at < text.length; at += partLength)
      await this.#sendText(JSON.stringify({ id, part: text.slice(at, at + partLength) }))
  }

  #send(message: object): void {
    if (this.#isOpen) this.#socket.send(JSON.stringify(message))
  }

  /** Waits while the page does not read. */
  async #sendText(text: string): Promise<void> {
    if (!this.#isOpen) return
    const sent = new Promise<void>((resolve) => this.#socket.send(text, () => resolve()))
    if (this.#socket.bufferedAmount > mostUnderWay) await sent
  }

  #turnAway(error: string): void {
    this.#send({ error })
    this.#socket.close(policyViolation)
  }
}
