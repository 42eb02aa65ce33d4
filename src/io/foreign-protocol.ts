import { CR, concat, empty, LF, textOf } from '../at/syntax/bytes.ts'

/** What a browser speaks on a TCP connection. A web page can make it do so to any port of this machine. */
export type ForeignProtocol = 'HTTP' | 'TLS' | 'STUN'

export interface Screened {
  /** What may be given on. */
  readonly pass: Uint8Array
  /** Nothing that comes from now on may be given on. */
  readonly foreign?: ForeignProtocol
}

/** The method of a request, a target, and the version: RFC 9112 §3. */
const request = /^[!#$%&'*+.^_`|~\w-]{1,64} \S+ HTTP\//
/** What may become one. */
const requestSoFar = /^[!#$%&'*+.^_`|~\w-]{0,64}(?: \S*(?: [HTP]{0,4})?)?$/
/** Type below 0x200, a length that is a multiple of four, the magic cookie: RFC 8489 §5. */
const stunHeader = [
  (byte: number) => byte < 2,
  () => true,
  () => true,
  (byte: number) => byte % 4 === 0,
  ...[0x21, 0x12, 0xa4, 0x42].map((cookie) => (byte: number) => byte === cookie),
]
/** The same behind its length, as ICE sends it over TCP: RFC 4571 §2. */
const framedStunHeader = [(byte: number) => byte < 6, () => true, ...stunHeader]
/** Record of a handshake, version 3.x: RFC 8446 §5.1. */
const tlsHeader = [(byte: number) => byte === 0x16, (byte: number) => byte === 3]

/** Of a first line that goes on and on, the end is enough. */
const keptCharacters = 4096

/**
 * Looks at what a TCP peer says first: at its first line, which is HTTP or is not, and at a header of TLS or STUN,
 * wherever the bytes are cut. What a person types is passed on as it comes; the end of a line that is HTTP is not, so
 * that nothing is run.
 */
export class ProtocolScreen {
  #line = ''
  #lineEnded = false
  #head: Uint8Array = empty
  /** From the end of the first line on, while the header may still be one of STUN. */
  #held: Uint8Array = empty
  #settled = false

  take(bytes: Uint8Array): Screened {
    if (this.#settled) return { pass: bytes }
    this.#head = concat([this.#head, bytes.subarray(0, framedStunHeader.length - this.#head.length)])
    if (begins(this.#head, tlsHeader) === 'yes') return { pass: empty, foreign: 'TLS' }
    if ([stunHeader, framedStunHeader].some((header) => begins(this.#head, header) === 'yes'))
      return { pass: empty, foreign: 'STUN' }
    return this.#lineEnded ? this.#hold(empty, bytes) : this.#read(bytes)
  }

  #read(bytes: Uint8Array): Screened {
    const end = bytes.findIndex((byte) => byte === CR || byte === LF)
    const typed = end < 0 ? bytes : bytes.subarray(0, end)
    if (!request.test(this.#line)) this.#line = shortened(this.#line) + textOf(typed)
    const isRequest = request.test(this.#line)
    if (end >= 0) {
      this.#lineEnded = true
      return isRequest ? { pass: typed, foreign: 'HTTP' } : this.#hold(typed, bytes.subarray(end))
    }
    this.#settled = !isRequest && !requestSoFar.test(this.#line) && !this.#hasOpenHeader()
    return { pass: typed }
  }

  /** Passes what was typed; the end of the line and what follows too, once it can't be the middle of a header. */
  #hold(typed: Uint8Array, rest: Uint8Array): Screened {
    this.#held = concat([this.#held, rest])
    if (this.#hasOpenHeader()) return { pass: typed }
    this.#settled = true
    const pass = concat([typed, this.#held])
    this.#held = empty
    return { pass }
  }

  #hasOpenHeader(): boolean {
    return [tlsHeader, stunHeader, framedStunHeader].some((header) => begins(this.#head, header) === 'open')
  }
}

/** The same beginning of a request, whose long target is not kept. */
const shortened = (line: string): string => (line.length > keptCharacters ? `GET /${line.slice(-8)}` : line)

/** Whether bytes begin with a header; `open`: they may, once more of them are there. */
function begins(bytes: Uint8Array, header: readonly ((byte: number) => boolean)[]): 'yes' | 'open' | 'no' {
  const fits = header.every((isPart, i) => i >= bytes.length || isPart(bytes[i]!))
  if (!fits) return 'no'
  return bytes.length < header.length ? 'open' : 'yes'
}
