import type { Connect, Message, Qos, Version } from './packet.ts'
import { type FieldReader, finished, readByte, readShort, readTextField, readTopic } from './reader.ts'

const text = (bytes: Uint8Array): string => String.fromCharCode(...bytes.subarray(0, 8))

const versionOf = (name: Uint8Array, level: number): Version | null => {
  if (text(name) === 'MQTT' && level === 4) return 4
  return text(name) === 'MQIsdp' && level === 3 ? 3 : null
}

const flagsAgree = (flags: number, version: Version): boolean => {
  const will = flags & 4 ? (flags & 0x18) !== 0x18 : version === 3 || (flags & 0x38) === 0
  const login = (flags & 0xc0) !== 0x40
  return will && login && (version === 3 || (flags & 1) === 0)
}

const readWill = (reader: FieldReader, flags: number): Message => {
  const topic = readTopic(reader)
  return { topic, payload: readTextField(reader), qos: ((flags >> 3) & 3) as Qos, retain: (flags & 0x20) !== 0 }
}

/** The body of a CONNECT, or null if it is malformed or of another version than 3.1 and 3.1.1. */
export const decodeConnect = (reader: FieldReader): Connect | null => {
  const name = readTextField(reader)
  const version = versionOf(name, readByte(reader))
  const flags = readByte(reader)
  if (version === null || !flagsAgree(flags, version)) return null
  const keepAlive = readShort(reader)
  const packet = {
    type: 'connect' as const,
    version,
    clientId: readTextField(reader),
    cleanSession: (flags & 2) !== 0,
    keepAlive,
    ...(flags & 4 && { will: readWill(reader, flags) }),
    ...(flags & 0x80 && { username: readTextField(reader) }),
    ...(flags & 0x40 && { password: readTextField(reader) }),
  }
  return finished(reader, packet)
}
