import { concat, copyOf, empty, textOf } from '../at/bytes/bytes.ts'
import type { Profile } from '../at/commands/profile.ts'
import type { CertificateStore } from '../io/net/certificate-store.ts'
import type { Connection, Dialer } from '../io/net/dialer.ts'
import { type SilenceableDialer, silenceable } from '../io/net/silenceable.ts'
import type { Pipe } from '../io/pipe.ts'
import type { Clock, Log } from '../io/runtime.ts'
import { createDevice, type Device, type DeviceOptions } from './device.ts'
import type { ConnectionInput, Effect, Input, RadioChange, SimAction, WriteEffect } from './effects.ts'
import type { Impairment } from './impairment.ts'
import { AttachedLine, type LineOwner } from './line/attached-line.ts'
import { ConnectionInputs } from './service/connection-inputs.ts'
import type { LineState, ModuleState, Network } from './state.ts'
import { initialState, nextDeadline, step } from './step.ts'
import { type ModuleFiles, noFiles, performStore } from './store.ts'

export interface ModuleOptions extends DeviceOptions {
  readonly profile: Profile
  readonly clock: Clock
  readonly dialer: Dialer
  readonly log: Log
  /** What the commands of the certificate store read and change, and the dialer reads; none: every one of them fails. */
  readonly certificates?: CertificateStore
  /** The module's file system, from which `+CCERTMOVE` takes. */
  readonly files?: CertificateStore
}

/** What goes over the lines and the connections, as it goes. */
export interface Observer {
  /** `in`: from the host to the module. */
  line(line: string, direction: 'in' | 'out', bytes: Uint8Array): void
  /** MQTT bytes. `in`: from the server to the module. */
  connection(connection: number, direction: 'in' | 'out', bytes: Uint8Array): void
  /** A connection is given up; nothing more comes of it. */
  ended?(connection: number): void
  /** Somebody opened a line, or the last one left it. */
  host?(line: string, present: boolean): void
}

/** Backlog of a line at which MQTT sockets are no longer read, and at which whole URCs are dropped; bytes. */
const pauseAt = 256 * 1024
const dropAt = 1024 * 1024
/** Type-ahead at which a line is no longer read. */
const typeAheadLimit = 64 * 1024
/** Stands for each byte of a secret in what observers are shown. */
const STAR = 0x2a

const nobody: readonly Observer[] = []

/** What a step sends on a connection. */
interface Outgoing {
  readonly connection: number
  readonly parts: Uint8Array[]
}

/** A software SIM767x: lines on one side, MQTT connections on the other. */
export class Module implements LineOwner {
  #state: ModuleState
  readonly #device: Device
  readonly #clock: Clock
  readonly #log: Log
  readonly #dialer: SilenceableDialer
  readonly #files: ModuleFiles
  readonly #lines = new Map<number, AttachedLine>()
  readonly #connections = new Map<number, Connection>()
  /** Numbers of those that the module has not given up; a dialer may report before `dial` returns. */
  readonly #open = new Set<number>()
  #observers: readonly Observer[] = nobody
  readonly #inputs: Input[] = []
  readonly #outgoing: Outgoing[] = []
  #busy = false
  #closed = false
  #paused = false
  #lastLine = 0
  #timerAt = Number.POSITIVE_INFINITY
  #cancelTimer: (() => void) | undefined

  constructor({ profile, clock, dialer, log, certificates, files, ...options }: ModuleOptions) {
    this.#files = { certificates: certificates ?? noFiles, files: files ?? noFiles }
    this.#device = createDevice(profile, options)
    this.#state = initialState(this.#device, clock.now())
    this.#clock = clock
    this.#log = log
    this.#dialer = silenceable(dialer, clock)
    this.#schedule()
  }

  /** Makes a pipe a line of its own on this module, with its own echo, prompts and type-ahead. Returns the line's number. */
  attach(pipe: Pipe, name: string): number {
    const id = ++this.#lastLine
    const line = new AttachedLine(this, pipe, id, name, this.#device.bootSpeed)
    this.#lines.set(id, line)
    this.#take({ type: 'attach', line: id, name })
    pipe.start(line)
    return id
  }

  /** Takes a line away; its pipe stays open. */
  detach(line: number): void {
    this.#take({ type: 'detach', line })
    this.#lines.delete(line)
  }

  /** Coverage comes back, goes away, or goes silent: registered, but nothing comes through. */
  network(coverage: Network['coverage']): void {
    this.#take({ type: 'network', coverage })
  }

  /** The simulated network is changed otherwise: signal, what it admits, which APNs it refuses, its time zone. */
  radio(change: RadioChange): void {
    this.#take({ type: 'radio', change })
  }

  /** Off is a power cut; on boots. Lines stay attached. */
  power(on: boolean): void {
    this.#take({ type: 'power', on })
  }

  /** The SIM is put in or taken out, or stops answering until `idle`. */
  sim(action: SimAction): void {
    this.#take({ type: 'sim', action })
  }

  /** Power off and on. Lines stay attached; boot lines follow. */
  reset(): void {
    this.#take({ type: 'reset' })
  }

  /** Prints a text of the caller's, as UTF-8, on every line that has a host. */
  urc(text: string): void {
    this.#take({ type: 'urc', text: textOf(new TextEncoder().encode(text)) })
  }

  /** What is wrong with it from now on, in place of what was: for faults. */
  impair(impairments: readonly Impairment[]): void {
    this.#take({ type: 'impair', impairments })
  }

  state(): ModuleState {
    return this.#state
  }

  /** Watches the bytes of all lines and connections; the returned function ends it. */
  observe(observer: Observer): () => void {
    this.#observers = [...this.#observers, observer]
    return () => {
      this.#observers = this.#observers.filter((one) => one !== observer)
    }
  }

  /** Drops all connections as a power cut would, and closes the pipes. */
  async close(): Promise<void> {
    this.#closed = true
    this.#cancelTimer?.()
    for (const connection of this.#connections.values()) connection.destroy()
    this.#connections.clear()
    this.#dialer.abandon()
    const lines = [...this.#lines.values()]
    this.#lines.clear()
    await Promise.all(lines.map(({ pipe }) => pipe.close()))
  }

  /** @internal Bytes of a line; the array may be reused by its owner afterwards. */
  lineData(line: AttachedLine, bytes: Uint8Array): void {
    this.#take({ type: 'bytes', line: line.id, bytes: this.#busy ? copyOf(bytes) : bytes })
  }

  /** @internal */
  lineHost(line: AttachedLine, present: boolean): void {
    for (const observer of this.#observers) observer.host?.(line.name, present)
    this.#take({ type: 'host', line: line.id, present })
  }

  /** @internal */
  lineDrained(): void {
    if (!this.#busy) this.#regulate()
  }

  readonly #takeFromConnection = (input: ConnectionInput): void => {
    if (!this.#open.has(input.connection)) return
    if (input.type === 'received')
      for (const observer of this.#observers) observer.connection(input.connection, 'in', input.bytes)
    this.#take(input)
  }

  #take(input: Input): void {
    if (this.#closed) return
    this.#inputs.push(input)
    if (this.#busy) return
    this.#busy = true
    try {
      for (let next = this.#inputs.shift(); next; next = this.#inputs.shift()) this.#run(next)
    } finally {
      this.#busy = false
    }
    this.#regulate()
    this.#schedule()
  }

  #run(input: Input): void {
    const before = this.#state
    const { state, effects } = step(this.#device, before, input, this.#clock.now())
    this.#state = state
    if (this.#observers.length > 0 && input.type !== 'host') this.#showInput(before, input, effects)
    for (const effect of effects) this.#perform(effect)
    if (this.#outgoing.length > 0) this.#sendAll()
    for (const line of this.#lines.values()) this.#flush(line)
  }

  /**
   * What hosts typed, for those who watch, when the module takes it up: not before is known what of the type-ahead is
   * data of a prompt. Secrets of data phases are stars.
   */
  #showInput(before: ModuleState, input: Input, effects: readonly Effect[]): void {
    for (const { id, typeAhead, last } of this.#state.lines) {
      const line = this.#lines.get(id)
      // A line that has run nothing was reset: its type-ahead is dropped, not taken up.
      const waiting = last.length === 0 ? undefined : before.lines.find((known) => known.id === id)?.typeAhead
      const typed = concat([waiting ?? empty, input.type === 'bytes' && input.line === id ? input.bytes : empty])
      const taken = typed.subarray(0, typed.length - typeAhead.length)
      if (!line || taken.length === 0) continue
      for (const effect of effects)
        if (effect.type === 'secret' && effect.line === id) taken.fill(STAR, effect.from, effect.to)
      for (const observer of this.#observers) observer.line(line.name, 'in', taken)
    }
  }

  #perform(effect: Effect): void {
    switch (effect.type) {
      case 'write':
        return this.#write(effect)
      case 'send':
        return this.#queue(effect.connection, effect.bytes)
      case 'dial':
        return this.#dial(effect)
      case 'close':
        return this.#drop(effect.connection)?.close(effect.graceMs)
      case 'destroy':
        return this.#drop(effect.connection)?.destroy()
      case 'secret':
        return
      case 'store':
        return void this.#inputs.push(performStore(this.#files, effect, this.#log))
      case 'coverage':
        return this.#dialer.silence(effect.silent)
      case 'log':
        return this.#log.log(effect.level, effect.message, effect.fields)
    }
  }

  /** What goes to a line in one step leaves in one write. */
  #write({ line: id, parts, urc, secret }: WriteEffect): void {
    const line = this.#lines.get(id)
    if (!line) return
    if (urc && line.pipe.backlog() > dropAt) this.#countDropped(line)
    else for (const part of parts) line.push(part, secret === true)
  }

  #flush(line: AttachedLine): void {
    if (line.output.length === 0) return
    const bytes = concat(line.output)
    line.output.length = 0
    if (this.#observers.length > 0) this.#showOutput(line, bytes)
    line.secrets.length = 0
    line.pipe.write(bytes)
  }

  #showOutput(line: AttachedLine, bytes: Uint8Array): void {
    const shown = line.secrets.length === 0 ? bytes : bytes.slice()
    for (const { from, to } of line.secrets) shown.fill(STAR, from, to)
    for (const observer of this.#observers) observer.line(line.name, 'out', shown)
  }

  #countDropped(line: AttachedLine): void {
    line.dropped++
    this.#log.log('warn', 'URC dropped: the host does not read', { line: line.name, dropped: line.dropped })
  }

  #queue(connection: number, bytes: Uint8Array): void {
    for (const out of this.#outgoing) if (out.connection === connection) return void out.parts.push(bytes)
    this.#outgoing.push({ connection, parts: [bytes] })
  }

  #sendAll(): void {
    for (const { connection, parts } of this.#outgoing) this.#send(connection, parts)
    this.#outgoing.length = 0
  }

  #send(connection: number, parts: readonly Uint8Array[]): void {
    const bytes = parts.length === 1 ? parts[0]! : concat(parts)
    for (const observer of this.#observers) observer.connection(connection, 'out', bytes)
    const flowing = this.#connections.get(connection)?.write(bytes) ?? true
    if (!flowing) this.#inputs.push({ type: 'congested', connection, congested: true })
  }

  #dial(effect: Extract<Effect, { type: 'dial' }>): void {
    const { connection } = effect
    const events = new ConnectionInputs(connection, this.#takeFromConnection)
    this.#open.add(connection)
    const opened = this.#dialer.dial(effect, events)
    this.#connections.set(connection, opened)
    if (this.#paused) opened.pause()
  }

  /** Forgets a connection; what was to be sent on it is sent first. */
  #drop(connection: number): Connection | undefined {
    const queued = this.#outgoing.findIndex((out) => out.connection === connection)
    if (queued >= 0) this.#send(connection, this.#outgoing.splice(queued, 1)[0]!.parts)
    const known = this.#connections.get(connection)
    this.#connections.delete(connection)
    this.#open.delete(connection)
    for (const observer of this.#observers) observer.ended?.(connection)
    return known
  }

  /** Tells lines their speed, and stops reading what nobody takes: MQTT sockets while a host does not read, a line while its commands wait. */
  #regulate(): void {
    let most = 0
    for (const state of this.#state.lines) {
      const line = this.#lines.get(state.id)
      if (!line) continue
      most = Math.max(most, line.pipe.backlog() + state.heldBytes)
      line.setSpeed(state.speed)
      line.regulate(line.pipe.holdsInput ? isBusy(state) : state.typeAhead.length > typeAheadLimit)
    }
    const pause = this.#paused ? most > pauseAt / 2 : most > pauseAt
    if (pause === this.#paused) return
    this.#paused = pause
    for (const connection of this.#connections.values()) pause ? connection.pause() : connection.resume()
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
