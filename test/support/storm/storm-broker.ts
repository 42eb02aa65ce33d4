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

/** A connection as the server has it. */
export interface StormPeer {
  /** Bytes of a packet that is not complete. */
  rest: Buffer
  send(bytes: Uint8Array): void
  /** A newer connection of the same client takes its place. */
  takenOver(): void
}

/** Messages of QoS 1 and 2 that are on their way at once. */
const windowSize = 10

/** One session of a server, MQTT 3.1.1, without I/O: packets in, packets out. */
export class StormBroker {
  /** Payloads that were published and how often each came. */
  readonly received = new Map<string, number>()
  /** Packets that are taken and never acknowledged. */
  readonly unanswered = new Set<'publish' | 'subscribe' | 'unsubscribe'>()
  /** Filters whose SUBSCRIBE is never acknowledged. */
  readonly unansweredFilters = new Set<string>()
  readonly #topic: string
  readonly #queue: StormMessage[] = []
  readonly #inFlight: InFlight[] = []
  readonly #incoming = new Set<number>()
  #peer: StormPeer | undefined
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

  gone(peer: StormPeer): void {
    if (this.#peer === peer) this.#peer = undefined
  }

  take(bytes: Uint8Array, peer: StormPeer): void {
    peer.rest = Buffer.concat([peer.rest, bytes])
    for (let packet = readPacket(peer.rest); packet; packet = readPacket(peer.rest)) {
      peer.rest = peer.rest.subarray(packet.raw.length)
      if (packet.type === packetType.connect) this.#connect(packet, peer)
      else if (peer === this.#peer) this.#answer(packet)
    }
  }

  /** To the client: QoS 0 now or never, the others when it can. */
  publish(message: StormMessage): void {
    if (message.qos > 0) this.#queue.push(message)
    else if (this.#subscribed) this.#peer?.send(this.#packet(message, 0))
    this.#pump()
  }

  #connect({ body }: RawPacket, peer: StormPeer): void {
    this.#peer?.takenOver()
    this.#peer = peer
    if (isClean(body)) this.#forget()
    peer.send(Buffer.of(0x20, 2, this.#known ? 1 : 0, 0))
    this.#known = true
    for (const { packetId, message, released } of this.#inFlight)
      peer.send(released ? writePacket(0x62, word(packetId)) : again(this.#packet(message, packetId)))
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
    else if (type === packetType.unsubscribe) this.#unsubscribe(body)
    else if (type === packetType.pingreq) this.#peer?.send(writePacket(0xd0))
    else if (type !== packetType.disconnect) throw new Error(`a client sent a packet of type ${type}`)
  }

  #take(packet: RawPacket): void {
    const { payload, qos, packetId } = readPublish(packet)
    const text = payload.toString('latin1')
    if (qos !== 2 || !this.#incoming.has(packetId)) this.received.set(text, (this.received.get(text) ?? 0) + 1)
    if (qos === 2) this.#incoming.add(packetId)
    if (qos > 0 && !this.unanswered.has('publish'))
      this.#peer?.send(writePacket(qos === 1 ? 0x40 : 0x50, word(packetId)))
  }

  #unsubscribe(body: Buffer): void {
    if (!this.unanswered.has('unsubscribe')) this.#peer?.send(writePacket(0xb0, body.subarray(0, 2)))
  }

  #released(body: Buffer): void {
    this.#incoming.delete(body.readUInt16BE(0))
    this.#peer?.send(writePacket(0x70, body))
  }

  #subscribe(packet: RawPacket): void {
    if (this.unanswered.has('subscribe')) return
    const { packetId, filters } = readFilters(packet, 1)
    if (filters.some(({ topic }) => this.unansweredFilters.has(topic.toString()))) return
    this.#subscribed ||= filters.some(({ topic }) => topic.toString() === this.#topic)
    this.#peer?.send(writePacket(0x90, word(packetId), filters[0]!.qos))
    this.#pump()
  }

  #release(packetId: number): void {
    const entry = this.#inFlight.find((sent) => sent.packetId === packetId)
    if (entry?.message.qos === 2) entry.released = true
    this.#peer?.send(writePacket(0x62, word(packetId)))
  }

  #done(type: number, packetId: number): void {
    const index = this.#inFlight.findIndex((sent) => sent.packetId === packetId)
    const entry = this.#inFlight[index]
    if (!entry || type !== (entry.message.qos === 1 ? packetType.puback : packetType.pubcomp)) return
    this.#inFlight.splice(index, 1)
    this.#pump()
  }

  #pump(): void {
    while (this.#subscribed && this.#peer && this.#inFlight.length < windowSize && this.#queue.length > 0) {
      const message = this.#queue.shift()!
      const packetId = this.#nextId()
      this.#inFlight.push({ packetId, message, released: false })
      this.#peer.send(this.#packet(message, packetId))
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
