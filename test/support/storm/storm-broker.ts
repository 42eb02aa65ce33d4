import {
  packetType,
  type RawPacket,
  readFilters,
  readPacket,
  readPublish,
  word,
  writePacket,
  writePublish,
} from '../mqtt-bytes.ts'
import type { StormMessage } from './storm-host.ts'

/** What the client has not acknowledged to its end. */
interface InFlight {
  readonly packetId: number
  readonly message: StormMessage
  released: boolean
}

/** Messages of QoS 1 and 2 that are on their way at once. */
const windowSize = 10

/** One session of a server, MQTT 3.1.1, without I/O: packets in, packets out. */
export class StormBroker {
  /** Payloads that were published and how often each came. */
  readonly received = new Map<string, number>()
  readonly #topic: string
  readonly #queue: StormMessage[] = []
  readonly #inFlight: InFlight[] = []
  readonly #incoming = new Set<number>()
  #send: ((bytes: Uint8Array) => void) | undefined
  #rest: Buffer = Buffer.alloc(0)
  #known = false
  #subscribed = false
  #lastId = 0

  constructor(topic: string) {
    this.#topic = topic
  }

  /** Messages that have not been acknowledged to their end. */
  get waiting(): number {
    return this.#queue.length + this.#inFlight.length + this.#incoming.size
  }

  opened(): void {
    this.#rest = Buffer.alloc(0)
    this.#send = undefined
  }

  gone(): void {
    this.#send = undefined
  }

  take(bytes: Uint8Array, send: (bytes: Uint8Array) => void): void {
    this.#rest = Buffer.concat([this.#rest, bytes])
    for (let packet = readPacket(this.#rest); packet; packet = readPacket(this.#rest)) {
      this.#rest = this.#rest.subarray(packet.raw.length)
      if (packet.type === packetType.connect) this.#connect(packet, send)
      else this.#answer(packet)
    }
  }

  /** To the client: QoS 0 now or never, the others when it can. */
  publish(message: StormMessage): void {
    if (message.qos > 0) this.#queue.push(message)
    else if (this.#subscribed) this.#send?.(this.#packet(message, 0))
    this.#pump()
  }

  #connect({ body }: RawPacket, send: (bytes: Uint8Array) => void): void {
    this.#send = send
    if (isClean(body)) this.#forget()
    send(Buffer.of(0x20, 2, this.#known ? 1 : 0, 0))
    this.#known = true
    for (const { packetId, message, released } of this.#inFlight)
      send(released ? writePacket(0x62, word(packetId)) : again(this.#packet(message, packetId)))
    this.#pump()
  }

  #forget(): void {
    this.#queue.length = 0
    this.#inFlight.length = 0
    this.#incoming.clear()
    this.#known = false
    this.#subscribed = false
  }

  #answer(packet: RawPacket): void {
    const { type, body } = packet
    if (type === packetType.publish) this.#take(packet)
    else if (type === packetType.puback || type === packetType.pubcomp) this.#done(type, body.readUInt16BE(0))
    else if (type === packetType.pubrec) this.#release(body.readUInt16BE(0))
    else if (type === packetType.pubrel) this.#released(body)
    else if (type === packetType.subscribe) this.#subscribe(packet)
    else if (type === packetType.unsubscribe) this.#send?.(writePacket(0xb0, body.subarray(0, 2)))
    else if (type === packetType.pingreq) this.#send?.(writePacket(0xd0))
    else if (type !== packetType.disconnect) throw new Error(`a client sent a packet of type ${type}`)
  }

  #take(packet: RawPacket): void {
    const { payload, qos, packetId } = readPublish(packet)
    const text = payload.toString('latin1')
    if (qos !== 2 || !this.#incoming.has(packetId)) this.received.set(text, (this.received.get(text) ?? 0) + 1)
    if (qos === 2) this.#incoming.add(packetId)
    if (qos > 0) this.#send?.(writePacket(qos === 1 ? 0x40 : 0x50, word(packetId)))
  }

  #released(body: Buffer): void {
    this.#incoming.delete(body.readUInt16BE(0))
    this.#send?.(writePacket(0x70, body))
  }

  #subscribe(packet: RawPacket): void {
    const { packetId, filters } = readFilters(packet, 1)
    this.#subscribed ||= filters.some(({ topic }) => topic.toString() === this.#topic)
    this.#send?.(writePacket(0x90, word(packetId), filters[0]!.qos))
    this.#pump()
  }

  #release(packetId: number): void {
    const entry = this.#inFlight.find((sent) => sent.packetId === packetId)
    if (entry?.message.qos === 2) entry.released = true
    this.#send?.(writePacket(0x62, word(packetId)))
  }

  #done(type: number, packetId: number): void {
    const index = this.#inFlight.findIndex((sent) => sent.packetId === packetId)
    const entry = this.#inFlight[index]
    if (!entry || type !== (entry.message.qos === 1 ? packetType.puback : packetType.pubcomp)) return
    this.#inFlight.splice(index, 1)
    this.#pump()
  }

  #pump(): void {
    while (this.#subscribed && this.#send && this.#inFlight.length < windowSize && this.#queue.length > 0) {
      const message = this.#queue.shift()!
      const packetId = this.#nextId()
      this.#inFlight.push({ packetId, message, released: false })
      this.#send(this.#packet(message, packetId))
    }
  }

  #nextId(): number {
    do this.#lastId = (this.#lastId % 0xffff) + 1
    while (this.#inFlight.some(({ packetId }) => packetId === this.#lastId))
    return this.#lastId
  }

  #packet({ qos, payload }: StormMessage, packetId: number): Buffer {
    return writePublish({ topic: Buffer.from(this.#topic), payload: Buffer.from(payload, 'latin1'), qos, packetId })
  }
}

/** Flags stand behind the protocol's name and level. */
const isClean = (connect: Buffer): boolean => (connect[connect.readUInt16BE(0) + 3]! & 0x02) !== 0

function again(packet: Buffer): Buffer {
  packet[0] = packet[0]! | 0x08
  return packet
}
