import type { Random } from '../../../io/runtime/runtime.ts'
import type { TlsOptions } from '../../certificates/tls-options.ts'
import { ClientError } from '../errors.ts'
import { checkBytes, inRange, notNegative, oneOfTexts, positive } from './checks.ts'
import { newClientId } from './client-id.ts'
import { unknownOption, unknownOptions, version5Options } from './known-options.ts'
import type { ClientOptions, QueuePolicy } from './options.ts'
import { type Server, serverOf } from './server-url.ts'
import { Unsupported } from './unsupported.ts'
import { type WillSettings, willOf } from './will.ts'

/** Options with their defaults, checked against what the module can do. */
export interface ClientSettings {
  readonly server: Server
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
  queueLimit: 10_000,
  queuePolicy: 'reject',
  queueTimeout: Number.POSITIVE_INFINITY,
  checkPeriod: 60_000,
} as const satisfies Partial<ClientOptions>

/** The options with their defaults. `address`: of the port, for the client ID. Throws a `ClientError` for values that are not allowed. */
export function settingsOf(
  options: ClientOptions,
  { random, address }: { readonly random: Random; readonly address?: string | undefined },
  unsupported: Unsupported,
): ClientSettings {
  const given = withDefaults(options)
  const server = serverOf(options, unsupported)
  const login = loginOf(options, server)
  const givenId = options.clientId || server.clientId
  const clientId = checkBytes('clientId', givenId || newClientId(options.clean, random, address), 128)
  const opTimeout = wholeSeconds(positive('connectTimeout', given.connectTimeout))
  storesOf(options, unsupported)
  return {
    ...{ server, clientId, ...login, opTimeout },
    keepalive: keepaliveOf(given.keepalive, unsupported),
    clean: given.clean,
    version: versionOf(given.protocolVersion),
    will: options.will ? willOf(options.will, unsupported) : undefined,
    reconnectPeriod: notNegative('reconnectPeriod', given.reconnectPeriod),
    maxReconnectPeriod: notNegative('maxReconnectPeriod', given.maxReconnectPeriod),
    reconnectOnConnackError: given.reconnectOnConnackError,
    resubscribe: given.resubscribe,
    publishTimeout: inRange('publishTimeout', given.publishTimeout, 1, 180, 's'),
    resend: given.resend,
    maxAttempts: inRange('maxAttempts', given.maxAttempts, 1, 1000, 'attempts'),
    queueQoSZero: given.queueQoSZero,
    queueLimit: inRange('queueLimit', given.queueLimit, 1, 1_000_000, 'messages'),
    queuePolicy: oneOfTexts('queuePolicy', given.queuePolicy, ['drop-oldest', 'drop-newest', 'reject']),
    queueTimeout: positive('queueTimeout', given.queueTimeout),
    checkPeriod: notNegative('checkPeriod', given.checkPeriod),
    tls: tlsOptionsOf(options, server.host, opTimeout),
  }
}

/** Throws for a server that can't be. Told first: a program for WebSockets has to know that, and not that it lacks a module. */
export const checkServer = (options: ClientOptions): void => void serverOf(options, new Unsupported('warn', () => {}))

/** Throws for names that are not allowed, and tells those that have no effect. `known`: all that have one. */
export function checkOptionNames(options: object, known: readonly string[], unsupported: Unsupported): void {
  const { tuning, unknown } = unknownOptions(options, known)
  unsupported.leaveOut5(options, version5Options)
  if (tuning.length > 0)
    unsupported.tell(`${tuning.join(', ')}: these options tune what is not here, and have no effect.`)
  const [first] = unknown
  if (first === undefined) return
  if (unsupported.policy === 'throw') throw unknownOption(first, 'leave it out.')
  unsupported.tell(`${unknown.join(', ')}: there are no such options, and they have no effect.`)
}

type WithDefaults = ClientOptions & { readonly [K in keyof typeof defaults]-?: NonNullable<ClientOptions[K]> }

/** An option that is `undefined` counts as left out. */
function withDefaults(options: ClientOptions): WithDefaults {
  const given = Object.entries(options).filter(([, value]) => value !== undefined && value !== null)
  return { ...defaults, ...(Object.fromEntries(given) as unknown as ClientOptions) } as WithDefaults
}

const versions: ReadonlySet<unknown> = new Set([3, 4])

function versionOf(version: 3 | 4): 3 | 4 {
  if (versions.has(version)) return version
  throw new ClientError('unsupported', 'The module speaks MQTT 3.1.1 (protocolVersion 4) and 3.1 (3), not 5.0.')
}

const longestKeepalive = 64_800
const longestInMqtt = 65_535

function keepaliveOf(keepalive: number, unsupported: Unsupported): number {
  if (keepalive !== 0 && !(keepalive > longestKeepalive && keepalive <= longestInMqtt))
    return inRange('keepalive', keepalive, 1, longestKeepalive, 's')
  const what = keepalive === 0 ? 'go without keep-alive' : `wait ${keepalive} s between its keep-alives`
  unsupported.leaveOut(
    `The module can not ${what}: give keepalive from 1 to ${longestKeepalive} s.`,
    `The module can not ${what}: ${longestKeepalive} s are taken, the longest. A connection that is dead may be noticed as late.`,
  )
  return longestKeepalive
}

function storesOf({ incomingStore, outgoingStore }: ClientOptions, unsupported: Unsupported): void {
  if (!incomingStore && !outgoingStore) return
  unsupported.leaveOut(
    'The module keeps its own session: leave out incomingStore and outgoingStore.',
    'The module keeps its own session: incomingStore and outgoingStore are not used. What waits is lost when the process ends.',
  )
}

function loginOf({ username, password }: ClientOptions, server: Server): Pick<ClientSettings, 'userName' | 'password'> {
  const userName = (username || server.userName) ?? undefined
  const secret = (password?.length ? password : server.password) ?? undefined
  if (userName !== undefined) checkBytes('username', userName, 256)
  if (secret === undefined) return { userName, password: undefined }
  if (userName === undefined) throw new ClientError('invalid', 'The module takes a password only with a username.')
  return { userName, password: checkBytes('password', secret, 256) }
}

/** What the module's limits can be set to. */
const wholeSeconds = (ms: number): number => Math.min(120, Math.max(20, Math.ceil(ms / 1000)))

function tlsOptionsOf(options: ClientOptions, host: string, negotiateTime: number): TlsOptions {
  const { ca, cert, key, passphrase, rejectUnauthorized, servername, ignoreLocalTime } = options
  return { host, ca, cert, key, passphrase, rejectUnauthorized, servername, ignoreLocalTime, negotiateTime }
}
