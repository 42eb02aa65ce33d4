import { bytesOf, escapeBytes } from '../at/syntax/bytes.ts'
import type { LineSpan } from '../at/syntax/redact.ts'
import type { Clock } from '../io/runtime/runtime.ts'
import type { Module, Observer } from '../module/public.ts'
import { connectionUnderWay } from './connection-under-way.ts'
import { LineRedactors } from './line-redactors.ts'
import { MqttStream } from './mqtt-stream.ts'
import type { PacketView } from './packet-view.ts'

/** `in`: into the module, from the host or the server. */
export type Direction = 'in' | 'out'

/** Bytes of an AT line, escaped, secrets as `***`. What may hold a secret comes when its line is complete. */
export interface LineEvent {
  readonly event: 'line'
  /** Of the clock. */
  readonly ms: number
  readonly line: string
  readonly direction: Direction
  readonly bytes: string
}

/** A whole MQTT packet; or, escaped, bytes that are none. */
export interface MqttEvent {
  readonly event: 'mqtt'
  readonly ms: number
  /** Counts up with each connection that the module opens. */
  readonly connection: number
  readonly direction: Direction
  readonly packet?: PacketView
  readonly bytes?: string
}

export type ModuleEvent = LineEvent | MqttEvent
/** Called synchronously by the module: it must be quick and must not throw. */
export type EventListener = (event: ModuleEvent) => void

/** What a module's lines and connections carry, decoded. Costs nothing while nobody watches. */
export class EventFeed {
  readonly #module: Module
  readonly #clock: Clock
  readonly #listeners = new Set<{ readonly listener: EventListener }>()
  #stop: (() => void) | undefined

  constructor(module: Module, clock: Clock) {
    this.#module = module
    this.#clock = clock
  }

  /** The returned function ends it. */
  watch(listener: EventListener): () => void {
    const entry = { listener }
    this.#listeners.add(entry)
    this.#stop ??= this.#module.observe(new Decoder(this.#module, this.#clock, (event) => this.#tell(event)))
    return () => this.#leave(entry)
  }

  #tell(event: ModuleEvent): void {
    for (const { listener } of this.#listeners) listener(event)
  }

  #leave(entry: { readonly listener: EventListener }): void {
    this.#listeners.delete(entry)
    if (this.#listeners.size > 0) return
    this.#stop?.()
    this.#stop = undefined
  }
}

type BothWays<T> = Readonly<Record<Direction, T>>

class Decoder implements Observer {
  readonly #module: Module
  readonly #clock: Clock
  readonly #emit: EventListener
  readonly #lines: LineRedactors
  readonly #connections = new Map<number, BothWays<MqttStream>>()

  constructor(module: Module, clock: Clock, emit: EventListener) {
    this.#module = module
    this.#clock = clock
    this.#emit = emit
    this.#lines = new LineRedactors(module.state())
  }

  line(line: string, direction: Direction, bytes: Uint8Array, spans: readonly LineSpan[]): void {
    const shown = this.#lines.take(line, direction, bytes, spans)
    if (shown === '') return
    this.#emit({ event: 'line', ms: this.#clock.now(), line, direction, bytes: escapeBytes(bytesOf(shown)) })
  }

  connection(connection: number, direction: Direction, bytes: Uint8Array): void {
    const { packets, garbage } = this.#streams(connection)[direction].take(bytes)
    const about = { event: 'mqtt', ms: this.#clock.now(), connection, direction } as const
    for (const packet of packets) this.#emit({ ...about, packet })
    if (garbage) this.#emit({ ...about, bytes: garbage })
  }

  ended(connection: number): void {
    this.#connections.delete(connection)
  }

  host(line: string): void {
    this.#lines.forget(line)
  }

  #streams(connection: number): BothWays<MqttStream> {
    const known = this.#connections.get(connection)
    if (known) return known
    const options = connectionUnderWay(this.#module.state(), connection)
    const streams = { in: new MqttStream(options), out: new MqttStream(options) }
    streams.in.take(options.begun)
    this.#connections.set(connection, streams)
    return streams
  }
}
