import type { TrafficKind } from '../metrics/snapshot.ts'

/** Told bytes of the TCP connection, and of how many packets (or handshakes) they are the beginning. */
export type TrafficTold = (kind: TrafficKind, bytes: number, begun: number) => void

const kinds: Readonly<Record<number, TrafficKind>> = {
  1: 'connection',
  2: 'connection',
  12: 'keepAlive',
  13: 'keepAlive',
  14: 'connection',
}
/** CONNECT, PINGREQ, PUBLISH: what an exchange begins with. */
const begins = new Set([1, 3, 12])

/** Says of what the bytes of a connection are, by its MQTT packets. */
export class TrafficMeter {
  readonly #tell: TrafficTold
  #counted = 0
  /** Bytes of a packet that are still to come, by direction. */
  readonly #left = { sent: 0, received: 0 }
  #kind: TrafficKind = 'connection'

  constructor(tell: TrafficTold) {
    this.#tell = tell
  }

  /** `wire`: bytes of the TCP connection until now, both directions. */
  handshake(wire: number): void {
    this.#counted = wire
    if (wire > 0) this.#tell('handshake', wire, 1)
  }

  /** Of packets that come in one piece the first one's kind counts. `wire`: undefined, where nothing counts it. */
  passed(bytes: Uint8Array, direction: 'sent' | 'received', wire: number | undefined): void {
    const begun = this.#packets(bytes, direction)
    const more = wire === undefined ? bytes.length : wire - this.#counted
    this.#counted += more
    this.#tell(this.#kind, more, begun)
  }

  /** How many exchanges begin in the piece. */
  #packets(bytes: Uint8Array, direction: 'sent' | 'received'): number {
    let begun = 0
    let at = this.#left[direction]
    for (let isFirst = at === 0; at < bytes.length; isFirst = false) {
      const type = bytes[at]! >> 4
      if (isFirst) this.#kind = kinds[type] ?? 'message'
      if (begins.has(type)) begun++
      at = endOf(bytes, at)
    }
    this.#left[direction] = at - bytes.length
    return begun
  }
}

/** Where the packet that begins at `at` ends. */
function endOf(bytes: Uint8Array, at: number): number {
  let [length, place] = [0, at + 1]
  for (let factor = 1; place < bytes.length; factor *= 128) {
    const byte = bytes[place++]!
    length += (byte & 0x7f) * factor
    if (byte < 0x80) break
  }
  return place + length
}
