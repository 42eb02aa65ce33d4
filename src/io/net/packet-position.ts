/**
 * Where a flow of MQTT packets is: inside a packet, or between two. It reads the lengths in their headers and nothing
 * else, so following a flow costs a few operations a packet.
 */
export class PacketPosition {
  /** Bytes of a header that is not complete. */
  #header = 0
  #length = 0
  /** Bytes of the body that are still to come. */
  #left = 0

  /** Between two packets. */
  get atStart(): boolean {
    return this.#header === 0 && this.#left === 0
  }

  copy(): PacketPosition {
    const copy = new PacketPosition()
    copy.#header = this.#header
    copy.#length = this.#length
    copy.#left = this.#left
    return copy
  }

  /** Goes on over all of these bytes. */
  pass(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) at = this.toEnd(bytes, at)
  }

  /** Goes on, from an index, to the end of a packet or of the bytes; gives the index behind it. */
  toEnd(bytes: Uint8Array, from = 0): number {
    const at = this.#left > 0 ? from : this.#readHeader(bytes, from)
    const body = Math.min(this.#left, bytes.length - at)
    this.#left -= body
    return at + body
  }

  #readHeader(bytes: Uint8Array, from: number): number {
    let at = from
    while (at < bytes.length) {
      const byte = bytes[at++]!
      if (++this.#header === 1) continue
      this.#length += (byte & 0x7f) * 128 ** (this.#header - 2)
      if (byte >= 0x80 && this.#header < 5) continue
      this.#left = this.#length
      this.#header = this.#length = 0
      break
    }
    return at
  }
}
