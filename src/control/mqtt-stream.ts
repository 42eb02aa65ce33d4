import { concat, textOf } from '../at/syntax/bytes.ts'
import { KeyWatch, starred } from '../at/syntax/key-watch.ts'
import { hidden } from '../at/syntax/redact.ts'
import { emptyParser, type Parser, parse, type Version } from '../mqtt/public.ts'
import type { ConnectionUnderWay } from './connection-under-way.ts'
import { type PacketView, viewPacket } from './packet-view.ts'

/** The packets that some bytes completed, and bytes that are not MQTT, one character a byte. */
export interface Seen {
  readonly packets: readonly PacketView[]
  readonly garbage?: string
}

/** No own limit: the module disconnects a peer whose packet is too long. */
const maxPacketBytes = 1 << 28
const CONNECT = 1

/** Decodes packets cut anywhere. Behind garbage it tries again with the next bytes: one may begin in mid-stream. */
export class MqttStream {
  #parser: Parser = emptyParser
  #carry = ''
  readonly #keys = new KeyWatch()
  readonly #version: Version
  readonly #password: string

  constructor({ version, password }: Pick<ConnectionUnderWay, 'version' | 'password'>) {
    this.#version = version
    this.#password = password ? textOf(password) : ''
  }

  take(bytes: Uint8Array): Seen {
    const before = this.#parser
    const parsed = parse(before, bytes, { version: this.#version, maxPacketBytes })
    this.#parser = parsed.parser
    const packets = parsed.packets.map(viewPacket)
    if (parsed.failure === null) return { packets }
    const rest = behindPackets(concat([...before.pieces, bytes]), packets.length)
    if (rest[0]! >> 4 === CONNECT) return { packets, garbage: hidden }
    const text = textOf(rest)
    return { packets, garbage: this.#mask(starred(text, this.#keys.take(text, 'data'))) }
  }

  /** Without the password, also when it is cut: an end that may be its beginning is kept for the next bytes. */
  #mask(text: string): string {
    if (this.#password === '') return text
    const whole = (this.#carry + text).replaceAll(this.#password, hidden)
    let keep = Math.min(this.#password.length - 1, whole.length)
    while (!whole.endsWith(this.#password.slice(0, keep))) keep--
    this.#carry = whole.slice(whole.length - keep)
    return whole.slice(0, whole.length - keep)
  }
}

/** What stands behind the first `count` packets, which are well-formed. */
function behindPackets(bytes: Uint8Array, count: number): Uint8Array {
  let at = 0
  for (let i = 0; i < count; i++) {
    let remaining = 0
    let shift = 0
    do {
      remaining += (bytes[++at]! & 127) << shift
      shift += 7
    } while (bytes[at]! >= 128)
    at += 1 + remaining
  }
  return bytes.subarray(at)
}
