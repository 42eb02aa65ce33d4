import type { AdvisedCause, Adviser } from '../at/adviser.ts'
import { codeOf } from '../at/commands/results.ts'
import type { Profile } from '../at/profiles/profile.ts'
import { bytesOf, concat, textOf } from '../at/syntax/bytes.ts'
import { printableBytes } from '../at/syntax/printable.ts'
import { portBusyPrefix } from '../at/urcs.ts'
import { PortBusyError } from '../driver/protocol/errors.ts'
import { Messages } from '../driver/protocol/messages.ts'
import { AnswerReader, type Line } from '../driver/protocol/reader.ts'
import type { Clock } from '../io/runtime/runtime.ts'
import { type ByteStream, StreamWriter } from '../io/stream.ts'
import { type TypedCommand, typedCommand } from './typed-command.ts'
import { wordsFor } from './words.ts'

/** What a terminal waits for. */
export type TerminalState =
  | { readonly kind: 'idle' }
  /** A command is running; `result`: its `OK` has come. */
  | { readonly kind: 'running'; readonly awaited: 'final' | 'result' }
  /** A prompt is open; `missing` bytes, where it is known how many. */
  | { readonly kind: 'data'; readonly missing: number | undefined }

/** How a command ended. */
export type Ending = 'ok' | 'failed' | 'silent' | 'closed'

export interface TerminalEvents {
  /** One line to show; `words`: what it means. Control characters are escaped. */
  show(line: string, words?: string): void
  /** What went wrong, as soon as it is known: below the answer that shows it. */
  advise?(cause: AdvisedCause): void
  /** Nothing has ever come on the line, 3 s after a command; told once, a sentence without its full stop. */
  silent(sentence: string): void
  /** The line has ended, not by `close()`; a sentence without its full stop. */
  gone(sentence: string): void
  /** The state has changed. */
  state(state: TerminalState): void
  ended(ending: Ending): void
}

export interface TerminalOptions {
  readonly port: ByteStream
  readonly clock: Clock
  readonly profile: Profile
  readonly events: TerminalEvents
  /** True: a command ends with its deferred result; false: with its final result. */
  readonly awaitsResults: boolean
  /** How long results may take, in ms. */
  readonly resultMs: number
  /** Hears the line, and says what goes wrong. */
  readonly adviser?: Adviser | undefined
}

/** Silence inside the body of a message after which it is given up, in ms. */
const bodyIdleMs = 2000

/** Nobody waits longer for a first sign of life without being told, in ms. */
const silentMs = 3000

/** A person or a script at a module's line: sends what is typed, shows what comes, knows prompts and how commands end. */
export class Terminal {
  readonly #options: TerminalOptions
  readonly #writer: StreamWriter
  readonly #reader: AnswerReader
  readonly #messages = new Messages({ message() {}, damaged() {} })
  #state: TerminalState = { kind: 'idle' }
  #asked: TypedCommand | undefined
  #echoed = false
  /** What the running command answered has been put into words. */
  #explained = false
  readonly #pieces: Uint8Array[] = []
  /** The code of a deferred result that came before `OK`. */
  #code: number | undefined
  #cancelLimit: () => void = () => {}
  #cancelBody: () => void = () => {}
  #cancelSilent: (() => void) | undefined
  /** A line has come: what says that the port is somebody else's is the first one. */
  #heard = false
  #closed = false

  constructor(options: TerminalOptions) {
    this.#options = options
    this.#reader = new AnswerReader({
      line: (line) => this.#line(line),
      prompt: () => this.#prompt(),
      body: (bytes) => this.#body(bytes),
      bodyBroken: (line) => {
        if (line) this.#show(line, textOf(line).trim())
        this.#messages.broken()
      },
    })
    this.#writer = new StreamWriter(options.port)
    options.port.start({
      data: (bytes) => this.#feed(bytes),
      presence: (present, reason) => present || this.#gone(reason),
      drained: () => this.#writer.drained(),
    })
  }

  get state(): TerminalState {
    return this.#state
  }

  get closed(): boolean {
    return this.#closed
  }

  /** Sends a command line; only while nothing is waited for. One character is one byte. */
  command(line: string): void {
    const typed = typedCommand(line, this.#options.profile)
    this.#asked = typed
    this.#echoed = false
    this.#explained = false
    this.#pieces.length = 0
    this.#code = undefined
    this.#reader.awaitsPrompt = true
    this.#become({ kind: 'running', awaited: 'final' }, typed.finalMs)
    this.#cancelSilent ??= this.#options.clock.after(silentMs, () => this.#silent(typed.finalMs))
    this.#write(bytesOf(`${line}\r`))
  }

  /**
   * Data behind an open prompt, no more than it takes. They are sent when they are complete; where it is not known how
   * many the prompt takes, at once.
   */
  data(bytes: Uint8Array): void {
    if (this.#state.kind !== 'data') return
    const { missing } = this.#state
    if (missing !== undefined && bytes.length > missing) throw new Error(`the prompt takes ${missing} bytes`)
    if (missing === undefined) return this.#write(bytes)
    this.#pieces.push(bytes)
    if (bytes.length < missing)
      return this.#become({ kind: 'data', missing: missing - bytes.length }, Number.POSITIVE_INFINITY)
    const all = concat(this.#pieces.splice(0))
    if (this.#echoed && this.#options.profile.echoesData) this.#reader.expectEcho(all)
    this.#become({ kind: 'running', awaited: 'final' }, this.#asked?.finalMs ?? 0)
    this.#write(all)
  }

  /** Waits no longer for the command that is running. A prompt that is open stays so: the module counts its bytes. */
  abandon(): void {
    if (this.#state.kind === 'running') this.#end('silent')
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#cancelLimit()
    this.#cancelBody()
    this.#cancelSilent?.()
    this.#writer.ended()
    await this.#options.port.close()
  }

  #write(bytes: Uint8Array): void {
    this.#hear('host', bytes)
    this.#writer.write(bytes).catch((error: unknown) => this.#gone(error instanceof Error ? error : undefined))
  }

  /** Causes are told when all that came has been shown. */
  #hear(side: 'host' | 'module', bytes: Uint8Array): void {
    const { adviser, clock, events } = this.#options
    adviser?.hear(side, textOf(bytes), clock.now())
    if (side === 'module') for (const cause of adviser?.news() ?? []) events.advise?.(cause)
  }

  #silent(finalMs: number): void {
    const { port, events } = this.#options
    const where = port.baud === undefined ? port.address : `${port.address} at ${port.baud} baud`
    events.silent(
      `no answer yet on ${where}: waiting for up to ${Math.ceil((finalMs - silentMs) / 1000)} s more; check that the module is on, and that this is its AT port and speed`,
    )
  }

  #feed(bytes: Uint8Array): void {
    this.#cancelSilent?.()
    this.#cancelSilent = () => {}
    this.#reader.feed(bytes)
    this.#hear('module', bytes)
    this.#cancelBody()
    if (this.#reader.inMessage)
      this.#cancelBody = this.#options.clock.after(bodyIdleMs, () => this.#reader.abandonMessage())
  }

  #line({ bytes }: Line): number {
    const text = textOf(bytes).trim()
    if (!this.#heard && text.startsWith(portBusyPrefix)) {
      this.#gone(new PortBusyError(this.#options.port.address, text))
      return 0
    }
    this.#heard = true
    if (this.#asked && text === this.#asked.line.trim()) {
      this.#echoed = true
      this.#reader.markOpening()
      return 0
    }
    this.#show(bytes, text)
    const body = this.#messages.line(text)
    if (body === undefined) this.#route(text)
    return body ?? 0
  }

  #show(bytes: Uint8Array, text: string): void {
    const words = this.#wordsFor(text)
    this.#options.events.show(printableBytes(bytes), words)
  }

  /** Behind a code that was explained, `ERROR` says nothing new. */
  #wordsFor(text: string): string | undefined {
    if (text === 'ERROR' && this.#explained) return undefined
    const words = wordsFor(text, this.#options.profile, this.#asked)
    if (words !== undefined && this.#asked?.name !== undefined) this.#explained ||= text.startsWith(this.#asked.name)
    return words
  }

  #route(text: string): void {
    if (this.#state.kind === 'idle' || !this.#asked) return
    const { name = '', clientIndex, deferred } = this.#asked
    const code = deferred ? codeOf(text, name, clientIndex) : undefined
    if (code !== undefined) return this.#resulted(code)
    if (this.#state.kind === 'running' && this.#state.awaited === 'result') return
    if (text === 'OK') this.#accepted()
    else if (isFailure(text)) this.#end('failed')
  }

  #accepted(): void {
    if (this.#code !== undefined) return this.#end(endingOf(this.#code))
    if (!this.#options.awaitsResults || this.#asked?.deferred !== true) return this.#end('ok')
    this.#reader.awaitsPrompt = false
    this.#become({ kind: 'running', awaited: 'result' }, this.#options.resultMs)
  }

  /** Some firmwares put it in front of `OK`. */
  #resulted(code: number): void {
    if (this.#state.kind === 'running' && this.#state.awaited === 'result') this.#end(endingOf(code))
    else this.#code = code
  }

  #prompt(): void {
    this.#options.events.show('>')
    this.#become({ kind: 'data', missing: this.#asked?.dataBytes }, Number.POSITIVE_INFINITY)
  }

  #body(bytes: Uint8Array): void {
    this.#messages.body(bytes)
    this.#options.events.show(printableBytes(bytes))
  }

  #end(ending: Ending): void {
    this.#reader.awaitsPrompt = false
    this.#reader.dropEcho()
    this.#asked = undefined
    this.#become({ kind: 'idle' }, Number.POSITIVE_INFINITY)
    this.#options.events.ended(ending)
  }

  #become(state: TerminalState, limitMs: number): void {
    this.#cancelLimit()
    this.#cancelLimit = () => {}
    this.#state = state
    if (limitMs !== Number.POSITIVE_INFINITY)
      this.#cancelLimit = this.#options.clock.after(limitMs, () => this.#end('silent'))
    this.#options.events.state(state)
  }

  #gone(error: Error | undefined): void {
    if (this.#closed) return
    this.#closed = true
    this.#writer.ended(error)
    this.#cancelBody()
    this.#cancelSilent?.()
    this.#options.events.gone(
      error instanceof PortBusyError ? error.message : `the line is gone${error ? `: ${error.message}` : ''}`,
    )
    this.#end('closed')
  }
}

const endingOf = (code: number): Ending => (code === 0 ? 'ok' : 'failed')

const isFailure = (text: string): boolean =>
  /^(ERROR|NO CARRIER|NO ANSWER|NO DIALTONE|BUSY|\+CM[ES] ERROR:.*)$/.test(text)
