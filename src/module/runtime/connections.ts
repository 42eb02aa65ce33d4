import { concat } from '../../at/syntax/bytes.ts'
import type { Connection, ConnectionEvents, Dialer, DialFailure } from '../../io/net/dialer.ts'
import type { Clock, Log } from '../../io/runtime/runtime.ts'
import type { ConnectionInput, Effect, Input } from '../core/effects.ts'
import { HalfOpenConnections } from './half-open.ts'
import { Lookups } from './lookups.ts'
import type { Observers } from './observers.ts'
import { type SilenceableDialer, silenceable } from './silenceable-dialer.ts'

type DialEffect = Extract<Effect, { type: 'dial' }>

/** The bytes that a step sends on a connection. */
interface Outgoing {
  readonly connection: number
  readonly parts: Uint8Array[]
}

export interface ConnectionsOptions {
  readonly dialer: Dialer
  readonly clock: Clock
  readonly observers: Observers
  readonly log: Log
  /** Takes the events of connections that are still open. */
  readonly take: (input: Input) => void
}

/** Of which it is known that they were named in the log. */
const mostRemarks = 1000

/** The sockets of a module, by number. The bytes that a step sends on one leave in one write. */
export class Connections {
  readonly #dialer: SilenceableDialer
  readonly #clock: Clock
  readonly #observers: Observers
  readonly #log: Log
  // Made when they are needed: a process may have thousands of idle modules.
  #remarked: Set<string> | undefined
  #halfOpen: HalfOpenConnections | undefined
  #lookups: Lookups | undefined
  readonly #take: (input: Input) => void
  readonly #connections = new Map<number, Required<Connection>>()
  /** Numbers of those that are still open; a dialer may report events before `dial` returns. */
  readonly #open = new Set<number>()
  readonly #outgoing: Outgoing[] = []
  #paused = false

  constructor({ dialer, clock, observers, log, take }: ConnectionsOptions) {
    this.#dialer = silenceable(dialer, clock)
    this.#clock = clock
    this.#observers = observers
    this.#log = log
    this.#take = take
  }

  lookup(effect: Extract<Effect, { type: 'lookup' }>): void {
    this.#lookups ??= new Lookups(this.#dialer, this.#clock, this.#take)
    this.#lookups.start(effect)
  }

  dial(effect: DialEffect): void {
    const { connection } = effect
    const events = new ConnectionInputs(connection, this)
    this.#open.add(connection)
    const opened = this.#dialer.dial(effect, events)
    this.#connections.set(connection, opened)
    if (this.#paused) opened.pause()
  }

  /** @internal An event of a connection. */
  happened(input: ConnectionInput): void {
    if (!this.#open.has(input.connection)) return
    if (input.type === 'received') this.#observers.connection(input.connection, 'in', input.bytes)
    this.#take(input)
  }

  /** @internal Once a file, or a server's certificates. */
  remarked(id: string, sentence: string): void {
    this.#remarked ??= new Set()
    if (this.#remarked.has(id) || this.#remarked.size >= mostRemarks) return
    this.#remarked.add(id)
    this.#log.log('warn', sentence)
  }

  queue(connection: number, bytes: Uint8Array): void {
    for (const out of this.#outgoing) if (out.connection === connection) return void out.parts.push(bytes)
    this.#outgoing.push({ connection, parts: [bytes] })
  }

  /** Sends what is queued. */
  flush(): void {
    if (this.#outgoing.length === 0) return
    for (const { connection, parts } of this.#outgoing) this.#send(connection, parts)
    this.#outgoing.length = 0
  }

  #send(connection: number, parts: readonly Uint8Array[]): void {
    const bytes = parts.length === 1 ? parts[0]! : concat(parts)
    this.#observers.connection(connection, 'out', bytes)
    const flowing = this.#connections.get(connection)?.write(bytes) ?? true
    if (!flowing) this.#take({ type: 'congested', connection, congested: true })
  }

  /** Forgets a connection; queued bytes are sent first. */
  drop(connection: number, told = true): Required<Connection> | undefined {
    const queued = this.#outgoing.findIndex((out) => out.connection === connection)
    if (queued >= 0) this.#send(connection, this.#outgoing.splice(queued, 1)[0]!.parts)
    const known = this.#connections.get(connection)
    this.#connections.delete(connection)
    this.#open.delete(connection)
    this.#observers.ended(connection, told)
    return known
  }

  /** Forgets a connection and leaves it half-open towards its server. */
  abandon(connection: number): void {
    const known = this.drop(connection, false)
    if (known) this.#leave(known)
  }

  /** What was closed in silence, and waits for its end, is never sent. */
  abandonReleased(): void {
    for (const released of this.#dialer.released()) this.#leave(released)
  }

  #leave(connection: Required<Connection>): void {
    this.#halfOpen ??= new HalfOpenConnections(this.#clock)
    this.#halfOpen.leave(connection)
  }

  /** Stops or resumes reading. */
  pause(paused: boolean): void {
    if (paused === this.#paused) return
    this.#paused = paused
    for (const connection of this.#connections.values()) paused ? connection.pause() : connection.resume()
  }

  get paused(): boolean {
    return this.#paused
  }

  /** While silent, no packet gets through in either direction. */
  silence(on: boolean): void {
    this.#dialer.silence(on)
  }

  /** Closes what was left half-open; forgets what was remarked, and the names that were asked for. */
  endLeft(): void {
    this.#lookups?.destroy()
    this.#halfOpen?.destroy()
    this.#remarked = undefined
  }

  /** Closes all sockets, those that were left half-open too. */
  destroy(): void {
    for (const connection of this.#connections.values()) connection.destroy()
    this.#connections.clear()
    this.#lookups?.destroy()
    this.#halfOpen?.destroy()
    this.#dialer.destroy()
  }
}

/** Turns events of a connection into inputs of the module. A class, so that thousands of connections share the methods. */
class ConnectionInputs implements ConnectionEvents {
  readonly #owner: Connections
  readonly #id: number

  constructor(id: number, owner: Connections) {
    this.#owner = owner
    this.#id = id
  }

  remarked(id: string, sentence: string): void {
    this.#owner.remarked(id, sentence)
  }

  connected(): void {
    this.#owner.happened({ type: 'connected', connection: this.#id })
  }
  failed(reason: DialFailure, detail: string): void {
    this.#owner.happened({ type: 'failed', connection: this.#id, reason, detail })
  }
  data(bytes: Uint8Array): void {
    this.#owner.happened({ type: 'received', connection: this.#id, bytes })
  }
  drained(): void {
    this.#owner.happened({ type: 'congested', connection: this.#id, congested: false })
  }
  ended(): void {
    this.#owner.happened({ type: 'ended', connection: this.#id, how: 'closed' })
  }
  reset(): void {
    this.#owner.happened({ type: 'ended', connection: this.#id, how: 'reset' })
  }
}
