import type { Content } from '../at/commands/content.ts'
import { bytesOf, escapeBytes } from '../at/syntax/bytes.ts'
import type { KnownValues } from '../at/syntax/content-finder.ts'
import type { LineSpan } from '../at/syntax/redact.ts'
import type { Clock } from '../io/runtime/runtime.ts'
import type { Module, Observer } from '../module/public.ts'
import { connectionUnderWay } from './connection-under-way.ts'
import { LineViews } from './line-views.ts'
import { MqttStream } from './mqtt-stream.ts'
import { PacketMasks } from './packet-masks.ts'
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

/**
 * What a module's lines and connections carry, decoded, without the content that is to be left out. Costs nothing while
 * nobody watches, unless content is left out: what it is depends on what came before.
 */
export class EventFeed {
  readonly #module: Module
  readonly #clock: Clock
  readonly #leftOut: ReadonlySet<Content>
  readonly #listeners = new Set<{ readonly listener: EventListener }>()
  #stop: (() => void) | undefined

  constructor(module: Module, clock: Clock, leftOut: readonly Content[] = []) {
    this.#module = module
    this.#clock = clock
    this.#leftOut = new Set(leftOut)
    if (leftOut.length > 0) this.#begin()
  }

  /** The returned function ends it. */
  watch(listener: EventListener): () => void {
    const entry = { listener }
    this.#listeners.add(entry)
    this.#begin()
    return () => this.#leave(entry)
  }

  #begin(): void {
    const decoder = () => new Decoder(this.#module, this.#clock, this.#leftOut, (event) => this.#tell(event))
    this.#stop ??= this.#module.observe(decoder())
  }

  #tell(event: ModuleEvent): void {
    for (const { listener } of this.#listeners) listener(event)
  }

  #leave(entry: { readonly listener: EventListener }): void {
    this.#listeners.delete(entry)
    if (this.#listeners.size > 0 || this.#leftOut.size > 0) return
    this.#stop?.()
    this.#stop = undefined
  }
}

type BothWays<T> = Readonly<Record<Direction, T>>

class Decoder implements Observer {
  readonly #module: Module
  readonly #clock: Clock
  readonly #emit: EventListener
  readonly #lines: LineViews
  readonly #masks: PacketMasks
  readonly #connections = new Map<number, BothWays<MqttStream>>()

  constructor(module: Module, clock: Clock, leftOut: ReadonlySet<Content>, emit: EventListener) {
    this.#module = module
    this.#clock = clock
    this.#emit = emit
    const known: KnownValues = new Map()
    this.#lines = new LineViews(module.state(), leftOut, known)
    this.#masks = new PacketMasks(leftOut, known)
  }

  line(line: string, direction: Direction, bytes: Uint8Array, spans: readonly LineSpan[]): void {
    this.#emitLine(line, direction, this.#lines.take(line, direction, bytes, spans))
  }

  #emitLine(line: string, direction: Direction, shown: string): void {
    if (shown === '') return
    this.#emit({ event: 'line', ms: this.#clock.now(), line, direction, bytes: escapeBytes(bytesOf(shown)) })
  }

  connection(connection: number, direction: Direction, bytes: Uint8Array): void {
    const { packets, garbage } = this.#streams(connection)[direction].take(
      this.#masks.take(connection, direction, bytes),
    )
    const about = { event: 'mqtt', ms: this.#clock.now(), connection, direction } as const
    for (const packet of packets) this.#emit({ ...about, packet })
    if (garbage) this.#emit({ ...about, bytes: escapeBytes(bytesOf(garbage)) })
  }

  ended(connection: number): void {
    this.#connections.delete(connection)
    this.#masks.ended(connection)
  }

  host(line: string): void {
    const rest = this.#lines.forget(line)
    for (const direction of ['in', 'out'] as const) this.#emitLine(line, direction, rest[direction])
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
