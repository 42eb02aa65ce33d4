import { codeOf } from '../../at/commands/results.ts'
import { bytesOf, textOf } from '../../at/syntax/bytes.ts'
import { nameOf, portBusyPrefix } from '../../at/urcs.ts'
import type { Answer, ChatEvents, Request, Result } from './answer.ts'
import { clientOfResult, Disturbance, endsEcho, isFinal, longestResultMs, unaskedKind } from './disturbance.ts'
import { Messages } from './messages.ts'
import { AnswerReader, type Line } from './reader.ts'
import { ResultTable } from './result-table.ts'
import {
  belongsTo,
  keepCode,
  keepLine,
  limitWait,
  newRunningCommand,
  type RunningCommand,
  shortenWait,
} from './running-command.ts'

/** How a request ended, and its deferred result when there is one to wait for. */
export interface DialogueEvents extends ChatEvents {
  /** Bytes for the module. */
  send(bytes: Uint8Array): void
  /** The command is over; the next one may begin. */
  answer(answer: Exclude<Answer, { kind: 'ok' }> | Omit<Extract<Answer, { kind: 'ok' }>, 'result'>): void
  /** A deferred result, by its name and client index. */
  result(name: string, clientIndex: number | undefined, result: Result): void
  /** The first line of the port says that another program has it. */
  portBusy(text: string): void
  /** For a trace. `>` sent, `<` received; `secret`: must not be shown. */
  seen(direction: '>' | '<', kind: 'line' | 'prompt' | 'data', bytes: Uint8Array, secret: boolean): void
}

export interface DialogueOptions {
  /** Whether the module may echo data behind a prompt while its echo is on. */
  readonly echoesData: boolean
}

/** Silence inside a body, or the line in front of it, after which it is given up, in ms. */
const bodyIdleMs = 2000
/** While bytes come at least this often, in ms, a line is busy, and limits wait. */
const busyMs = 500

/** One command at a time over a stream of bytes, without I/O: bytes and the time go in, events come out. */
export class Dialogue {
  readonly #events: DialogueEvents
  readonly #reader: AnswerReader
  readonly #messages: Messages
  readonly #results: ResultTable
  /** Whether data behind a prompt may come back while echo is on. */
  echoesData: boolean
  #exchange: RunningCommand | undefined
  #lastByteAt = Number.NEGATIVE_INFINITY
  #now = 0
  /** Whether the last command that had an answer came back as an echo. */
  echo: 'on' | 'off' | 'unknown' = 'unknown'
  /** A command has had an answer. */
  #answered = false
  #aligned = true
  readonly #disturbance = new Disturbance()

  constructor(events: DialogueEvents, options: DialogueOptions) {
    this.#events = events
    this.echoesData = options.echoesData
    this.#messages = new Messages(events)
    this.#results = new ResultTable(events)
    this.#reader = new AnswerReader({
      line: (line) => this.#line(line),
      prompt: () => this.#prompt(),
      body: (bytes) => this.#body(bytes),
      bodyBroken: (line) => {
        if (line) this.#events.seen('<', 'line', line, false)
        this.#messages.broken()
      },
    })
  }

  /** False when an answer did not come: late lines could be taken for the next one's. */
  get aligned(): boolean {
    return this.#aligned
  }

  realigned(): void {
    this.#aligned = true
  }

  /** Whether another program has used the port lately. */
  isDisturbed(now: number): boolean {
    return this.#disturbance.isRecent(now)
  }

  get busy(): boolean {
    return this.#exchange !== undefined
  }

  /** Bytes of the module that are kept now; never more than `maxBuffered`. */
  get buffered(): number {
    return this.#reader.buffered + this.#messages.buffered + (this.#exchange?.size ?? 0)
  }

  begin(request: Request, now: number): void {
    if (this.#exchange) throw new Error('a command is running: wait for its answer before the next one')
    this.#now = now
    const line = bytesOf(`${request.line}\r`)
    this.#exchange = newRunningCommand(request)
    this.#limit(this.#exchange, line.length)
    this.#reader.awaitsPrompt = request.data !== undefined
    this.#send(line, 'line', false)
  }

  feed(bytes: Uint8Array, now: number): void {
    this.#now = now
    this.#lastByteAt = now
    this.#reader.feed(bytes)
  }

  /** When `time` is due; `Infinity`: not at all. */
  deadline(): number {
    const body = this.#reader.inMessage ? this.#lastByteAt + bodyIdleMs : Number.POSITIVE_INFINITY
    return Math.min(body, this.#exchange?.deadline ?? Number.POSITIVE_INFINITY, this.#results.deadline())
  }

  time(now: number): void {
    this.#now = now
    if (this.#reader.inMessage && this.#lastByteAt + bodyIdleMs <= now) this.#reader.abandonMessage()
    this.#results.expire(now)
    if (this.#exchange && this.#exchange.deadline <= now) this.#overdue(this.#exchange)
  }

  /** Ends whatever is awaited. */
  abandon(why: 'closed' | 'abandoned'): void {
    this.#results.abandon(why)
    if (this.#exchange) this.#finish({ kind: why })
    this.#aligned = false
  }

  /** Ends the deferred results that are awaited for a client. */
  abandonResults(clientIndex: number): void {
    this.#results.abandonClient(clientIndex)
  }

  #limit(exchange: RunningCommand, bytes: number): void {
    limitWait(exchange, bytes, this.#now)
    if (this.#disturbance.isRecent(this.#now)) shortenWait(exchange, this.#now)
  }

  #overdue(exchange: RunningCommand): void {
    const quietAt = Math.min(this.#lastByteAt + busyMs, exchange.latest)
    if (quietAt > this.#now) exchange.deadline = quietAt
    else if (this.#awaitsEcho(exchange) && exchange.prompted) this.#unechoed(exchange)
    else this.#giveUp(exchange)
  }

  /** The prompt has come, and nobody has filled it: it is ours, and the module no longer echoes. */
  #unechoed(exchange: RunningCommand): void {
    this.echo = 'unknown'
    exchange.disturbed = true
    this.#reader.awaitsPrompt = false
    this.#prompted(exchange)
  }

  #giveUp({ request, phase, echoed }: RunningCommand): void {
    this.#aligned = false
    if (!echoed) this.echo = 'unknown'
    if (request.result?.deferred) this.#results.expect(request, this.#now, 'late')
    this.#finish({ kind: 'silent', awaited: phase })
  }

  #send(bytes: Uint8Array, kind: 'line' | 'data', secret: boolean): void {
    this.#events.seen('>', kind, bytes, secret)
    this.#events.send(bytes)
  }

  #prompt(): void {
    const exchange = this.#exchange
    if (exchange?.phase !== 'prompt') return
    exchange.prompted = true
    this.#reader.awaitsPrompt = this.#awaitsEcho(exchange)
    if (this.#reader.awaitsPrompt) shortenWait(exchange, this.#now, true)
    else this.#prompted(exchange)
  }

  #prompted(exchange: RunningCommand): void {
    const { data, secret = false } = exchange.request
    this.#events.seen('<', 'prompt', bytesOf('>'), false)
    exchange.phase = 'final'
    this.#limit(exchange, data!.length)
    if (exchange.echoed && this.echoesData) this.#reader.expectEcho(data!)
    this.#send(data!, 'data', secret)
  }

  #body(bytes: Uint8Array): void {
    this.#events.seen('<', 'data', bytes, false)
    this.#messages.body(bytes)
  }

  #line({ bytes, opens }: Line): number {
    const raw = textOf(bytes)
    const text = raw.trim()
    this.#events.seen('<', 'line', bytes, this.#mayBeSecret(text))
    const body = this.#messages.line(text)
    if (body === undefined) this.#route(text, raw, opens)
    return body ?? 0
  }

  /** The echo of a secret, where it was not recognised as one. */
  #mayBeSecret(text: string): boolean {
    return this.#exchange?.request.secret === true && this.#exchange.phase === 'final' && !isFinal(text)
  }

  #route(text: string, raw: string, opens: boolean): void {
    const exchange = this.#exchange
    if (!this.#answered && text.startsWith(portBusyPrefix)) return this.#events.portBusy(text)
    if (exchange && this.#takeEcho(exchange, text)) return
    const running = exchange && !this.#awaitsEcho(exchange) ? exchange : undefined
    if (running && this.#takeFinal(running, text, opens)) return
    if (this.#takeResult(running, text)) return
    if (running && belongsTo(running.request, text)) return keepLine(running, raw)
    this.#noteUnasked(text)
    if (!isFinal(text)) return this.#events.urc(text)
    if (this.#disturbance.takeEchoEnd()) this.echo = 'unknown'
    this.#events.stray(text)
  }

  /** While another program uses the port and echo is on, what comes before the echo of a command is no answer to it. */
  #awaitsEcho({ echoed, request }: RunningCommand): boolean {
    return this.echo === 'on' && !echoed && !request.marked && this.#disturbance.isRecent(this.#now)
  }

  /** Not what may be a late answer to a command of ours, or its result by another name. */
  #noteUnasked(text: string): void {
    const kind = unaskedKind(text)
    if (kind === undefined || !this.#aligned) return
    if (kind === 'result' && this.#results.awaits(clientOfResult(text))) return
    this.#events.unasked(kind, text)
    if (kind === 'sentence') return
    this.#disturbance.happened(this.#now, text)
    if (this.#exchange) {
      this.#exchange.disturbed = true
      shortenWait(this.#exchange, this.#now, kind === 'answer' && this.#awaitsEcho(this.#exchange))
    }
    this.#results.hasten(this.#now + longestResultMs)
  }

  /** What stands before it was left in the command line by somebody else, whose answer is then that of both. */
  #takeEcho(exchange: RunningCommand, text: string): boolean {
    const line = exchange.request.line.trim()
    const glued = text !== line && text.endsWith(line) && this.#disturbance.isRecent(this.#now)
    if (text !== line && !glued) return false
    exchange.echoed = true
    exchange.disturbed ||= glued
    this.#reader.markOpening()
    return true
  }

  #takeFinal(exchange: RunningCommand, text: string, opens: boolean): boolean {
    if (!isFinal(text) || (exchange.request.information === 'rows' && !opens)) return false
    // An OK before the prompt belongs to an earlier command.
    if (text === 'OK' && exchange.phase === 'prompt') return true
    this.#answered = true
    this.echo = exchange.echoed && !endsEcho(exchange.request.line) ? 'on' : 'off'
    if (text === 'OK') this.#accepted(exchange)
    else if (text === 'ERROR') this.#refused(exchange)
    else this.#finish({ kind: 'cme', text: text.slice(text.indexOf(':') + 1).trim() })
    return true
  }

  #accepted({ request, lines, codes, disturbed }: RunningCommand): void {
    const code = codes.at(-1)
    const earlier = code !== undefined && this.#results.takeEarlier(request, code)
    this.#finish({ kind: 'ok', lines, ...(disturbed && { disturbed }) })
    if (!request.result?.deferred) return
    const { clientIndex } = request.result
    if (code !== undefined && !earlier) this.#events.result(request.name, clientIndex, { kind: 'code', code })
    else this.#results.expect(request, this.#now, 'awaited', this.#disturbance)
  }

  #refused({ request, lines, codes, disturbed }: RunningCommand): void {
    const code = codes.at(-1)
    if (codes.length > 1) this.#results.takeEarlier(request, codes[0]!)
    this.#finish({ kind: 'error', lines, ...(code !== undefined && { code }), ...(disturbed && { disturbed }) })
  }

  /** A result is the running command's, or one that is awaited, or late. */
  #takeResult(exchange: RunningCommand | undefined, text: string): boolean {
    const running = exchange?.request
    const code = running?.result && codeOf(text, running.name, running.result.clientIndex)
    if (exchange && code !== undefined) return keepCode(exchange, code)
    if (running && running.result === undefined && nameOf(text) === running.name) return false
    return this.#results.take(text)
  }

  #finish(answer: Parameters<DialogueEvents['answer']>[0]): void {
    this.#exchange = undefined
    this.#reader.awaitsPrompt = false
    this.#reader.dropEcho()
    this.#events.answer(answer)
  }
}
