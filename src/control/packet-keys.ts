import { copyOf, textOf } from '../at/syntax/bytes.ts'
import { KeyWatch } from '../at/syntax/key-watch.ts'

const STAR = 0x2a
/** Of the remaining length of a packet. */
const mostLengthBytes = 4

/** One direction of a connection with private keys in its packets as stars of the same number, cut anywhere. */
export class PacketKeys {
  /** The fixed header so far. */
  #header: number[] = []
  /** Of the packet under way. */
  #left = 0
  #watch = new KeyWatch()

  take(bytes: Uint8Array): Uint8Array {
    let shown = bytes
    for (let at = 0; at < bytes.length; ) {
      const end = this.#left > 0 ? Math.min(bytes.length, at + this.#left) : at + 1
      if (this.#left === 0) this.#fixedHeader(bytes[at]!)
      else shown = this.#body(shown, bytes, at, end)
      at = end
    }
    return shown
  }

  #fixedHeader(byte: number): void {
    this.#header.push(byte)
    const [, ...length] = this.#header
    if (length.length === 0 || (byte >= 128 && length.length < mostLengthBytes)) return
    // What is no MQTT has no end.
    const isPacket = byte < 128
    this.#left = isPacket ? length.reduce((sum, part, i) => sum + (part & 127) * 128 ** i, 0) : Number.POSITIVE_INFINITY
    this.#header = []
    this.#watch = new KeyWatch()
  }

  #body(shown: Uint8Array, bytes: Uint8Array, from: number, to: number): Uint8Array {
    this.#left -= to - from
    const ranges = this.#watch.take(textOf(bytes, from, to), 'data')
    if (ranges.length === 0) return shown
    const masked = shown === bytes ? copyOf(bytes) : shown
    for (const range of ranges) masked.fill(STAR, range.from + from, range.to + from)
    return masked
  }
}
