import { EventEmitter } from 'eventemitter3'
import type { Clock } from '../../io/runtime/runtime.ts'
import { type ByteStream, StreamWriter } from '../../io/stream.ts'
import type { Answer, Received, Request, Result } from './answer.ts'
import { Dialogue, type DialogueEvents } from './dialogue.ts'
import type { UnaskedKind } from './disturbance.ts'
import { ChatBusyError, PortBusyError } from './errors.ts'
import { ChatTrace, rawTraceLine } from './trace.ts'
import { within } from './wait.ts'

export interface ChatOptions {
  readonly port: ByteStream
  readonly clock: Clock
  /** Told every line, prompt and piece of data in both directions, secrets left out. */
  readonly trace?: (line: string) => void
  /** Whether the module may echo data behind a prompt while its echo is on; it may, when not said. */
  readonly echoesData?: boolean
}

/** What a chat emits. */
export interface ChatEmits {
  message: [message: Received]
  damaged: [clientIndex: number | undefined, reason: string]
  urc: [text: string]
  stray: [text: string]
  late: [name: string, clientIndex: number | undefined, code: number]
  unasked: [kind: UnaskedKind, text: string]
  /** The port has gone, or was closed; `error`: why it went. */
  closed: [error: Error | undefined]
}

interface Running {
  readonly request: Request
  readonly resolve: (answer: Answer) => void
}

/** A port that takes nothing for so long, in ms, is given up: its flow control is stuck. */
const stuckMs = 60_000
/** How long a port may take to close, in ms; one that hangs is left to itself. */
const closeMs = 5000
/** Longer data go in pieces, so that a port can hold them back. */
const pieceBytes = 1024

/** Commands and their answers over a port, one at a time: who sends several at once puts a scheduler in front, as `Modem` does. */
export class Chat extends EventEmitter<ChatEmits> {
  readonly port: ByteStream
  readonly #writer: StreamWriter
  readonly #clock: Clock
  readonly #dialogue: Dialogue
  readonly #trace: ChatOptions['trace']
  /** While results are to come. */
  #results: Map<string, (result: Result) => void> | undefined
  readonly #deliveries: (() => void)[] = []
  #delivering = false
  #running: Running | undefined
  #written: Promise<void> = Promise.resolve()
  #portClosed: Promise<void> | undefined
  #timerAt = Number.POSITIVE_INFINITY
  #cancelTimer: () => void = () => {}
  #closed = false
  /** Why it was closed, where that is known. */
  closedBy: Error | undefined

  constructor({ port, clock, trace, echoesData = true }: ChatOptions) {
    super()
    this.port = port
    this.#writer = new StreamWriter(port)
    this.#clock = clock
    this.#trace = trace
    this.#dialogue = new Dialogue(this.#dialogueEvents(trace), { echoesData })
    port.start({
      data: (bytes) => this.#feed(bytes),
      presence: (present, reason) => present || this.#gone(reason),
      drained: () => this.#writer.drained(),
    })
  }

  get closed(): boolean {
    return this.#closed
  }

  /** False when an answer did not come: what comes late could be taken for the next one's, until the line is synchronised. */
  get aligned(): boolean {
    return this.#dialogue.aligned
  }

  /** Whether another program has used the port lately. */
  get disturbed(): boolean {
    return this.#dialogue.isDisturbed(this.#clock.now())
  }

  /** Bytes of the module that are kept now; never more than `maxBuffered`, whatever it sends. */
  get buffered(): number {
    return this.#dialogue.buffered
  }

  /** Says that the line is synchronised again. */
  realigned(): void {
    this.#dialogue.realigned()
  }

  /** Whether the module echoes commands, as the last one showed. */
  get echo(): 'on' | 'off' | 'unknown' {
    return this.#dialogue.echo
  }

  /** Whether the module may echo data behind a prompt while its echo is on. */
  set echoesData(echoesData: boolean) {
    this.#dialogue.echoesData = echoesData
  }

  /** Sends a command. Rejects with a `ChatBusyError` while another one is running; else never: an answer says how it ended. */
  exchange(request: Request): Promise<Answer> {
    if (this.#closed) return Promise.resolve({ kind: 'unsent' })
    if (this.#running) return Promise.reject(new ChatBusyError(request.name, this.#running.request.name))
    return new Promise((resolve) => {
      this.#running = { request, resolve }
      this.#dialogue.begin(request, this.#clock.now())
      this.#settle()
    })
  }

  /** Sends bytes that are no command, and awaits nothing: for recovery. */
  async sendRaw(bytes: Uint8Array): Promise<void> {
    this.#trace?.(rawTraceLine(bytes))
    await this.#write(bytes)
  }

  /** Ends every wait, for instance because the module has restarted. */
  abandon(): void {
    this.#dialogue.abandon('abandoned')
    this.#settle()
  }

  /** Ends what is awaited from the server for a client: its connection has ended. */
  abandonResults(clientIndex: 0 | 1): void {
    this.#dialogue.abandonResults(clientIndex)
    this.#settle()
  }

  /** Bounded. */
  async close(): Promise<void> {
    this.#gone(undefined)
    if (this.#portClosed) await within(this.#clock, closeMs, this.#portClosed)
  }

  #dialogueEvents(trace: ChatOptions['trace']): DialogueEvents {
    const later = (deliver: () => void) => void this.#deliveries.push(deliver)
    const lines = new ChatTrace()
    return {
      message: (message) => later(() => this.emit('message', message)),
      damaged: (clientIndex, reason) => later(() => this.emit('damaged', clientIndex, reason)),
      urc: (text) => later(() => this.emit('urc', text)),
      stray: (text) => later(() => this.emit('stray', text)),
      unasked: (kind, text) => later(() => this.emit('unasked', kind, text)),
      late: (name, clientIndex, code) => later(() => this.emit('late', name, clientIndex, code)),
      send: (bytes) => void this.#write(bytes),
      portBusy: (text) => this.#gone(new PortBusyError(this.port.address, text)),
      answer: (answer) => this.#answered(answer),
      result: (name, clientIndex, result) => this.#resulted(keyOf(name, clientIndex), result),
      seen: (direction, kind, bytes, secret) => trace?.(lines.line(direction, kind, bytes, secret)),
    }
  }

  #answered(answer: Answer): void {
    const running = this.#running
    this.#running = undefined
    if (!running) return
    const { name, result } = running.request
    if (answer.kind !== 'ok' || !result?.deferred) return running.resolve(answer)
    const key = keyOf(name, result.clientIndex)
    this.#resulted(key, { kind: 'silent', awaited: 'result' })
    const deferred = new Promise<Result>((resolve) => {
      this.#results ??= new Map()
      this.#results.set(key, resolve)
    })
    running.resolve({ ...answer, result: deferred })
  }

  #resulted(key: string, result: Result): void {
    const resolve = this.#results?.get(key)
    this.#results?.delete(key)
    if (this.#results?.size === 0) this.#results = undefined
    resolve?.(result)
  }

  #feed(bytes: Uint8Array): void {
    if (this.#closed) return
    this.#dialogue.feed(bytes, this.#clock.now())
    this.#settle()
  }

  #tick(): void {
    this.#timerAt = Number.POSITIVE_INFINITY
    this.#dialogue.time(this.#clock.now())
    this.#settle()
  }

  #gone(error: Error | undefined): void {
    if (this.#closed) return
    this.#closed = true
    this.closedBy = error
    this.#writer.ended(error)
    this.#portClosed = this.port.close()
    this.#portClosed.catch(() => {})
    this.#dialogue.abandon('closed')
    this.#deliveries.push(() => this.emit('closed', error))
    this.#settle()
  }

  /** Sets the timer, and emits what there is to tell. */
  #settle(): void {
    this.#schedule()
    this.#deliver()
  }

  /** A listener that throws does not keep other events from being emitted. */
  #deliver(): void {
    if (this.#delivering) return
    this.#delivering = true
    const errors: unknown[] = []
    for (let next = this.#deliveries.shift(); next; next = this.#deliveries.shift()) {
      try {
        next()
      } catch (error) {
        errors.push(error)
      }
    }
    this.#delivering = false
    if (errors.length > 0) throw errors[0]
  }

  #schedule(): void {
    const deadline = this.#closed ? Number.POSITIVE_INFINITY : this.#dialogue.deadline()
    if (deadline === this.#timerAt) return
    this.#cancelTimer()
    this.#timerAt = deadline
    if (deadline === Number.POSITIVE_INFINITY) return
    this.#cancelTimer = this.#clock.after(Math.max(0, deadline - this.#clock.now()), () => this.#tick())
  }

  async #write(bytes: Uint8Array): Promise<void> {
    const before = this.#written
    this.#written = this.#writeBehind(before, bytes)
    await this.#written
  }

  async #writeBehind(before: Promise<void>, bytes: Uint8Array): Promise<void> {
    await before
    try {
      for (let at = 0; at < bytes.length && !this.#closed; at += pieceBytes) {
        await this.#writePiece(bytes.subarray(at, at + pieceBytes))
      }
    } catch (error) {
      this.#gone(error instanceof Error ? error : new Error(String(error)))
    }
  }

  async #writePiece(piece: Uint8Array): Promise<void> {
    const stuck = () => this.#gone(new Error(`${this.port.address} takes no bytes: check flow control and cable`))
    const cancel = this.#clock.after(stuckMs, stuck)
    try {
      await this.#writer.write(piece)
    } finally {
      cancel()
    }
  }
}

const keyOf = (name: string, clientIndex: number | undefined): string => `${name} ${clientIndex ?? ''}`
