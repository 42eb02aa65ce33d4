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
  /** It does not begin with `tcp://`, in firmware that takes it apart later: host and port are empty. */
  readonly foreign?: true
}

const form = /^tcp:\/\/(?:\[([0-9a-fA-F:.]+)\]|([^\s:/[\]"]+))(?::(\d{1,5}))?$/

/** A server address of `minBytes`–`maxBytes`; an IPv6 address stands in brackets. `foreign`: without `tcp://` too. */
export function serverAddress(minBytes: number, maxBytes: number, foreign = false): Param<ServerAddress, false> {
  const parse = foreign ? parseAnyAddress : parseServerAddress
  return {
    testForm: `(${minBytes}-${maxBytes})`,
    optional: false,
    limits: { kind: 'text', minBytes, maxBytes },
    // A short number is the code of a result.
    shape: /^(?:\d{0,2}|(?=.*[.:])(?:\w{2,6}:\/\/)?[\w.:[\]-]+\/?)$/,
    decode: (token) => {
      const bytes = copyOf(bytesOfToken(token))
      return bytes.length >= minBytes && bytes.length <= maxBytes ? parse(bytes) : undefined
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

const parseAnyAddress = (bytes: Uint8Array): ServerAddress | undefined =>
  textOf(bytes).startsWith('tcp://') ? parseServerAddress(bytes) : { text: bytes, host: '', port: 0, foreign: true }
