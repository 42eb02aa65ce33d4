import { concat, copyOf, empty } from '../at/bytes/bytes.ts'

/** First byte of a packet, without its flags. */
export const packetTypes = { connack: 0x20, publish: 0x30, suback: 0x90, unsuback: 0xb0, pingresp: 0xd0 } as const

/** PUBACK, PUBREC, PUBCOMP, SUBACK, UNSUBACK: what results wait for. */
export const isAcknowledgement = (packet: Uint8Array): boolean =>
  [0x40, 0x50, 0x70, 0x90, 0xb0].includes(packet[0]! & 0xf0)

/** Cuts a stream of MQTT packets at their ends. It must begin at the start of one. */
export class PacketCutter {
  #rest: Uint8Array = empty

  /** The packets that are complete now. */
  take(bytes: Uint8Array): readonly Uint8Array[] {
    let rest = this.#rest.length === 0 ? bytes : concat([this.#rest, bytes])
    const packets: Uint8Array[] = []
    for (let length = lengthOf(rest); length <= rest.length; length = lengthOf(rest)) {
      packets.push(rest.subarray(0, length))
      rest = rest.subarray(length)
    }
    this.#rest = copyOf(rest)
    return packets
  }

  /** What has come of a packet that is not complete. */
  rest(): Uint8Array {
    return this.#rest
  }
}

/** Of the first packet, header included; Infinity while its header is not there. */
function lengthOf(bytes: Uint8Array): number {
  let length = 0
  for (let at = 1; at < 5; at++) {
    const digit = bytes[at]
    if (digit === undefined) return Number.POSITIVE_INFINITY
    length += (digit & 0x7f) * 128 ** (at - 1)
    if (digit < 0x80) return at + 1 + length
  }
  return bytes.length
}
