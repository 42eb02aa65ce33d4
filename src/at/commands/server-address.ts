import { copyOf, textOf } from '../syntax/bytes.ts'
import { bytesOfToken } from '../syntax/parse-line.ts'
import { encodeText, type Param } from './param.ts'

/** `tcp://host[:port]` of CONNECT, taken apart (§2.2.8). */
export interface ServerAddress {
  /** As typed. */
  readonly text: Uint8Array
  /** DNS name, IPv4 address, or IPv6 address without its brackets. */
  readonly host: string
  /** 1–65535; 1883 where none is given, TLS included. */
  readonly port: number
}

const form = /^tcp:\/\/(?:\[([0-9a-fA-F:.]+)\]|([^\s:/[\]"]+))(?::(\d{1,5}))?$/

/** A server address of `minBytes`–`maxBytes`; an IPv6 address stands in brackets. */
export function serverAddress(minBytes: number, maxBytes: number): Param<ServerAddress, false> {
  return {
    testForm: `(${minBytes}-${maxBytes})`,
    optional: false,
    limits: { kind: 'text', minBytes, maxBytes },
    shape: /^[^@]*$/,
    decode: (token) => {
      const bytes = copyOf(bytesOfToken(token))
      return bytes.length >= minBytes && bytes.length <= maxBytes ? parseServerAddress(bytes) : undefined
    },
    encode: (address) => encodeText(address.text, minBytes, maxBytes),
  }
}

export function parseServerAddress(bytes: Uint8Array): ServerAddress | undefined {
  const match = form.exec(textOf(bytes))
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3] ?? 1883)
  return host === undefined || port < 1 || port > 65_535 ? undefined : { text: bytes, host, port }
}
