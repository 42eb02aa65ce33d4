import type { Content } from '../at/commands/content.ts'
import { concat, copyOf, empty, textOf } from '../at/syntax/bytes.ts'
import type { ContentFinder } from '../at/syntax/content-finder.ts'

const STAR = 0x2a
/** What is longer is not kept until it is whole: all of it is stars. */
const mostHeld = 1 << 20

const types = { connect: 1, publish: 3, subscribe: 8, unsubscribe: 10 } as const
const flags = { user: 0x80, will: 0x04 } as const

/** A text or bytes of a packet. */
interface Field {
  readonly from: number
  readonly to: number
  readonly content: Content
}

/** One direction of an MQTT connection, cut anywhere, with stars for content, as many as there were bytes. */
export class PacketMask {
  readonly #finder: ContentFinder
  #held: Uint8Array = empty
  /** So many bytes of a packet that is too long. */
  #skipped = 0
  /** Bytes came that are no packet: all that follows may be anything. */
  #lost = false

  constructor(finder: ContentFinder) {
    this.#finder = finder
  }

  /** Packets that are complete. */
  take(bytes: Uint8Array): Uint8Array {
    const whole = concat([this.#held, bytes])
    let at = 0
    while (at < whole.length) {
      const next = this.#packet(whole, at)
      if (next === undefined) break
      at = next
    }
    this.#held = copyOf(whole, at)
    return whole.subarray(0, at)
  }

  /** Where the packet ends; undefined: more of it is to come. */
  #packet(bytes: Uint8Array, from: number): number | undefined {
    if (this.#lost) return starred(bytes, from, bytes.length)
    if (this.#skipped > 0) return this.#skip(bytes, from)
    const body = bodyOf(bytes, from)
    if (body === 'open') return undefined
    if (body === 'none') {
      this.#lost = true
      return starred(bytes, from, bytes.length)
    }
    if (body.to - body.from > mostHeld) {
      this.#skipped = body.to - body.from
      return body.from
    }
    if (body.to > bytes.length) return undefined
    const fields = fieldsOf(bytes[from]!, bytes.subarray(0, body.to), body.from)
    if (!fields) return starred(bytes, body.from, body.to)
    for (const field of fields) this.#hide(bytes, field)
    return body.to
  }

  #skip(bytes: Uint8Array, from: number): number {
    const to = Math.min(bytes.length, from + this.#skipped)
    this.#skipped -= to - from
    return starred(bytes, from, to)
  }

  #hide(bytes: Uint8Array, { from, to, content }: Field): void {
    if (this.#finder.hides(content)) starred(bytes, from, to)
    else
      for (const found of this.#finder.data(textOf(bytes, from, to))) starred(bytes, from + found.from, from + found.to)
  }
}

function starred(bytes: Uint8Array, from: number, to: number): number {
  bytes.fill(STAR, from, to)
  return to
}

function bodyOf(bytes: Uint8Array, start: number): { readonly from: number; readonly to: number } | 'open' | 'none' {
  const type = bytes[start]! >> 4
  if (type === 0 || type === 15) return 'none'
  let length = 0
  for (let i = 0; i < 4; i++) {
    const byte = bytes[start + 1 + i]
    if (byte === undefined) return 'open'
    length += (byte & 127) << (7 * i)
    if (byte < 128) return { from: start + 2 + i, to: start + 2 + i + length }
  }
  return 'none'
}

/** What a packet carries, its body from `at` to the end. undefined: it can't be taken apart. */
function fieldsOf(first: number, bytes: Uint8Array, at: number): readonly Field[] | undefined {
  const reader = new FieldReader(bytes, at)
  try {
    switch (first >> 4) {
      case types.connect:
        return connectFields(reader)
      case types.publish:
        return [reader.text('topics'), ...publishPayload(first, reader)]
      case types.subscribe:
        return reader.list(1)
      case types.unsubscribe:
        return reader.list(0)
      default:
        return []
    }
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function publishPayload(first: number, reader: FieldReader): readonly Field[] {
  if ((first & 0x06) !== 0) reader.skip(2)
  return [reader.rest('payloads')]
}

function connectFields(reader: FieldReader): readonly Field[] {
  reader.skip(reader.word() + 1)
  const given = reader.byte()
  reader.skip(2)
  const fields = [reader.text('identity')]
  if (given & flags.will) fields.push(reader.text('topics'), reader.text('payloads'))
  if (given & flags.user) fields.push(reader.text('identity'))
  return fields
}

/** Reads the body of a packet. Throws a `RangeError` where it is shorter than it says. */
class FieldReader {
  readonly #bytes: Uint8Array
  #at: number

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes
    this.#at = at
  }

  byte(): number {
    this.skip(1)
    return this.#bytes[this.#at - 1]!
  }

  word(): number {
    return this.byte() * 256 + this.byte()
  }

  skip(length: number): void {
    this.#at += length
    if (this.#at > this.#bytes.length) throw new RangeError('the packet is too short')
  }

  text(content: Content): Field {
    const length = this.word()
    const from = this.#at
    this.skip(length)
    return { from, to: this.#at, content }
  }

  rest(content: Content): Field {
    return { from: this.#at, to: this.#bytes.length, content }
  }

  /** Filters behind a packet identifier, each with so many bytes behind it. */
  list(behind: number): readonly Field[] {
    this.skip(2)
    const fields: Field[] = []
    while (this.#at < this.#bytes.length) {
      fields.push(this.text('topics'))
      this.skip(behind)
    }
    return fields
  }
}
