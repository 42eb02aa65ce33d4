import { concat, copyOf, empty, textOf } from '../../at/syntax/bytes.ts'
import { withoutKeys } from '../../at/syntax/key-watch.ts'
import { ConnectMask } from '../connect-mask.ts'

const CONNECT = 1

export interface ShownPacket {
  readonly bytes: string
  /** The password of the client stood in it, and is stars. */
  readonly masked: boolean
}

/** The bytes of the packets of one direction, one character a byte: passwords as stars, private keys hidden. */
export class PacketBytes {
  readonly #password: string
  #held: Uint8Array = empty

  constructor(password: Uint8Array | undefined) {
    this.#password = password ? textOf(password) : ''
  }

  /** `count` packets are complete with these bytes. */
  take(bytes: Uint8Array, count: number): readonly ShownPacket[] {
    let rest = this.#held.length === 0 ? bytes : concat([this.#held, bytes])
    const packets = Array.from({ length: count }, () => {
      const length = packetLength(rest)
      const packet = rest.subarray(0, length)
      rest = rest.subarray(length)
      return this.#shown(packet)
    })
    this.#held = copyOf(rest)
    return packets
  }

  /** What came was no packet. */
  clear(): void {
    this.#held = empty
  }

  #shown(packet: Uint8Array): ShownPacket {
    const isConnect = packet[0]! >> 4 === CONNECT
    const text = withoutKeys(textOf(isConnect ? new ConnectMask().out(packet) : packet))
    const masked = !isConnect && this.#password !== '' && text.includes(this.#password)
    return { bytes: masked ? text.replaceAll(this.#password, '*'.repeat(this.#password.length)) : text, masked }
  }
}

function packetLength(bytes: Uint8Array): number {
  let remaining = 0
  let at = 0
  do remaining += (bytes[++at]! & 127) << (7 * (at - 1))
  while (bytes[at]! >= 128)
  return at + 1 + remaining
}
