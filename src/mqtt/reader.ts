import { view } from './bytes.ts'

/** Reads fields one after the other; once one does not fit, `ok` is false and the rest reads as nothing. */
export interface FieldReader {
  readonly bytes: Uint8Array
  at: number
  readonly end: number
  ok: boolean
}

export const readByte = (reader: FieldReader): number => {
  if (reader.at < reader.end) return reader.bytes[reader.at++]!
  reader.ok = false
  return 0
}

export const readShort = (reader: FieldReader): number => (readByte(reader) << 8) | readByte(reader)

/** A text of any length, a view on the reader's bytes. */
export const readTextField = (reader: FieldReader): Uint8Array => {
  const from = reader.at + 2
  const to = from + readShort(reader)
  reader.ok &&= to <= reader.end
  if (!reader.ok) return new Uint8Array(0)
  reader.at = to
  return view(reader.bytes, from, to)
}

/** A text that may not be empty: a topic or a filter [MQTT-4.7.3-1]. */
export const readTopic = (reader: FieldReader): Uint8Array => {
  const topic = readTextField(reader)
  reader.ok &&= topic.length > 0
  return topic
}

/** A packet identifier, which may not be 0. */
export const readPacketId = (reader: FieldReader): number => {
  const packetId = readShort(reader)
  reader.ok &&= packetId !== 0
  return packetId
}

export const readQos = (reader: FieldReader): 0 | 1 | 2 => {
  const qos = readByte(reader)
  if (qos === 1 || qos === 2) return qos
  reader.ok &&= qos === 0
  return 0
}

/** `value` if all was read and nothing is left over, else null. */
export const finished = <T>(reader: FieldReader, value: T): T | null =>
  reader.ok && reader.at === reader.end ? value : null
