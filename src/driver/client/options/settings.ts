import type { Random } from '../../../io/runtime/runtime.ts'
import type { TlsOptions } from '../../certificates/tls-options.ts'
import { ClientError } from '../errors.ts'
import type { QoS } from '../packets.ts'
import type { ClientOptions, QueuePolicy, Will } from './options.ts'
import { type ServerUrl, serverUrl } from './server-url.ts'
import { checkTopic } from './topics.ts'

export interface WillSettings {
  readonly topic: string
  readonly payload: Uint8Array
  readonly qos: QoS
}

/** Options with their defaults, checked against what the module can do. */
export interface ClientSettings {
  readonly server: ServerUrl
  readonly clientId: string
  readonly userName: string | undefined
  readonly password: string | Uint8Array | undefined
  readonly keepalive: number
  readonly clean: boolean
  readonly version: 3 | 4
  readonly will: WillSettings | undefined
  /** s, 20 to 120. */
  readonly opTimeout: number
  readonly reconnectPeriod: number
  readonly maxReconnectPeriod: number
  readonly reconnectOnConnackError: boolean
  readonly resubscribe: boolean
  readonly publishTimeout: number
  readonly resend: boolean
  readonly maxAttempts: number
  readonly queueQoSZero: boolean
  readonly queueLimit: number
  readonly queuePolicy: QueuePolicy
  readonly queueTimeout: number
  readonly checkPeriod: number
  readonly tls: TlsOptions
}

const defaults = {
  keepalive: 60,
  clean: true,
  protocolVersion: 4,
  connectTimeout: 30_000,
  reconnectPeriod: 1000,
  maxReconnectPeriod: 60_000,
  reconnectOnConnackError: false,
  resubscribe: true,
  publishTimeout: 60,
  resend: true,
  maxAttempts: 5,
  queueQoSZero: true,
  queueLimit: 1000,
  queuePolicy: 'reject',
  queueTimeout: Number.POSITIVE_INFINITY,
  checkPeriod: 60_000,
} as const satisfies Partial<ClientOptions>

/** The options with their defaults. Throws a `ClientError` for values that are not allowed. */
export function settingsOf(options: ClientOptions, random: Random): ClientSettings {
  refuseUnsupported(options as Readonly<Record<string, unknown>>)
  const given = withDefaults(options)
  const server = serverUrl(options.url)
  const userName = options.username ?? server.userName
  const password = options.password ?? server.password
  const opTimeout = wholeSeconds(positive('connectTimeout', given.connectTimeout))
  checkLogin(userName, password)
  return {
    server,
    clientId: checkBytes('clientId', options.clientId ?? defaultId(random), 128),
    userName,
    password,
    keepalive: inRange('keepalive', given.keepalive, 1, 64_800, 's'),
    clean: given.clean,
    version: given.protocolVersion,
    will: options.will && willOf(options.will),
    opTimeout,
    reconnectPeriod: notNegative('reconnectPeriod', given.reconnectPeriod),
    maxReconnectPeriod: notNegative('maxReconnectPeriod', given.maxReconnectPeriod),
    reconnectOnConnackError: given.reconnectOnConnackError,
    resubscribe: given.resubscribe,
    publishTimeout: inRange('publishTimeout', given.publishTimeout, 1, 180, 's'),
    resend: given.resend,
    maxAttempts: inRange('maxAttempts', given.maxAttempts, 1, 1000, 'attempts'),
    queueQoSZero: given.queueQoSZero,
    queueLimit: inRange('queueLimit', given.queueLimit, 1, 1_000_000, 'messages'),
    queuePolicy: oneOf('queuePolicy', given.queuePolicy, ['drop-oldest', 'drop-newest', 'reject']),
    queueTimeout: positive('queueTimeout', given.queueTimeout),
    checkPeriod: notNegative('checkPeriod', given.checkPeriod),
    tls: tlsOptionsOf(options, server.host, opTimeout),
  }
}

type WithDefaults = ClientOptions & { readonly [K in keyof typeof defaults]-?: NonNullable<ClientOptions[K]> }

/** An option that is `undefined` counts as left out. */
function withDefaults(options: ClientOptions): WithDefaults {
  const given = Object.entries(options).filter(([, value]) => value !== undefined && value !== null)
  return { ...defaults, ...(Object.fromEntries(given) as unknown as ClientOptions) } as WithDefaults
}

/** What MQTT.js has and the module can't, one sentence each. */
const unsupported: Readonly<Record<string, string>> = {
  handleMessage: 'Manual acknowledgements can not be: the module acknowledges before it shows a message.',
  customHandleAcks: 'Manual acknowledgements can not be: the module acknowledges before it shows a message.',
  manualAcks: 'Manual acknowledgements can not be: the module acknowledges before it shows a message.',
  properties: 'The module speaks MQTT 3.1.1 and 3.1: leave out properties, which are of 5.0.',
  authPacket: 'The module speaks MQTT 3.1.1 and 3.1: leave out authPacket, which is of 5.0.',
  incomingStore: 'The module keeps its own session: leave out incomingStore.',
  outgoingStore: 'The module keeps its own session: leave out outgoingStore.',
}

function refuseUnsupported(options: Readonly<Record<string, unknown>>): void {
  for (const [name, sentence] of Object.entries(unsupported))
    if (options[name] !== undefined && options[name] !== false) throw new ClientError('unsupported', sentence)
  const { protocolVersion = 4, keepalive } = options
  if (protocolVersion !== 3 && protocolVersion !== 4)
    throw new ClientError('unsupported', 'The module speaks MQTT 3.1.1 (protocolVersion 4) and 3.1 (3), not 5.0.')
  if (keepalive === 0)
    throw new ClientError('unsupported', 'The module can not go without keep-alive: give keepalive from 1 to 64800 s.')
}

function willOf({ topic, payload = '', qos = 0, retain = false }: Will): WillSettings {
  if (retain) throw new ClientError('unsupported', 'The module can not retain a will: leave out will.retain.')
  checkTopic(topic, 'topic')
  if (qos !== 0 && qos !== 1 && qos !== 2) throw new ClientError('invalid', `will.qos is ${qos}: give 0, 1 or 2.`)
  const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload
  if (bytes.length > 1024)
    throw new ClientError('invalid', `The will has ${bytes.length} bytes, the module takes 1024 at most.`)
  if (bytes.length === 0 && qos !== 0)
    throw new ClientError('unsupported', 'The module sends an empty will with QoS 0 only: give it a payload, or QoS 0.')
  return { topic, payload: bytes, qos }
}

function checkLogin(userName: unknown, password: unknown): void {
  if (userName !== undefined) checkBytes('username', userName, 256)
  if (password === undefined) return
  if (userName === undefined) throw new ClientError('invalid', 'The module takes a password only with a username.')
  checkBytes('password', password, 256)
}

/** A value that can stand between quotes and can't become a command. */
function checkBytes<T>(name: string, value: T, most: number): T {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value
  if (!(bytes instanceof Uint8Array)) throw new ClientError('invalid', `${name} must be a string.`)
  if (bytes.length < 1 || bytes.length > most)
    throw new ClientError('invalid', `${name} has ${bytes.length} bytes, the module takes 1 to ${most}.`)
  if (bytes.some((byte) => byte === 0x22 || byte < 0x20 || byte === 0x7f))
    throw new ClientError('invalid', `${name} holds a quote or a control character, which the line can not carry.`)
  return value
}

/** What the module's limits can be set to. */
const wholeSeconds = (ms: number): number => Math.min(120, Math.max(20, Math.ceil(ms / 1000)))

function tlsOptionsOf(options: ClientOptions, host: string, negotiateTime: number): TlsOptions {
  const { ca, cert, key, passphrase, rejectUnauthorized, servername, ignoreLocalTime } = options
  return { host, ca, cert, key, passphrase, rejectUnauthorized, servername, ignoreLocalTime, negotiateTime }
}

const defaultId = (random: Random): string =>
  `atmqtt_${Array.from({ length: 8 }, () => random.below(16).toString(16)).join('')}`

function inRange(name: string, value: number, least: number, most: number, unit: string): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new ClientError('invalid', `${name} is ${value}: give ${least} to ${most} ${unit}.`)
}

function notNegative(name: string, value: number): number {
  if (typeof value === 'number' && value >= 0) return value
  throw new ClientError('invalid', `${name} is ${value}: give milliseconds, 0 or more.`)
}

function positive(name: string, value: number): number {
  if (typeof value === 'number' && value > 0) return value
  throw new ClientError('invalid', `${name} is ${value}: give milliseconds, more than 0.`)
}

function oneOf<T extends string>(name: string, value: T, all: readonly T[]): T {
  if (all.includes(value)) return value
  throw new ClientError('invalid', `${name} is ${value}: give ${all.join(', ')}.`)
}
