import type { Socket } from 'node:net'
import {
  type PublishFields,
  packetType,
  type RawPacket,
  readFilters,
  readPublish,
  word,
  writePacket,
  writePublish,
} from './mqtt-bytes.ts'

/** How the peer answers; by default as a correct broker does. */
export interface PeerBehaviour {
  /** A return code, no answer, FIN or RST in its place, or other bytes. */
  readonly connack?: number | 'silent' | 'close' | 'reset' | Uint8Array
  /** False: a PUBLISH gets no PUBACK, PUBREC, PUBCOMP. It is passed on all the same. */
  readonly ackPublishes?: boolean
  /** True: the PUBACK or PUBREC leaves before the message goes to subscribers. */
  readonly ackFirst?: boolean
  /** False: no SUBACK and no UNSUBACK. A number: granted for every filter, 0x80 refuses. */
  readonly suback?: false | number
  /** False: PINGREQ gets no answer. */
  readonly answerPings?: boolean
}

/** A connected client and its subscriptions. */
export interface PeerClient {
  readonly socket: Socket
  /** Granted QoS by topic, the topic's bytes in latin1. */
  readonly filters: Map<string, number>
  /** Identifiers of QoS 2 messages received and not released. */
  readonly received: Set<number>
  nextId: number
}

/** A received packet, with what its answer depends on. */
interface Exchange {
  readonly client: PeerClient
  readonly clients: readonly PeerClient[]
  readonly packet: RawPacket
  readonly how: PeerBehaviour
}

/** How the peer answers each type of packet. */
export const answers: Readonly<Record<number, (exchange: Exchange) => void>> = {
  [packetType.connect]: ({ client, how }) => connack(client.socket, how.connack ?? 0),
  [packetType.publish]: takePublish,
  [packetType.pubrec]: ({ client, packet }) => reply(client, 0x62, packet.body),
  [packetType.pubrel]: release,
  [packetType.subscribe]: subscribe,
  [packetType.unsubscribe]: unsubscribe,
  [packetType.pingreq]: ({ client, how }) => how.answerPings !== false && reply(client, 0xd0),
  [packetType.disconnect]: ({ client }) => client.socket.end(),
}

function connack(socket: Socket, how: NonNullable<PeerBehaviour['connack']>): void {
  if (how === 'silent') return
  if (how === 'close') socket.end()
  else if (how === 'reset') socket.resetAndDestroy()
  else if (typeof how === 'object') socket.write(how)
  else {
    socket.write(writePacket(0x20, 0, how))
    if (how > 0) socket.end()
  }
}

function takePublish({ client, clients, packet, how }: Exchange): void {
  const message = readPublish(packet)
  const again = message.qos === 2 && client.received.has(message.packetId)
  if (message.qos === 2) client.received.add(message.packetId)
  const acknowledge = () => {
    if (message.qos === 0 || how.ackPublishes === false) return
    reply(client, message.qos === 1 ? 0x40 : 0x50, word(message.packetId))
  }
  if (how.ackFirst) acknowledge()
  if (!again) for (const subscriber of clients) deliver(subscriber, message)
  if (!how.ackFirst) acknowledge()
}

function release({ client, packet, how }: Exchange): void {
  client.received.delete(packet.body.readUInt16BE(0))
  if (how.ackPublishes !== false) reply(client, 0x70, packet.body)
}

function deliver(client: PeerClient, { topic, payload, qos }: PublishFields): void {
  const granted = client.filters.get(topic.toString('latin1'))
  if (granted === undefined || !client.socket.writable) return
  const packetId = client.nextId
  client.nextId = (packetId % 0xffff) + 1
  client.socket.write(writePublish({ topic, payload, qos: Math.min(qos, granted), packetId }))
}

function subscribe({ client, packet, how: { suback } }: Exchange): void {
  const { packetId, filters } = readFilters(packet, 1)
  const granted = filters.map(({ qos }) => (typeof suback === 'number' ? suback : qos))
  filters.forEach(({ topic }, index) => {
    if (granted[index]! <= 2) client.filters.set(topic.toString('latin1'), granted[index]!)
  })
  if (suback !== false) reply(client, 0x90, word(packetId), Buffer.from(granted))
}

function unsubscribe({ client, packet, how: { suback } }: Exchange): void {
  const { packetId, filters } = readFilters(packet, 0)
  for (const { topic } of filters) client.filters.delete(topic.toString('latin1'))
  if (suback !== false) reply(client, 0xb0, word(packetId))
}

function reply(client: PeerClient, firstByte: number, ...body: readonly Uint8Array[]): void {
  if (client.socket.writable) client.socket.write(writePacket(firstByte, ...body))
}
