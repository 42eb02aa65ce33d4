import { concat, empty } from '../at/syntax/bytes.ts'
import type { PacketPosition } from '../io/net/packet-position.ts'

/** First byte of a packet, without its flags. */
export const packetTypes = {
  connack: 0x20,
  publish: 0x30,
  subscribe: 0x80,
  suback: 0x90,
  unsuback: 0xb0,
  pingresp: 0xd0,
} as const

/** PUBACK, PUBREC, PUBCOMP, SUBACK, UNSUBACK: what results wait for. */
export const isAcknowledgement = (packet: Uint8Array): boolean =>
  [0x40, 0x50, 0x70, 0x90, 0xb0].includes(packet[0]! & 0xf0)

/** A piece of a flow: a packet, or, when it is not `whole`, bytes of one that began before the flow was cut. */
export interface PacketPiece {
  readonly bytes: Uint8Array
  readonly whole: boolean
}

/** Cuts a flow of MQTT packets at their ends. */
export class PacketCutter {
  readonly #position: PacketPosition
  #begun: boolean
  #rest: Uint8Array = empty

  /** `position`: where the flow is now. */
  constructor(position: PacketPosition) {
    this.#position = position
    this.#begun = position.atStart
  }

  /** What is complete now. */
  take(bytes: Uint8Array): readonly PacketPiece[] {
    const pieces: PacketPiece[] = []
    for (let from = 0; from < bytes.length; ) {
      const to = this.#position.toEnd(bytes, from)
      this.#add(bytes.subarray(from, to), pieces)
      from = to
    }
    return pieces
  }

  /** What has come of a packet that is not complete. */
  rest(): Uint8Array {
    return this.#rest
  }

  #add(bytes: Uint8Array, pieces: PacketPiece[]): void {
    const { atStart } = this.#position
    if (this.#begun && !atStart) {
      this.#rest = concat([this.#rest, bytes])
      return
    }
    pieces.push({ bytes: concat([this.#rest, bytes]), whole: this.#begun })
    this.#rest = empty
    this.#begun ||= atStart
  }
}
