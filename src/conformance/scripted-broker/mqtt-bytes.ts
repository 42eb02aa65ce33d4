/** MQTT 3.1 / 3.1.1 packets as bytes. Own code on purpose: an oracle must not share code with the module that it checks. */

export interface RawPacket {
  /** 1 CONNECT … 14 DISCONNECT. */
  readonly type: number
  /** The low four bits of the first byte. */
  readonly flags: number
  readonly body: Buffer
  /** The whole packet as it came. */
  readonly raw: Buffer
}

export interface PublishFields {
  readonly topic: Buffer
  readonly payload: Buffer
  readonly qos: number
  readonly packetId: number
}

export interface SubscribeFields {
  readonly packetId: number
  readonly filters: readonly { readonly topic: Buffer; readonly qos: number }[]
}

export const packetType = {
  connect: 1,
  publish: 3,
  puback: 4,
  pubrec: 5,
  pubrel: 6,
  pubcomp: 7,
  subscribe: 8,
  unsubscribe: 10,
  pingreq: 12,
  disconnect: 14,
} as const

/** The first packet of `bytes`; undefined while it is not all there. */
export function readPacket(bytes: Buffer): RawPacket | undefined {
  let length = 0
  for (let index = 1; index < 5; index++) {
    const digit = bytes[index]
    if (digit === undefined) return undefined
    length += (digit & 0x7f) * 128 ** (index - 1)
    if (digit < 0x80) return cut(bytes, index + 1, length)
  }
  throw new Error('remaining length of more than four bytes')
}

function cut(bytes: Buffer, start: number, length: number): RawPacket | undefined {
  if (bytes.length < start + length) return undefined
  const raw = Buffer.from(bytes.subarray(0, start + length))
  return { type: raw[0]! >> 4, flags: raw[0]! & 0x0f, body: raw.subarray(start), raw }
}

export function writePacket(firstByte: number, ...body: readonly (number | Uint8Array)[]): Buffer {
  const content = Buffer.concat(body.map((part) => (typeof part === 'number' ? Buffer.of(part) : part)))
  const header = [firstByte]
  let rest = content.length
  do {
    header.push(rest < 128 ? rest : (rest % 128) | 0x80)
    rest = Math.floor(rest / 128)
  } while (rest > 0)
  return Buffer.concat([Buffer.from(header), content])
}

/** Two bytes, high one first. */
export function word(value: number): Buffer {
  return Buffer.of(value >> 8, value & 0xff)
}

export function writePublish({ topic, payload, qos, packetId }: PublishFields): Buffer {
  const id = qos > 0 ? word(packetId) : Buffer.alloc(0)
  return writePacket(0x30 | (qos << 1), word(topic.length), topic, id, payload)
}

export function readPublish({ body, flags }: RawPacket): PublishFields {
  const qos = (flags >> 1) & 3
  const end = 2 + body.readUInt16BE(0)
  const topic = body.subarray(2, end)
  if (qos === 0) return { topic, payload: body.subarray(end), qos, packetId: 0 }
  return { topic, payload: body.subarray(end + 2), qos, packetId: body.readUInt16BE(end) }
}

/** Reads SUBSCRIBE and, with `qosBytes` 0, UNSUBSCRIBE. */
export function readFilters({ body }: RawPacket, qosBytes: 0 | 1): SubscribeFields {
  const filters: { topic: Buffer; qos: number }[] = []
  for (let at = 2; at < body.length; ) {
    const end = at + 2 + body.readUInt16BE(at)
    filters.push({ topic: body.subarray(at + 2, end), qos: qosBytes ? body.readUInt8(end) : 0 })
    at = end + qosBytes
  }
  return { packetId: body.readUInt16BE(0), filters }
}
