import type { Connection, ConnectionEvents, Dialer, DialOptions } from '../../src/io/net/dialer.ts'
import {
  packetType,
  type RawPacket,
  readFilters,
  readPacket,
  readPublish,
  word,
  writePacket,
  writePublish,
} from './mqtt-bytes.ts'

/** A server behind a dialer, in memory: it answers within the call, and passes each message on to who subscribed. */
export class MemoryServer implements Dialer {
  /** Topics and payloads of what was published, each message once. */
  readonly published: string[] = []
  readonly dialled: DialOptions[] = []
  /** False: it takes packets and answers none. */
  answers = true
  readonly #clients: MemoryClient[] = []

  dial(options: DialOptions, events: ConnectionEvents): Connection {
    this.dialled.push(options)
    const client = new MemoryClient(this, events)
    this.#clients.push(client)
    events.connected()
    return client
  }

  /** To every client that is connected. */
  publish(topic: string, payload: string, qos: number): void {
    for (const client of this.#clients) client.deliver(topic, payload, qos)
  }

  /** Bytes as they are, to every client. */
  send(bytes: Uint8Array): void {
    for (const client of this.#clients) client.send(bytes)
  }

  /** Connections that the module has not given up. */
  get open(): number {
    return this.#clients.filter(({ over }) => !over).length
  }
}

class MemoryClient implements Connection {
  over = false
  readonly #server: MemoryServer
  readonly #events: ConnectionEvents
  #rest: Buffer = Buffer.alloc(0)
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
      if (this.#server.answers) this.#answer(packet)
    }
    return true
  }
  pause(): void {}
  resume(): void {}
  close(): void {
    this.over = true
  }
  destroy(): void {
    this.over = true
  }

  send(bytes: Uint8Array): void {
    if (!this.over) this.#events.data(bytes)
  }

  deliver(topic: string, payload: string, qos: number): void {
    const packetId = this.#nextId
    this.#nextId = (packetId % 65_535) + 1
    const packet = writePublish({ topic: Buffer.from(topic), payload: Buffer.from(payload), qos, packetId })
    if (!this.over) this.#events.data(packet)
  }

  #answer(packet: RawPacket): void {
    const { type, body } = packet
    if (type === packetType.connect) this.#send(0x20, 0, 0)
    if (type === packetType.publish) this.#take(packet)
    if (type === packetType.pubrec) this.#send(0x62, body)
    if (type === packetType.pubrel) this.#send(0x70, body)
    if (type === packetType.subscribe) this.#send(0x90, body.subarray(0, 2), readFilters(packet, 1).filters[0]!.qos)
    if (type === packetType.unsubscribe) this.#send(0xb0, body.subarray(0, 2))
    if (type === packetType.pingreq) this.#send(0xd0)
  }

  #take(packet: RawPacket): void {
    const { topic, payload, qos, packetId } = readPublish(packet)
    if (qos !== 2 || !this.#received.has(packetId)) this.#server.published.push(`${topic} ${payload}`)
    if (qos === 2) this.#received.add(packetId)
    if (qos > 0) this.#send(qos === 1 ? 0x40 : 0x50, word(packetId))
  }

  #send(first: number, ...body: readonly (number | Uint8Array)[]): void {
    if (!this.over) this.#events.data(writePacket(first, ...body))
  }
}
