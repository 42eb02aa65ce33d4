import { parseServerAddress } from '../../../at/commands/server-address.ts'
import { bytesOf } from '../../../at/syntax/bytes.ts'
import { ClientError } from '../errors.ts'

export interface ServerUrl {
  /** Name or address, IPv6 without brackets. */
  readonly host: string
  readonly port: number
  readonly secure: boolean
  /** `tcp://host:port`, as CONNECT takes it. */
  readonly address: string
  readonly userName?: string
  readonly password?: string
}

const defaultPorts = { mqtt: 1883, tcp: 1883, mqtts: 8883, ssl: 8883, tls: 8883 } as const
type Scheme = keyof typeof defaultPorts
const form = /^([a-z]+):\/\/(?:([^@/]*)@)?(\[[0-9a-fA-F:.]+\]|[^:/?#[\]@]+)(?::(\d{1,5}))?\/?$/
const longest = 256

/** Parses a URL. Not with `URL`, which repairs what it reads: only what the user wrote goes onto the line. */
export function serverUrl(url: unknown): ServerUrl {
  if (typeof url !== 'string') throw new ClientError('invalid', "Give the server's url: mqtt://host or mqtts://host.")
  const [, scheme = '', login, host = '', port] = form.exec(url) ?? []
  if (/^wss?:/.test(url))
    throw new ClientError('unsupported', 'The module does not speak MQTT over WebSocket: give mqtt:// or mqtts://.')
  if (!(scheme in defaultPorts) || host === '') throw badUrl()
  const number = port === undefined ? defaultPorts[scheme as Scheme] : Number(port)
  const address = `tcp://${host}:${number}`
  const ascii = /^[\x21-\x7e]+$/.test(address) && !address.includes('"') && address.length <= longest
  if (!ascii || !parseServerAddress(bytesOf(address))) throw badUrl()
  return {
    host: host.replace(/^\[|\]$/g, ''),
    port: number,
    secure: defaultPorts[scheme as Scheme] === 8883,
    address,
    ...loginOf(login),
  }
}

function loginOf(login: string | undefined): { userName?: string; password?: string } {
  if (login === undefined || login === '') return {}
  const colon = login.indexOf(':')
  const userName = decoded(colon < 0 ? login : login.slice(0, colon))
  return colon < 0 ? { userName } : { userName, password: decoded(login.slice(colon + 1)) }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new ClientError('invalid', 'The login in the url has a % that is followed by no two digits: write %25.')
  }
}

/** It is not shown: a login may stand in it. */
const badUrl = (): ClientError =>
  new ClientError(
    'invalid',
    'The url is none that the module can connect to: give mqtt://host:port or mqtts://host:port, the host as ASCII name or address.',
  )
