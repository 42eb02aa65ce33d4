import { concat, view } from './bytes.ts'
import { decodeBody, firstByteFits } from './decode.ts'
import type { Packet, Version } from './packet.ts'

/** What has come of a packet that is not complete. Plain data; it never changes. */
export interface Parser {
  /** Oldest first, each longer than the next: joining them costs a byte-by-byte peer's bytes log(n) copies each. */
  readonly pieces: readonly Uint8Array[]
  /** The bytes of the pieces. */
  readonly have: number
  /** The length of the packet, fixed header included; 0 while it is not known. */
  readonly need: number
}

export interface ParseOptions {
  readonly version: Version
  /** Bound of a whole packet, fixed header included. */
  readonly maxPacketBytes: number
}

/** `malformed`: no MQTT packet of this version. `tooLarge`: longer than `maxPacketBytes`. */
export type ParseFailure = 'malformed' | 'tooLarge'

export interface Parsed {
  /** The packets completed by the chunk, also those before a failure. */
  readonly packets: readonly Packet[]
  readonly parser: Parser
  /** Not null: the stream has lost its meaning, nothing may be parsed after it. */
  readonly failure: ParseFailure | null
}

/** The parser of a stream of which nothing has come. */
export const emptyParser: Parser = { pieces: [], have: 0, need: 0 }

/**
 * Takes the next bytes of a stream, cut anywhere, of either direction. Never throws.
 * Topics and payloads of the packets are views on `chunk` where a packet lies in it as a whole: whoever keeps one for
 * long, or overwrites the chunk, copies it first. What the parser keeps is a copy, shorter than `maxPacketBytes`.
 */
export const parse = (parser: Parser, chunk: Uint8Array, options: ParseOptions): Parsed =>
  parser.have === 0 ? parseFrom([], chunk, 0, options) : resume(parser, chunk, options)

const incomplete = 0
const malformed = -1
const tooLarge = -2

const packetLength = (bytes: Uint8Array, from: number, options: ParseOptions): number => {
  if (from < bytes.length && !firstByteFits(bytes[from]!, options.version)) return malformed
  let remaining = 0
  for (let i = 1; i <= 4; i++) {
    if (from + i >= bytes.length) return incomplete
    const byte = bytes[from + i]!
    remaining |= (byte & 127) << (7 * (i - 1))
    if (byte < 128) return remaining + i + 1 > options.maxPacketBytes ? tooLarge : remaining + i + 1
  }
  return malformed
}

const decodeAt = (bytes: Uint8Array, from: number, to: number, version: Version): Packet | null => {
  let bodyAt = from + 1
  while (bytes[bodyAt++]! >= 128);
  return decodeBody(bytes[from]!, bytes, bodyAt, to, version)
}

const failed = (packets: Packet[], failure: ParseFailure): Parsed => ({ packets, parser: emptyParser, failure })

const parseFrom = (packets: Packet[], chunk: Uint8Array, start: number, options: ParseOptions): Parsed => {
  let at = start
  while (at < chunk.length) {
    const length = packetLength(chunk, at, options)
    if (length < 0) return failed(packets, length === tooLarge ? 'tooLarge' : 'malformed')
    if (length === incomplete || at + length > chunk.length) {
      return { packets, parser: keep(emptyParser, view(chunk, at, chunk.length), length), failure: null }
    }
    const packet = decodeAt(chunk, at, at + length, options.version)
    if (packet === null) return failed(packets, 'malformed')
    packets.push(packet)
    at += length
  }
  return { packets, parser: emptyParser, failure: null }
}

const resume = (parser: Parser, chunk: Uint8Array, options: ParseOptions): Parsed => {
  const need = parser.need || packetLength(concat([...parser.pieces, chunk.subarray(0, 5)]), 0, options)
  if (need < 0) return failed([], need === tooLarge ? 'tooLarge' : 'malformed')
  if (need === incomplete || parser.have + chunk.length < need) {
    return { packets: [], parser: keep(parser, chunk, need), failure: null }
  }
  const missing = need - parser.have
  const packet = decodeAt(concat([...parser.pieces, chunk.subarray(0, missing)]), 0, need, options.version)
  return packet === null ? failed([], 'malformed') : parseFrom([packet], chunk, missing, options)
}

const keep = (parser: Parser, bytes: Uint8Array, need: number): Parser => {
  if (bytes.length === 0) return parser
  let first = parser.pieces.length
  let length = bytes.length
  while (first > 0 && parser.pieces[first - 1]!.length <= length) length += parser.pieces[--first]!.length
  const pieces = [...parser.pieces.slice(0, first), concat([...parser.pieces.slice(first), bytes])]
  return { pieces, have: parser.have + bytes.length, need }
}
