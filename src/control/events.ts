import { bytesOf, escapeBytes, textOf } from '../at/syntax/bytes.ts'
import { LineRedactor } from '../at/syntax/redact.ts'
import type { Clock } from '../io/runtime/runtime.ts'
import type { ClientSlot, ModuleState } from '../module/core/state.ts'
import { connectionOf, sessionOf } from '../module/mqtt-service/clients.ts'
import type { Module, Observer } from '../module/public.ts'
import { MqttStream, type StreamOptions } from './mqtt-stream.ts'
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
  readonly #lines: Map<string, BothWays<LineRedactor>>
  readonly #connections = new Map<number, BothWays<MqttStream>>()

  constructor(module: Module, clock: Clock, emit: EventListener) {
    this.#module = module
    this.#clock = clock
    this.#emit = emit
    this.#lines = linesUnderWay(module.state())
  }

  line(line: string, direction: Direction, bytes: Uint8Array): void {
    const redactors = this.#lines.get(line) ?? freshRedactors()
    this.#lines.set(line, redactors)
    const shown = redactors[direction].take(textOf(bytes))
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

  /** A half-typed line of the last host is dropped: the next host starts a new one. */
  host(line: string): void {
    this.#lines.delete(line)
  }

  #streams(connection: number): BothWays<MqttStream> {
    const known = this.#connections.get(connection)
    if (known) return known
    const clients = clientsOf(this.#module.state())
    const options = streamOptions(clients.find((client) => connectionOf(client) === connection))
    const streams = { in: new MqttStream(options), out: new MqttStream(options) }
    this.#connections.set(connection, streams)
    return streams
  }
}

const freshRedactors = (): BothWays<LineRedactor> => ({ in: new LineRedactor('in'), out: new LineRedactor('out') })

/** Someone who starts watching while a line is half typed must not see the second half of a secret in it. */
function linesUnderWay({ lines }: ModuleState): Map<string, BothWays<LineRedactor>> {
  return new Map(
    lines.map(({ name, settings, scan }) => {
      const redactors = freshRedactors()
      redactors.in.take(textOf(scan.partial))
      if (settings.echo) redactors.out.take(textOf(scan.partial))
      return [name, redactors]
    }),
  )
}

const clientsOf = ({ service: { mqtt } }: ModuleState): readonly ClientSlot[] =>
  mqtt.kind === 'started' ? mqtt.clients : []

function streamOptions(client: ClientSlot | undefined): StreamOptions {
  if (client?.kind !== 'connecting' && client?.kind !== 'connected') return { version: 4 }
  const { request } = client.kind === 'connecting' ? client.attempt : client.connection
  return { version: sessionOf(client)?.limits.version ?? client.acquired.config.version, password: request.password }
}
