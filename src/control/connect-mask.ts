import { concat, copyOf, empty } from '../at/syntax/bytes.ts'

const STAR = 0x2a
const CONNECT = 1
const passwordFlag = 0x40
const userFlag = 0x80
const willFlag = 0x04

/** Bytes of one connection with the password of its CONNECT as stars of the same number, cut anywhere. */
export class ConnectMask {
  #held: Uint8Array | undefined = empty
  #password: Uint8Array
  #carry = empty

  /** `password`: where it is known; a CONNECT that goes out tells it too. */
  constructor(password = empty) {
    this.#password = password
  }

  /** What can be shown now of what the module sends: CONNECT when it is whole. */
  out(bytes: Uint8Array): Uint8Array {
    if (!this.#held) return bytes
    const whole = concat([this.#held, bytes])
    const place = passwordPlace(whole)
    this.#held = place === 'incomplete' ? whole : undefined
    if (place === 'incomplete') return empty
    if (!place) return whole
    const shown = copyOf(whole)
    this.#password = copyOf(whole, place.from, place.to)
    shown.fill(STAR, place.from, place.to)
    return shown
  }

  /** The same of what the server sends: it may send the password back. An end that may be its beginning is kept. */
  in(bytes: Uint8Array): Uint8Array {
    const { length } = this.#password
    if (length === 0) return bytes
    const whole = concat([this.#carry, bytes])
    for (let at = 0; at + length <= whole.length; at++)
      if (beginsWith(whole.subarray(at), this.#password)) whole.fill(STAR, at, at + length)
    let keep = Math.min(length - 1, whole.length)
    while (keep > 0 && !beginsWith(this.#password, whole.subarray(whole.length - keep))) keep--
    this.#carry = copyOf(whole, whole.length - keep)
    return whole.subarray(0, whole.length - keep)
  }
}

const beginsWith = (bytes: Uint8Array, start: Uint8Array): boolean =>
  start.length <= bytes.length && start.every((byte, i) => byte === bytes[i])

interface Place {
  readonly from: number
  readonly to: number
}

/** Where the password of a CONNECT stands; undefined: there is none, or this is no CONNECT. */
function passwordPlace(bytes: Uint8Array): Place | 'incomplete' | undefined {
  if (bytes.length === 0) return 'incomplete'
  if (bytes[0]! >> 4 !== CONNECT) return undefined
  const body = bodyOf(bytes)
  if (!body || body.to > bytes.length) return 'incomplete'
  const word = (at: number): number => (bytes[at]! << 8) | bytes[at + 1]!
  const behindText = (at: number): number => at + 2 + word(at)
  const behindName = behindText(body.from)
  const flags = bytes[behindName + 1]!
  if (!(flags & passwordFlag)) return undefined
  let at = behindText(behindName + 4)
  if (flags & willFlag) at = behindText(behindText(at))
  if (flags & userFlag) at = behindText(at)
  return { from: at + 2, to: Math.min(behindText(at), body.to) }
}

function bodyOf(bytes: Uint8Array): Place | undefined {
  let length = 0
  for (let at = 1; at < Math.min(bytes.length, 5); at++) {
    length += (bytes[at]! & 127) << (7 * (at - 1))
    if (bytes[at]! < 128) return { from: at + 1, to: at + 1 + length }
  }
  return undefined
}
