import type { Content } from '../../at/commands/content.ts'
import { bytesOf } from '../../at/syntax/bytes.ts'
import type { KnownValues } from '../../at/syntax/content-finder.ts'
import type { LineSpan } from '../../at/syntax/redact.ts'
import type { Module } from '../../module/public.ts'
import { emptyParser, parse, type Version } from '../../mqtt/public.ts'
import { connectionUnderWay, slotOf } from '../connection-under-way.ts'
import type { Direction } from '../events.ts'
import { LineViews } from '../line-views.ts'
import { MqttStream } from '../mqtt-stream.ts'
import { PacketMasks } from '../packet-masks.ts'
import { type PacketView, viewPacket } from '../packet-view.ts'
import { PacketBytes, type ShownPacket } from './packet-bytes.ts'

/** What stands on a line: as in a `LineSpan`, or data of a received message. */
export type CarriedPart = LineSpan['as'] | 'received'

export interface CarriedPacket {
  readonly connection: number
  /** The slot of its client; none: it is not known any more. */
  readonly client: number | undefined
  readonly direction: Direction
  /** One character a byte. */
  readonly bytes: string
  /** None: the bytes are no MQTT. */
  readonly packet: PacketView | undefined
}

/** Takes what goes over a module, with what it is, without its secrets. It must be quick and must not throw. */
export interface CarriedListener {
  /** `text`: one character a byte. `ends`: it is the last part of data, or of what the module writes at once. */
  line(line: string, direction: Direction, part: CarriedPart, text: string, ends: boolean): void
  packet(packet: CarriedPacket): void
  /** A host opened a line, or the last one closed it. */
  host(line: string, present: boolean): void
}

/** Watches lines and connections of a module; the returned function ends it. */
export function watchCarried(module: Module, listener: CarriedListener, leftOut: readonly Content[] = []): () => void {
  const kinds = new Set(leftOut)
  const known: KnownValues = new Map()
  const lines = new LineViews(module.state(), kinds, known)
  const masks = new PacketMasks(kinds, known)
  const connections = new Map<number, CarriedConnection>()
  const connectionOf = (connection: number): CarriedConnection => {
    const known = connections.get(connection) ?? new CarriedConnection(module, connection)
    connections.set(connection, known)
    return known
  }
  return module.observe({
    line(line, direction, bytes, spans) {
      for (const span of partsOf(spans)) {
        const text = lines.take(line, direction, bytes, [span])
        if (text !== '' || span.ends) listener.line(line, direction, span.part, text, span.ends)
      }
    },
    connection(connection, direction, bytes) {
      const about = connectionOf(connection)
      const shown = masks.take(connection, direction, bytes)
      for (const packet of about.take(direction, shown)) listener.packet({ connection, direction, ...packet })
    },
    ended(connection) {
      connections.delete(connection)
      masks.ended(connection)
    },
    host(line, present) {
      const rest = lines.forget(line)
      for (const direction of ['in', 'out'] as const)
        if (rest[direction] !== '') listener.line(line, direction, 'command', rest[direction], true)
      listener.host(line, present)
    },
  })
}

type SpanPart = LineSpan & { readonly part: CarriedPart; readonly ends: boolean }

/** Spans, cut where data of received messages begin and end. */
const partsOf = (spans: readonly LineSpan[]): readonly SpanPart[] => spans.flatMap(partsOfSpan)

function partsOfSpan(span: LineSpan): readonly SpanPart[] {
  const { received = [], as } = span
  if (received.length === 0) return [{ ...span, part: as, ends: span.ends ?? as === 'said' }]
  const parts: SpanPart[] = []
  let at = span.from
  for (const data of received) {
    if (data.from > at) parts.push({ ...span, received: [], from: at, to: data.from, part: as, ends: true })
    parts.push({ ...span, received: [data], from: data.from, to: data.to, part: 'received', ends: true })
    at = data.to
  }
  if (at < span.to) parts.push({ ...span, received: [], from: at, part: as, ends: true })
  return parts
}

/** A connection of a module: whole packets of both directions, and whose they are. */
class CarriedConnection {
  readonly #module: Module
  readonly #connection: number
  readonly #streams: Readonly<Record<Direction, MqttStream>>
  readonly #bytes: Readonly<Record<Direction, PacketBytes>>
  readonly #version: Version
  #client: number | undefined

  constructor(module: Module, connection: number) {
    this.#module = module
    this.#connection = connection
    const options = connectionUnderWay(module.state(), connection)
    this.#version = options.version
    this.#streams = { in: new MqttStream(options), out: new MqttStream(options) }
    this.#bytes = { in: new PacketBytes(options.password), out: new PacketBytes(options.password) }
    this.#streams.in.take(options.begun)
    this.#bytes.in.take(options.begun, 0)
  }

  take(direction: Direction, bytes: Uint8Array): readonly Pick<CarriedPacket, 'client' | 'bytes' | 'packet'>[] {
    this.#client = slotOf(this.#module.state(), this.#connection) ?? this.#client
    const client = this.#client
    const { packets, garbage } = this.#streams[direction].take(bytes)
    const raw = this.#bytes[direction].take(bytes, packets.length)
    const whole = packets.map((packet, i) => this.#shown(client, packet, raw[i]!))
    if (garbage === undefined) return whole
    this.#bytes[direction].clear()
    return [...whole, { client, bytes: garbage, packet: undefined }]
  }

  #shown(client: number | undefined, packet: PacketView, { bytes, masked }: ShownPacket) {
    if (!masked) return { client, bytes, packet }
    const options = { version: this.#version, maxPacketBytes: bytes.length }
    const [again] = parse(emptyParser, bytesOf(bytes), options).packets
    return { client, bytes, packet: again && viewPacket(again) }
  }
}
