import { parseServerAddress } from '../../../at/commands/server-address.ts'
import { bytesOf } from '../../../at/syntax/bytes.ts'
import { ClientError } from '../errors.ts'
import type { ClientOptions } from './options.ts'
import type { Unsupported } from './unsupported.ts'

/** The server that a client connects to. */
export interface Server {
  /** Name or address, IPv6 without brackets. */
  readonly host: string
  readonly port: number
  readonly secure: boolean
  /** `tcp://host:port`, as CONNECT takes it. */
  readonly address: string
  readonly userName?: string
  readonly password?: string
  readonly clientId?: string
}

const schemes: Readonly<Record<string, 'plain' | 'secure'>> = {
  mqtt: 'plain',
  tcp: 'plain',
  mqtts: 'secure',
  ssl: 'secure',
  tls: 'secure',
}
const webSocket = /^(wss?|wxs?|alis?)$/
const form = /^([a-z]+):\/\/(?:([^@/]*)@)?(\[[0-9a-fA-F:.]+\]|[^:/?#[\]@]+)(?::(\d{1,5}))?(\/[^?#]*)?(?:\?([^#]*))?$/
const longest = 256

interface UrlParts {
  readonly scheme?: string | undefined
  readonly login?: string | undefined
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly query?: string | undefined
}

/**
 * The server of `url`, `host`, `port` and `protocol`; as with MQTT.js the single options win over the URL, and without
 * any of them it is `mqtt://localhost:1883`.
 */
export function serverOf(options: ClientOptions, unsupported: Unsupported): Server {
  const url = urlParts(options, unsupported)
  const secure = isSecure(options, url)
  const host = bracketed(options.hostname || options.host || url.host || 'localhost')
  const port = portOption(options.port) ?? url.port ?? (secure ? 8883 : 1883)
  const { clientId } = options.query ?? {}
  return {
    ...{ host: host.replace(/^\[|\]$/g, ''), port, secure, address: addressOf(host, port, options) },
    ...loginOf(url.login, decoded),
    ...loginOf(options.auth || undefined, (text) => text),
    ...clientIdOf(clientId ?? (url.query && queryClientId(url.query))),
  }
}

/** Parses a URL. Not with `URL`, which repairs what it reads: only what the user wrote goes onto the line. */
function urlParts({ url, protocol }: ClientOptions, unsupported: Unsupported): UrlParts {
  if (url === undefined || url === null || url === '') return {}
  if (typeof url !== 'string') throw new ClientError('invalid', "Give the server's url: mqtt://host or mqtts://host.")
  const [, scheme, login, host, port, path, query] = form.exec(url) ?? []
  const named = /^([a-z]+):/.exec(url)?.[1]
  if (named !== undefined && webSocket.test(named) && !protocol) throw overWebSocket()
  if (scheme === undefined || !(scheme in schemes || webSocket.test(scheme))) throw badUrl('url')
  if (path !== undefined && path !== '/')
    unsupported.leaveOut(
      'The url has a path, which is for WebSockets: the module connects to mqtt://host:port.',
      'The url has a path, which is for WebSockets: it is ignored, as by MQTT.js.',
    )
  return { scheme, login, host, port: port === undefined ? undefined : Number(port), query }
}

/** As with MQTT.js, a certificate and a key make `mqtt` secure. */
function isSecure(options: ClientOptions, url: UrlParts): boolean {
  const scheme = options.protocol ? String(options.protocol).replace(/:$/, '') : (url.scheme ?? 'mqtt')
  if (webSocket.test(scheme)) throw overWebSocket()
  const kind = Object.hasOwn(schemes, scheme) ? schemes[scheme] : undefined
  if (!kind) throw new ClientError('invalid', `protocol is ${scheme}: give mqtt or mqtts.`)
  return kind === 'secure' || (scheme === 'mqtt' && Boolean(options.cert) && Boolean(options.key))
}

/** A number, also as text, is the server's; anything else says where the module is. */
function portOption(port: unknown): number | undefined {
  if (typeof port !== 'number' && !(typeof port === 'string' && /^\d+$/.test(port))) return undefined
  if (Number(port) === 0) return undefined
  if (Number.isInteger(Number(port)) && Number(port) > 0 && Number(port) < 65_536) return Number(port)
  throw new ClientError('invalid', `port is ${port}: give the port of the server, 1 to 65535.`)
}

const bracketed = (host: string): string => (/^[^[\]]*:[^[\]]*:/.test(host) ? `[${host}]` : host)

function addressOf(host: string, port: number, { host: single, hostname }: ClientOptions): string {
  const address = `tcp://${host}:${port}`
  const ascii = /^[\x21-\x7e]+$/.test(address) && !/["/@]/.test(host) && address.length <= longest
  if (ascii && parseServerAddress(bytesOf(address))) return address
  throw badUrl(single || hostname ? 'host' : 'url')
}

type Login = Pick<Server, 'userName' | 'password'>

function loginOf(login: string | undefined, text: (written: string) => string): Login {
  if (login === undefined || login === '') return {}
  const colon = login.indexOf(':')
  const userName = text(colon < 0 ? login : login.slice(0, colon))
  return colon < 0 ? { userName } : { userName, password: text(login.slice(colon + 1)) }
}

const queryClientId = (query: string): string | undefined => {
  const [, clientId] = /(?:^|&)clientId=([^&]*)/.exec(query) ?? []
  return clientId === undefined ? undefined : decoded(clientId)
}

const clientIdOf = (clientId: unknown): Pick<Server, 'clientId'> =>
  typeof clientId === 'string' && clientId !== '' ? { clientId } : {}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new ClientError('invalid', 'The login in the url has a % that is followed by no two digits: write %25.')
  }
}

const overWebSocket = (): ClientError =>
  new ClientError(
    'unsupported',
    'The module does not speak MQTT over WebSocket: give mqtt:// or mqtts://, with the port of the server for MQTT. The option path says where the module is.',
  )

/** It is not shown: a login may stand in it. */
const badUrl = (what: 'url' | 'host'): ClientError =>
  new ClientError(
    'invalid',
    `The ${what} is none that the module can connect to: give mqtt://host:port or mqtts://host:port, the host as ASCII name or address.`,
  )
