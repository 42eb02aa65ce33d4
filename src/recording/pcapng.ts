import { concat } from '../at/syntax/bytes.ts'

/** Link types of interfaces. */
export const linkTypes = {
  /** IP, without a link layer. */
  raw: 101,
  /** Private use: here bytes of an AT line. */
  user0: 147,
} as const

/** What Wireshark takes in one packet (WTAP_MAX_PACKET_SIZE_STANDARD), bytes: it refuses the whole file for a longer one. */
export const longestPacket = 262_144

export interface PacketOptions {
  /** Number of the interface: they count from 0. */
  readonly interface: number
  /** Since 1970. */
  readonly epochMs: number
  readonly direction: 'in' | 'out'
  readonly bytes: Uint8Array
}

/** Blocks of a pcapng file (draft-ietf-opsawg-pcapng), little-endian, times in µs. */

/** The first block; `application` is what wrote the file. */
export function sectionHeader(application: string): Uint8Array {
  const body = new DataView(new ArrayBuffer(16))
  body.setUint32(0, 0x1a2b3c4d, true)
  body.setUint16(4, 1, true)
  body.setUint16(6, 0, true)
  body.setBigInt64(8, -1n, true)
  return block(0x0a0d0d0a, concat([bytesIn(body), options([4, utf8(application)])]))
}

/** An interface; its number is the count of those before it. */
export function interfaceBlock(linkType: number, name: string, description: string): Uint8Array {
  const body = new DataView(new ArrayBuffer(8))
  body.setUint16(0, linkType, true)
  return block(1, concat([bytesIn(body), options([2, utf8(name)], [3, utf8(description)])]))
}

export function packetBlock({ interface: number, epochMs, direction, bytes }: PacketOptions): Uint8Array {
  const body = new DataView(new ArrayBuffer(20))
  const us = BigInt(Math.round(epochMs * 1000))
  body.setUint32(0, number, true)
  body.setUint32(4, Number(us >> 32n), true)
  body.setUint32(8, Number(us & 0xffffffffn), true)
  body.setUint32(12, bytes.length, true)
  body.setUint32(16, bytes.length, true)
  const flags = Uint8Array.of(direction === 'in' ? 1 : 2, 0, 0, 0)
  return block(6, concat([bytesIn(body), padded(bytes), options([2, flags])]))
}

function block(type: number, body: Uint8Array): Uint8Array {
  const length = 12 + body.length
  const head = new DataView(new ArrayBuffer(8))
  head.setUint32(0, type, true)
  head.setUint32(4, length, true)
  const tail = new DataView(new ArrayBuffer(4))
  tail.setUint32(0, length, true)
  return concat([bytesIn(head), body, bytesIn(tail)])
}

function options(...list: readonly (readonly [code: number, value: Uint8Array])[]): Uint8Array {
  const parts = [...list, [0, new Uint8Array(0)] as const].map(([code, value]) => {
    const head = new DataView(new ArrayBuffer(4))
    head.setUint16(0, code, true)
    head.setUint16(2, value.length, true)
    return concat([bytesIn(head), padded(value)])
  })
  return concat(parts)
}

const bytesIn = ({ buffer }: DataView): Uint8Array => new Uint8Array(buffer as ArrayBuffer)
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const padded = (bytes: Uint8Array): Uint8Array => concat([bytes, new Uint8Array((4 - (bytes.length % 4)) % 4)])
