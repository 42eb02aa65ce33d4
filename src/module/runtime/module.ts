import type { Profile } from '../../at/profiles/profile.ts'
import { concat, copyOf, textOf } from '../../at/syntax/bytes.ts'
import type { Dialer } from '../../io/net/dialer.ts'
import type { Clock, Log } from '../../io/runtime/runtime.ts'
import type { ByteStream } from '../../io/stream.ts'
import type { CertificateStore } from '../../io/tls/certificate-store.ts'
import type {
  Effect,
  EnvironmentInput,
  Input,
  ModuleStep,
  RadioChange,
  SimAction,
  WriteEffect,
} from '../core/effects.ts'
import type { InjectedDefect } from '../core/injected-defect.ts'
import { createModuleConfig, type ModuleConfig, type ModuleConfigOptions } from '../core/module-config.ts'
import type { LineState, ModuleState, Network } from '../core/state.ts'
import { initialState, nextDeadline, step } from '../step.ts'
import { AttachedLine, type LineOwner } from './attached-line.ts'
import { Connections } from './connections.ts'
import { type Observer, Observers } from './observers.ts'
import { type ModuleFiles, noFiles, performStore } from './store.ts'

export interface ModuleOptions extends ModuleConfigOptions {
  readonly profile: Profile
  readonly clock: Clock
  readonly dialer: Dialer
  readonly log: Log
  /** The certificate store of `+CCERT…` commands, which the dialer reads too. Without one, those commands fail. */
  readonly certificates?: CertificateStore
  /** The module's file system, from which `+CCERTMOVE` takes. */
  readonly files?: CertificateStore
}

/** How a module loses its network or its power. */
export interface LossOptions {
  /**
   * Servers are told: their connections end at once. Otherwise they hear nothing, as from a device without coverage: the
   * connections stay open towards them until they end them, for 10 minutes at most.
   */
  readonly announce?: boolean
}

/** Backlog of a line at which MQTT sockets are no longer read, and at which whole URCs are dropped and its host is not read; bytes. */
const pauseAt = 256 * 1024
const dropAt = 1024 * 1024
/** Type-ahead at which a line is no longer read. */
const typeAheadLimit = 64 * 1024

const none: readonly never[] = []

/** A software SIM767x: lines on one side, MQTT connections on the other. */
export class Module implements LineOwner {
  #state: ModuleState
  readonly #config: ModuleConfig
  readonly #clock: Clock
  readonly #log: Log
  readonly #observers = new Observers()
  readonly #connections: Connections
  readonly #files: ModuleFiles
  readonly #lines = new Map<number, AttachedLine>()
  readonly #inputs: Input[] = []
  #stepObservers: readonly { readonly tell: (step: ModuleStep) => void }[] = none
  #busy = false
  #closed = false
  #lastLine = 0
  #timerAt = Number.POSITIVE_INFINITY
  #cancelTimer: (() => void) | undefined

  constructor({ profile, clock, dialer, log, certificates, files, ...options }: ModuleOptions) {
    this.#files = { certificates: certificates ?? noFiles, files: files ?? noFiles }
    this.#config = createModuleConfig(profile, options)
    this.#state = initialState(this.#config, clock.now())
    this.#clock = clock
    this.#log = log
    const take = (input: Input) => this.#take(input)
    this.#connections = new Connections({ dialer, clock, observers: this.#observers, log, take })
    this.#schedule()
  }

  /** Attaches a stream as a line with its own echo, prompts and type-ahead. Returns the number of the line. */
  attach(stream: ByteStream, name: string): number {
    const id = ++this.#lastLine
    const line = new AttachedLine(this, stream, id, name, this.#config.bootSpeed)
    this.#lines.set(id, line)
    this.#take({ type: 'attach', line: id, name })
    stream.start(line)
    return id
  }

  /** Detaches a line; its stream stays open. */
  detach(line: number): void {
    this.#take({ type: 'detach', line })
    this.#lines.delete(line)
  }

  /** Sets the coverage: up, down, or silent (registered, but no packet gets through). */
  network(coverage: Network['coverage'], options: LossOptions = {}): void {
    this.#change({ type: 'network', coverage }, options)
  }

  /** Sets the signal, the admission, the refused APNs or the time zone of the simulated network. */
  radio(change: RadioChange, options: LossOptions = {}): void {
    this.#change({ type: 'radio', change }, options)
  }

  /** Cuts the power, or switches it on and boots. Lines stay attached. */
  power(on: boolean, options: LossOptions = {}): void {
    this.#change({ type: 'power', on }, options)
  }

  /** Inserts or removes the SIM, or makes it stop answering until `idle`. */
  sim(action: SimAction, options: LossOptions = {}): void {
    this.#change({ type: 'sim', action }, options)
  }

  /** Switches the power off and on: boot lines follow. Lines stay attached. */
  reset(options: LossOptions = {}): void {
    this.#change({ type: 'reset' }, options)
  }

  /**
   * Makes it a new module on the same lines: settings, `AT&W`, PDP contexts, SIM, network and injected defects are as they
   * were at first, connections are closed, half-open ones too. Boots as at first; files stay.
   */
  fresh(): void {
    this.#take({ type: 'fresh' })
    this.#connections.endLeft()
  }

  /** Prints a text as URC, in UTF-8, on every line that has a host. */
  urc(text: string): void {
    this.#take({ type: 'urc', text: textOf(new TextEncoder().encode(text)) })
  }

  /** Replaces the injected defects. For faults. */
  injectDefect(defects: readonly InjectedDefect[]): void {
    this.#take({ type: 'defects', defects })
  }

  state(): ModuleState {
    return this.#state
  }

  /** Is told of each step, before its effects are done: secrets are in it. The returned function ends it. */
  observeSteps(tell: (step: ModuleStep) => void): () => void {
    const entry = { tell }
    this.#stepObservers = [...this.#stepObservers, entry]
    return () => {
      this.#stepObservers = this.#stepObservers.filter((each) => each !== entry)
    }
  }

  /** Watches the bytes of all lines and connections; the returned function ends it. */
  observe(observer: Observer): () => void {
    return this.#observers.add(observer, this.#state.lines)
  }

  /** Closes all sockets, those that were left half-open too, and the streams. */
  async close(): Promise<void> {
    this.#closed = true
    this.#cancelTimer?.()
    this.#connections.destroy()
    const lines = [...this.#lines.values()]
    this.#lines.clear()
    await Promise.all(lines.map(({ stream }) => stream.close()))
  }

  /** @internal Bytes of a line; the array may be reused by its owner afterwards. */
  lineData(line: AttachedLine, bytes: Uint8Array): void {
    this.#take({ type: 'bytes', line: line.id, bytes: this.#busy ? copyOf(bytes) : bytes })
  }

  /** @internal */
  lineHost(line: AttachedLine, present: boolean): void {
    this.#observers.host(line.name, line.id, present)
    this.#take({ type: 'host', line: line.id, present, stranger: line.stream.admitsStrangers === true })
  }

  /** @internal */
  lineDrained(): void {
    if (!this.#busy) this.#regulate()
  }

  #change(input: EnvironmentInput, { announce = false }: LossOptions): void {
    this.#take({ ...input, announce })
  }

  #take(input: Input): void {
    if (this.#closed) return
    if (this.#busy) return void this.#inputs.push(input)
    this.#busy = true
    try {
      for (let next: Input | undefined = input; next; next = this.#inputs.shift()) this.#run(next)
    } finally {
      this.#busy = false
    }
    this.#regulate()
    this.#schedule()
  }

  #run(input: Input): void {
    const before = this.#state
    const now = this.#clock.now()
    const config = this.#config
    const { state, effects } = step(config, before, input, now)
    this.#state = state
    for (const { tell } of this.#stepObservers) tell({ config, now, before, after: state, input, effects })
    if (!this.#observers.none) this.#observers.typed(effects, this.#lines)
    for (const effect of effects) this.#perform(effect)
    this.#connections.flush()
    for (const line of this.#lines.values()) this.#flush(line)
  }

  #perform(effect: Effect): void {
    switch (effect.type) {
      case 'write':
        return this.#write(effect)
      case 'send':
        return this.#connections.queue(effect.connection, effect.bytes)
      case 'dial':
        return this.#connections.dial(effect)
      case 'lookup':
        return this.#connections.lookup(effect)
      case 'close':
        return this.#connections.drop(effect.connection)?.close(effect.graceMs)
      case 'destroy':
        return this.#connections.drop(effect.connection)?.destroy()
      case 'abandon':
        return this.#connections.abandon(effect.connection)
      case 'abandonReleased':
        return this.#connections.abandonReleased()
      case 'typed':
        return
      case 'store':
        return void this.#inputs.push(performStore(this.#files, effect, this.#log))
      case 'coverage':
        return this.#connections.silence(effect.silent)
      case 'log':
        return this.#log.log(effect.level, effect.message, effect.fields)
    }
  }

  /** The output of one step to a line leaves in one write. */
  #write({ line: id, parts, urc }: WriteEffect): void {
    const line = this.#lines.get(id)
    if (!line) return
    if (urc && line.stream.backlog() > dropAt) this.#countDropped(line)
    else for (const part of parts) line.push(part)
  }

  #flush(line: AttachedLine): void {
    if (line.output.length === 0) return
    const bytes = concat(line.output)
    if (!this.#observers.none) this.#observers.written(line)
    line.output.length = 0
    line.stream.write(bytes)
  }

  #countDropped(line: AttachedLine): void {
    line.dropped++
    this.#log.log('warn', 'URC dropped: the host does not read', { line: line.name, dropped: line.dropped })
  }

  /** Sets the speed of lines, and flow control: MQTT sockets are not read while a host does not read, a line is not read while its commands or its answers wait. */
  #regulate(): void {
    let most = 0
    for (const state of this.#state.lines) {
      const line = this.#lines.get(state.id)
      if (!line) continue
      most = Math.max(most, line.stream.backlog() + state.heldBytes)
      line.setSpeed(state.speed)
      const isBehind = line.stream.holdsInput ? isBusy(state) : state.typeAhead.length > typeAheadLimit
      line.setInputPaused(isBehind || line.stream.backlog() > (line.inputPaused ? dropAt / 2 : dropAt))
    }
    this.#connections.pause(most > (this.#connections.paused ? pauseAt / 2 : pauseAt))
  }

  #schedule(): void {
    const deadline = nextDeadline(this.#state)
    if (deadline >= this.#timerAt) return
    this.#cancelTimer?.()
    this.#timerAt = deadline
    this.#cancelTimer = this.#clock.after(Math.max(0, deadline - this.#clock.now()), () => this.#tick())
  }

  #tick(): void {
    this.#timerAt = Number.POSITIVE_INFINITY
    this.#cancelTimer = undefined
    this.#take({ type: 'time' })
  }
}

const isBusy = ({ mode }: LineState): boolean => mode.kind === 'executing' || mode.kind === 'working'
