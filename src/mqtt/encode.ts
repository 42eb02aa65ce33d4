import { allocate, put, putShort } from './bytes.ts'
import type { Acknowledgement, Connack, Connect, Packet, Publish, Suback, Subscribe, Unsubscribe } from './packet.ts'

const longestText = 65_535
const longestRemaining = 268_435_455
const protocolNames = { 3: Uint8Array.from([77, 81, 73, 115, 100, 112]), 4: Uint8Array.from([77, 81, 84, 84]) } as const
const firstBytes = {
  puback: 0x40,
  pubrec: 0x50,
  pubrel: 0x62,
  pubcomp: 0x70,
  unsuback: 0xb0,
  pingreq: 0xc0,
  pingresp: 0xd0,
  disconnect: 0xe0,
} as const

/** Type and flags of an acknowledgement: its first byte. */
export const firstByteOf = (type: Acknowledgement['type']): number => firstBytes[type]

/**
 * The bytes of a packet, in the form of its version (only CONNECT differs). A short packet is a view on a slab that
 * other packets share: write it out, do not reach for its `buffer`. Values are written as they are, legal or not.
 * Throws `RangeError`: a text over 65,535 bytes, or a packet over 268,435,455 behind its fixed header.
 */
export const encode = (packet: Packet): Uint8Array => {
  switch (packet.type) {
    case 'publish':
      return encodePublish(packet)
    case 'connect':
      return encodeConnect(packet)
    case 'connack':
      return encodeConnack(packet)
    case 'subscribe':
      return encodeSubscribe(packet)
    case 'suback':
      return encodeSuback(packet)
    case 'unsubscribe':
      return encodeUnsubscribe(packet)
    case 'pingreq':
    case 'pingresp':
    case 'disconnect':
      return frame(firstBytes[packet.type], 0)
    default:
      return encodeAcknowledgement(packet)
  }
}

const lengthBytes = (remaining: number): number =>
  remaining < 128 ? 1 : remaining < 16_384 ? 2 : remaining < 2_097_152 ? 3 : 4

const frame = (firstByte: number, remaining: number): Uint8Array => {
  if (remaining > longestRemaining) throw new RangeError(`An MQTT packet of ${remaining} bytes: too long to be sent`)
  const bytes = allocate(1 + lengthBytes(remaining) + remaining)
  bytes[0] = firstByte
  let at = 1
  for (let rest = remaining; ; rest >>>= 7) {
    bytes[at++] = rest < 128 ? rest : (rest & 127) | 128
    if (rest < 128) return bytes
  }
}

const textSize = (text: Uint8Array): number => {
  if (text.length > longestText)
    throw new RangeError(`A text of ${text.length} bytes: MQTT has room for ${longestText}`)
  return 2 + text.length
}

const putText = (bytes: Uint8Array, at: number, text: Uint8Array): number =>
  put(bytes, putShort(bytes, at, text.length), text)

const encodePublish = (packet: Publish): Uint8Array => {
  const { topic, payload, qos } = packet
  const remaining = textSize(topic) + (qos === 0 ? 0 : 2) + payload.length
  const bytes = frame(0x30 | (packet.dup ? 8 : 0) | (qos << 1) | (packet.retain ? 1 : 0), remaining)
  let at = putText(bytes, bytes.length - remaining, topic)
  if (qos !== 0) at = putShort(bytes, at, packet.packetId)
  put(bytes, at, payload)
  return bytes
}

const encodeAcknowledgement = (packet: Acknowledgement): Uint8Array => {
  const bytes = frame(firstBytes[packet.type], 2)
  putShort(bytes, 2, packet.packetId)
  return bytes
}

const connectFlags = ({ cleanSession, will, username, password }: Connect): number =>
  (cleanSession ? 2 : 0) |
  (will ? 4 | (will.qos << 3) | (will.retain ? 0x20 : 0) : 0) |
  (password ? 0x40 : 0) |
  (username ? 0x80 : 0)

const encodeConnect = (packet: Connect): Uint8Array => {
  const name = protocolNames[packet.version]
  const texts = [packet.clientId, packet.will?.topic, packet.will?.payload, packet.username, packet.password]
  const present = texts.filter((text) => text !== undefined)
  const remaining = present.reduce((sum, text) => sum + textSize(text), textSize(name) + 4)
  const bytes = frame(0x10, remaining)
  let at = putText(bytes, bytes.length - remaining, name)
  bytes[at] = packet.version
  bytes[at + 1] = connectFlags(packet)
  at = putShort(bytes, at + 2, packet.keepAlive)
  for (const text of present) at = putText(bytes, at, text)
  return bytes
}

const encodeConnack = (packet: Connack): Uint8Array => {
  const bytes = frame(0x20, 2)
  bytes[2] = packet.sessionPresent ? 1 : 0
  bytes[3] = packet.returnCode
  return bytes
}

const encodeSubscribe = (packet: Subscribe): Uint8Array => {
  const remaining = packet.filters.reduce((sum, { filter }) => sum + textSize(filter) + 1, 2)
  const bytes = frame(0x82, remaining)
  let at = putShort(bytes, bytes.length - remaining, packet.packetId)
  for (const { filter, qos } of packet.filters) {
    at = putText(bytes, at, filter)
    bytes[at++] = qos
  }
  return bytes
}

const encodeSuback = (packet: Suback): Uint8Array => {
  const remaining = 2 + packet.granted.length
  const bytes = frame(0x90, remaining)
  bytes.set(packet.granted, putShort(bytes, bytes.length - remaining, packet.packetId))
  return bytes
}

const encodeUnsubscribe = (packet: Unsubscribe): Uint8Array => {
  const remaining = packet.filters.reduce((sum, filter) => sum + textSize(filter), 2)
  const bytes = frame(0xa2, remaining)
  let at = putShort(bytes, bytes.length - remaining, packet.packetId)
  for (const filter of packet.filters) at = putText(bytes, at, filter)
  return bytes
}
