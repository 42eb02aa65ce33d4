import { view } from './bytes.ts'
import { decodeConnect } from './decode-connect.ts'
import type {
  Acknowledgement,
  Connack,
  Packet,
  Publish,
  Qos,
  Suback,
  Subscribe,
  Unsubscribe,
  Version,
} from './packet.ts'
import { type FieldReader, finished, readByte, readPacketId, readQos, readTopic } from './reader.ts'

/** Is this a type, with the flags that the version allows it? 3.1 lets DUP stand where 3.1.1 reserves the bit. */
export const firstByteFits = (first: number, version: Version): boolean => {
  const type = first >> 4
  if (type === 3) return (first & 6) !== 6 && (version === 3 || (first & 14) !== 8)
  if (type === 6 || type === 8 || type === 10) return (first & (version === 3 ? 7 : 15)) === 2
  return type !== 0 && type !== 15 && (first & 15) === 0
}

/**
 * The packet whose first byte (it has to fit) is `first` and whose body is bytes `from` up to `to`; null if malformed.
 * Texts and payloads are views on `bytes`.
 */
export const decodeBody = (
  first: number,
  bytes: Uint8Array,
  from: number,
  to: number,
  version: Version,
): Packet | null =>
  first >> 4 === 3
    ? decodePublish(first, bytes, from, to)
    : decodeOther(first >> 4, { bytes, at: from, end: to, ok: true }, version)

const decodePublish = (first: number, bytes: Uint8Array, from: number, to: number): Publish | null => {
  const qos = ((first >> 1) & 3) as Qos
  const idAt = from + 2 + ((bytes[from]! << 8) | bytes[from + 1]!)
  const payloadAt = qos === 0 ? idAt : idAt + 2
  if (to - from < 2 || idAt === from + 2 || payloadAt > to) return null
  const packetId = qos === 0 ? 0 : (bytes[idAt]! << 8) | bytes[idAt + 1]!
  if (qos !== 0 && packetId === 0) return null
  const topic = view(bytes, from + 2, idAt)
  const payload = view(bytes, payloadAt, to)
  return { type: 'publish', topic, payload, qos, retain: (first & 1) !== 0, dup: (first & 8) !== 0, packetId }
}

const decodeOther = (type: number, reader: FieldReader, version: Version): Packet | null => {
  switch (type) {
    case 1:
      return decodeConnect(reader)
    case 2:
      return decodeConnack(reader, version)
    case 8:
      return decodeSubscribe(reader)
    case 9:
      return decodeSuback(reader)
    case 10:
      return decodeUnsubscribe(reader)
    case 12:
      return finished(reader, { type: 'pingreq' })
    case 13:
      return finished(reader, { type: 'pingresp' })
    case 14:
      return finished(reader, { type: 'disconnect' })
    default:
      return decodeAcknowledgement(type, reader)
  }
}

const acknowledgements: Readonly<Record<number, Acknowledgement['type']>> = {
  4: 'puback',
  5: 'pubrec',
  6: 'pubrel',
  7: 'pubcomp',
  11: 'unsuback',
}

const decodeAcknowledgement = (code: number, reader: FieldReader): Acknowledgement | null => {
  const type = acknowledgements[code]
  return type === undefined ? null : finished(reader, { type, packetId: readPacketId(reader) })
}

const decodeConnack = (reader: FieldReader, version: Version): Connack | null => {
  const flags = readByte(reader)
  if (version === 4 && flags > 1) return null
  return finished(reader, {
    type: 'connack',
    sessionPresent: version === 4 && flags === 1,
    returnCode: readByte(reader),
  })
}

const decodeSubscribe = (reader: FieldReader): Subscribe | null => {
  const packetId = readPacketId(reader)
  const filters: { filter: Uint8Array; qos: Qos }[] = []
  do filters.push({ filter: readTopic(reader), qos: readQos(reader) })
  while (reader.ok && reader.at < reader.end)
  return finished(reader, { type: 'subscribe', packetId, filters })
}

const decodeSuback = (reader: FieldReader): Suback | null => {
  const packetId = readPacketId(reader)
  const granted: number[] = []
  do granted.push(readByte(reader))
  while (reader.at < reader.end)
  reader.ok &&= granted.every((code) => code <= 2 || code === 0x80)
  return finished(reader, { type: 'suback', packetId, granted })
}

const decodeUnsubscribe = (reader: FieldReader): Unsubscribe | null => {
  const packetId = readPacketId(reader)
  const filters: Uint8Array[] = []
  do filters.push(readTopic(reader))
  while (reader.ok && reader.at < reader.end)
  return finished(reader, { type: 'unsubscribe', packetId, filters })
}
