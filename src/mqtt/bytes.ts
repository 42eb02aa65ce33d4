const slabBytes = 16_384
const largestPiece = 2_048
const shortCopy = 48

let slab = new Uint8Array(slabBytes)
let used = 0

/** A zeroed array. Short ones are cut from a common slab, no piece of which is given out twice. */
export const allocate = (length: number): Uint8Array => {
  if (length > largestPiece) return new Uint8Array(length)
  if (used + length > slabBytes) {
    slab = new Uint8Array(slabBytes)
    used = 0
  }
  used += length
  return new Uint8Array(slab.buffer, used - length, length)
}

/** Bytes `from` up to `to`, not copied; a plain `Uint8Array` whatever `bytes` is. */
export const view = (bytes: Uint8Array, from: number, to: number): Uint8Array =>
  new Uint8Array(bytes.buffer, bytes.byteOffset + from, to - from)

/** Copies `source` to `target` and gives the index behind it. */
export const put = (target: Uint8Array, at: number, source: Uint8Array): number => {
  const { length } = source
  if (length > shortCopy) target.set(source, at)
  else for (let i = 0; i < length; i++) target[at + i] = source[i]!
  return at + length
}

/** Writes two bytes, the higher first, and gives the index behind them. */
export const putShort = (target: Uint8Array, at: number, value: number): number => {
  target[at] = value >> 8
  target[at + 1] = value
  return at + 2
}

/** One array of all. Always a copy. */
export const concat = (pieces: readonly Uint8Array[]): Uint8Array => {
  let length = 0
  for (const piece of pieces) length += piece.length
  const whole = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) at = put(whole, at, piece)
  return whole
}
