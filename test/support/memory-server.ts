import type { Connection, ConnectionEvents, Dialer, DialOptions } from '../../src/io/net/dialer.ts'
import type { Clock } from '../../src/io/runtime/runtime.ts'
import {
  type PublishFields,
  packetType,
  type RawPacket,
  readFilters,
  readPacket,
  readPublish,
  word,
  writePacket,
  writePublish,
} from './mqtt-bytes.ts'
import { type LastWill, readConnect } from './mqtt-connect.ts'

/** A server behind a dialer, in memory: it answers within the call. With a clock it minds keep-alives and publishes wills. */
export class MemoryServer implements Dialer {
  readonly clock: Clock | undefined
  /** Topics and payloads of what was published, each message once. */
  readonly published: string[] = []
  readonly dialled: DialOptions[] = []
  /** False: it takes packets and answers none. */
  answers = true
  /** True: it passes each message on to who subscribed to its topic. */
  passesOn = false
  readonly #clients: MemoryClient[] = []

  constructor(clock?: Clock) {
    this.clock = clock
  }

  dial(options: DialOptions, events: ConnectionEvents): Connection {
    this.dialled.push(options)
    const client = new MemoryClient(this, events)
    this.#clients.push(client)
    events.connected()
    return client
  }

  /** To every client that has subscribed to the topic, with the lower QoS of both. */
  passOn({ topic, payload, qos }: PublishFields): void {
    const name = topic.toString('latin1')
    for (const client of this.#clients) {
      const granted = client.filters.get(name)
      if (granted !== undefined) client.deliver(topic, payload, Math.min(qos, granted))
    }
  }

  /** To every client that is connected. */
  publish(topic: string, payload: string, qos: number): void {
    for (const client of this.#clients) client.deliver(Buffer.from(topic), Buffer.from(payload), qos)
  }

  /** Bytes as they are, to every client. */
  send(bytes: Uint8Array): void {
    for (const client of this.#clients) client.send(bytes)
  }

  /** Connections that the server has for open. */
  get open(): number {
    return this.#clients.filter(({ over }) => !over).length
  }
}

class MemoryClient implements Connection {
  over = false
  /** Granted QoS by topic, the topic's bytes in latin1. */
  readonly filters = new Map<string, number>()
  readonly #server: MemoryServer
  #events: ConnectionEvents | undefined
  #rest: Buffer = Buffer.alloc(0)
  #gone: () => void = () => {}
  #keepAliveMs = 0
  #will: LastWill | undefined
  #cancelLimit: () => void = () => {}
  #nextId = 100
  #received = new Set<number>()

  constructor(server: MemoryServer, events: ConnectionEvents) {
    this.#server = server
    this.#events = events
  }

  write(bytes: Uint8Array): boolean {
    this.#rest = Buffer.concat([this.#rest, bytes])
    for (let packet = readPacket(this.#rest); packet; packet = readPacket(this.#rest)) {
      this.#rest = this.#rest.subarray(packet.raw.length)
      this.#heard(packet)
      if (this.#server.answers) this.#answer(packet)
    }
    return true
  }
  pause(): void {}
  resume(): void {}
  /** The module has sent DISCONNECT. */
  close(): void {
    this.#will = undefined
    this.destroy()
  }
  destroy(): void {
    this.#events = undefined
    this.#end()
  }
  abandon(gone: () => void): void {
    this.#events = undefined
    this.#gone = gone
  }

  send(bytes: Uint8Array): void {
    if (!this.over) this.#events?.data(bytes)
  }

  /** The limit is one and a half keep-alives, from the last packet. */
  #heard({ type, body }: RawPacket): void {
    const { clock } = this.#server
    if (!clock || this.over) return
    if (type === packetType.connect) {
      const { keepAlive, will } = readConnect(body)
      this.#keepAliveMs = keepAlive * 1000
      this.#will = will
    }
    this.#cancelLimit()
    if (this.#keepAliveMs > 0) this.#cancelLimit = clock.after(1.5 * this.#keepAliveMs, () => this.#end())
  }

  #end(): void {
    if (this.over) return
    this.over = true
    this.#cancelLimit()
    if (this.#will) this.#server.published.push(`${this.#will.topic} ${this.#will.payload}`)
    this.#gone()
    this.#events?.ended()
  }

  deliver(topic: Buffer, payload: Buffer, qos: number): void {
    const packetId = this.#nextId
    this.#nextId = (packetId % 65_535) + 1
    const packet = writePublish({ topic, payload, qos, packetId })
    if (!this.over) this.#events?.data(packet)
  }

  #answer(packet: RawPacket): void {
    const { type, body } = packet
    if (type === packetType.connect) this.#send(0x20, 0, 0)
    if (type === packetType.publish) this.#take(packet)
    if (type === packetType.pubrec) this.#send(0x62, body)
    if (type === packetType.pubrel) this.#send(0x70, body)
    if (type === packetType.subscribe) this.#subscribe(packet)
    if (type === packetType.unsubscribe) this.#unsubscribe(packet)
    if (type === packetType.pingreq) this.#send(0xd0)
  }

  #subscribe(packet: RawPacket): void {
    const { packetId, filters } = readFilters(packet, 1)
    for (const { topic, qos } of filters) this.filters.set(topic.toString('latin1'), qos)
    this.#send(0x90, word(packetId), Buffer.from(filters.map(({ qos }) => qos)))
  }

  #unsubscribe(packet: RawPacket): void {
    const { packetId, filters } = readFilters(packet, 0)
    for (const { topic } of filters) this.filters.delete(topic.toString('latin1'))
    this.#send(0xb0, word(packetId))
  }

  #take(packet: RawPacket): void {
    const message = readPublish(packet)
    const { topic, payload, qos, packetId } = message
    const again = qos === 2 && this.#received.has(packetId)
    if (qos === 2) this.#received.add(packetId)
    if (!again) this.#server.published.push(`${topic} ${payload}`)
    if (!again && this.#server.passesOn) this.#server.passOn(message)
    if (qos > 0) this.#send(qos === 1 ? 0x40 : 0x50, word(packetId))
  }

  #send(first: number, ...body: readonly (number | Uint8Array)[]): void {
    if (!this.over) this.#events?.data(writePacket(first, ...body))
  }
}
