import type { ByteStream } from '../../io/stream.ts'
import { Modem } from '../commands/modem.ts'
import type { ChatEmits } from '../protocol/chat.ts'
import { OnlineError } from '../protocol/errors.ts'
import { type UndoOptions, undoFilledPrompt } from '../protocol/prompt-cleanup.ts'
import { synchronise } from '../protocol/synchronise.ts'
import { bringOnline } from '../setup/bring-online.ts'
import { type KnownDialects, probeDialect } from '../setup/dialect/probe-dialect.ts'
import { ClientError, errorOf } from './errors.ts'
import type { DeviceOptions } from './options/options.ts'

export interface ModuleConnectionEvents extends UndoOptions {
  message(...args: ChatEmits['message']): void
  damaged(...args: ChatEmits['damaged']): void
  urc(...args: ChatEmits['urc']): void
  late(...args: ChatEmits['late']): void
  unasked(address: string, ...args: ChatEmits['unasked']): void
  closed(...args: ChatEmits['closed']): void
  /** A port was opened. */
  opened(address: string): void
  /** Nothing answers, and it is tried on. */
  silent(sentence: string): void
  /** Who else has a port open, where that is known. */
  holder(address: string): string | undefined
}

type State =
  | { readonly kind: 'closed' }
  /** The port is open; the module is not online, or no longer. */
  | { readonly kind: 'open'; readonly modem: Modem }
  | { readonly kind: 'coming'; readonly modem: Modem | undefined; readonly ready: Promise<Modem> }
  | { readonly kind: 'online'; readonly modem: Modem }

/** A port and the module behind it: opened, brought online, and the same again whenever it was lost. */
export class ModuleConnection {
  readonly #options: DeviceOptions
  readonly #events: ModuleConnectionEvents
  #state: State = { kind: 'closed' }
  /** Kept through every restart: a PIN that was refused once is never given again. */
  readonly #refusedPins = new Set<string>()
  readonly #dialects: KnownDialects = new Map()
  /** Who waits for the module. */
  #waiting: readonly ((error: Error) => void)[] = []
  #givenPortUsed = false
  #ended = false

  constructor(options: DeviceOptions, events: ModuleConnectionEvents) {
    this.#options = options
    this.#events = events
  }

  /** Of the port that is open. */
  get modem(): Modem | undefined {
    return this.#state.kind === 'closed' ? undefined : this.#state.modem
  }

  get online(): boolean {
    return this.#state.kind === 'online'
  }

  /** The module, when it is registered. Rejects with what kept it from that; the next call tries again. */
  ready(): Promise<Modem> {
    const state = this.#state
    if (this.#ended) return Promise.reject(endedError())
    if (state.kind === 'online') return Promise.resolve(state.modem)
    if (state.kind === 'coming') return state.ready
    const ready = this.#untilEnd(this.#come(state.kind === 'open' ? state.modem : undefined))
    this.#state = { kind: 'coming', modem: state.kind === 'open' ? state.modem : undefined, ready }
    return ready
  }

  /** The module has to be brought online again: it has restarted, or lost its network. */
  goneOffline(): void {
    if (this.#state.kind === 'online') this.#state = { kind: 'open', modem: this.#state.modem }
  }

  /** Whether the port can be opened again. */
  get canReopen(): boolean {
    return typeof this.#options.port === 'function'
  }

  /** Closes the port; the next `ready` opens it again. */
  async drop(): Promise<void> {
    const modem = this.modem
    this.#state = { kind: 'closed' }
    await modem?.close().catch(() => {})
  }

  /** After `end`. */
  reopen(): void {
    this.#ended = false
  }

  async end(): Promise<void> {
    this.#ended = true
    for (const reject of this.#waiting) reject(endedError())
    await this.drop()
  }

  /** Rejects at the end: a port may never open, or never close. */
  #untilEnd<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting = [...this.#waiting, reject]
      const settled = () => {
        this.#waiting = this.#waiting.filter((each) => each !== reject)
      }
      promise.then(resolve, reject).then(settled)
    })
  }

  async #come(known: Modem | undefined): Promise<Modem> {
    let modem = known
    try {
      if (!modem) {
        modem = this.#modemOn(await this.#open())
        this.#events.opened(modem.chat.port.address)
      }
      if (this.#ended) throw endedError()
      this.#state = this.#state.kind === 'coming' ? { ...this.#state, modem } : this.#state
      await this.#bring(modem)
      if (modem.chat.closed) throw new ClientError('notReady', 'The port was closed while the module came online.')
      this.#state = { kind: 'online', modem }
      return modem
    } catch (thrown) {
      await this.#notReady(modem, errorOf(thrown))
      throw thrown
    }
  }

  async #bring(modem: Modem): Promise<void> {
    const { clock, profile } = this.#options
    const events = this.#events
    const watch = { silent: events.silent, holder: () => events.holder(modem.chat.port.address) }
    await bringOnline(modem, clock, { refusedPins: this.#refusedPins, ...this.#options, ...this.#undo, ...watch })
    if (!profile) modem.profile = await probeDialect(modem, clock, this.#dialects)
  }

  /** Where nothing answers, opening the port again may help: the device may have another number now. */
  async #notReady(modem: Modem | undefined, error: Error): Promise<void> {
    const silent = error instanceof OnlineError && error.code === 'noAnswer' && this.canReopen
    const gone = !modem || modem.chat.closed || this.#ended
    if (!silent && !gone) this.#state = { kind: 'open', modem }
    else if (modem && !gone) await this.drop()
    else this.#state = { kind: 'closed' }
    if (this.#ended) await modem?.close()
  }

  async #open(): Promise<ByteStream> {
    const { port } = this.#options
    if (typeof port === 'function') return port()
    if (this.#givenPortUsed)
      throw new ClientError(
        'portLost',
        `${port.address} is gone: give a function that opens it, and it is opened again.`,
      )
    this.#givenPortUsed = true
    return port
  }

  #modemOn(port: ByteStream): Modem {
    const { clock, profile, trace, limitFactor } = this.#options
    const modem = new Modem({
      port,
      clock,
      ...(profile && { profile }),
      ...(trace && { trace }),
      ...(limitFactor !== undefined && { limitFactor }),
    })
    modem.onMisaligned(() => this.#realign(modem))
    this.#listen(modem)
    return modem
  }

  #listen(modem: Modem): void {
    const { chat } = modem
    const events = this.#events
    chat.on('message', (message) => events.message(message))
    chat.on('damaged', (clientIndex, reason) => events.damaged(clientIndex, reason))
    chat.on('urc', (text) => events.urc(text))
    chat.on('late', (name, clientIndex, code) => events.late(name, clientIndex, code))
    chat.on('unasked', (kind, text) => events.unasked(chat.port.address, kind, text))
    chat.on('closed', (error) => {
      if (this.modem !== modem) return
      if (this.#state.kind !== 'coming') this.#state = { kind: 'closed' }
      events.closed(error)
    })
  }

  get #undo(): UndoOptions {
    const { keepsFilter, ownsCertificate } = this.#events
    return { ...(keepsFilter && { keepsFilter }), ...(ownsCertificate && { ownsCertificate }) }
  }

  async #realign(modem: Modem): Promise<void> {
    const { clock } = this.#options
    const { filledPrompt } = await synchronise(modem.chat, clock, { attempts: 1 })
    if (!filledPrompt) return
    modem.promptWasFilled(await undoFilledPrompt(modem.chat, clock, this.#undo))
  }
}

const endedError = (): ClientError => new ClientError('ended', 'The device is closed: open it again.')
