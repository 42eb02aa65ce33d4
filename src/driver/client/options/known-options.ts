import { editsBetween } from '../../../at/syntax/edits.ts'
import { ClientError } from '../errors.ts'
import type { ClientOptions, DeviceOptions } from './options.ts'

type Names<T> = readonly (keyof { [K in keyof T as string extends K ? never : K]: T[K] })[]
/** A list that lacks a key of the type does not compile. */
const all =
  <T>() =>
  <const L extends Names<T>>(
    names: L & (keyof T extends L[number] ? unknown : `lacks ${Exclude<keyof T, L[number]> & string}`),
  ): readonly string[] =>
    names

/** Options of a client. */
export const clientOptions = all<ClientOptions>()([
  ...(['url', 'host', 'hostname', 'port', 'protocol', 'protocolId', 'protocolVersion', 'auth', 'query'] as const),
  ...(['clientId', 'username', 'password', 'keepalive', 'clean', 'will', 'connectTimeout'] as const),
  ...(['reconnectPeriod', 'maxReconnectPeriod', 'reconnectOnConnackError', 'resubscribe', 'publishTimeout'] as const),
  ...(['resend', 'maxAttempts', 'queueQoSZero', 'queueLimit', 'queuePolicy', 'queueTimeout', 'checkPeriod'] as const),
  ...(['clientIndex', 'unsupported', 'ca', 'cert', 'key', 'passphrase', 'rejectUnauthorized', 'servername'] as const),
  ...(['ignoreLocalTime', 'incomingStore', 'outgoingStore'] as const),
])

/** Options of a device. */
export const deviceOptions = all<DeviceOptions>()([
  ...(['port', 'profile', 'trace', 'limitFactor', 'hardReset', 'clock', 'random', 'pin', 'refusedPins'] as const),
  ...([
    'networkTimeout',
    'apn',
    'apnUser',
    'apnPassword',
    'bauds',
    'attempts',
    'keepsFilter',
    'ownsCertificate',
  ] as const),
])

/** Options of MQTT.js that tune what is not here: its sockets, its packets, its log. Without them the program does the same. */
export const tuningOptions: readonly string[] = [
  ...['log', 'timerVariant', 'reschedulePings', 'writeCache', 'subscribeBatchSize', 'messageIdProvider'],
  ...['wsOptions', 'transformWsUrl', 'createWebsocket', 'forceNativeWebSocket', 'objectMode', 'binary', 'encoding'],
  ...['browserBufferSize', 'browserBufferTimeout', 'my', 'defaultProtocol', 'socksTimeout'],
]

/** Of MQTT 5.0 alone: MQTT.js, too, ignores them at version 4. */
export const version5Options: readonly string[] = [
  ...['properties', 'authPacket', 'customHandleAcks', 'autoUseTopicAlias', 'autoAssignTopicAlias'],
]

/** Options that would make another connection than the module's, each with what to do instead. */
export const refusedOptions: Readonly<Record<string, string>> = {
  pfx: 'give cert and key, as PEM',
  keyPath: 'give key, as PEM',
  certPath: 'give cert, as PEM',
  caPaths: 'give ca, as PEM',
  ALPNProtocols: 'the module can not send ALPN; give a port of the server that does without',
  servers: 'give one server, by url or host; for several, connect to the next one when an error comes',
  manualConnect: 'it connects by itself; call connect() when it is to',
  socksProxy: 'the module takes no proxy; give host',
  unixSocket: 'the module connects over TCP; give host',
  checkServerIdentity: 'the module compares the name itself; rejectUnauthorized: false verifies nothing',
  minVersion: tlsOfModule(),
  maxVersion: tlsOfModule(),
  secureProtocol: tlsOfModule(),
  secureOptions: tlsOfModule(),
  secureContext: tlsOfModule(),
  ciphers: tlsOfModule(),
  sigalgs: tlsOfModule(),
  ecdhCurve: tlsOfModule(),
  dhparam: tlsOfModule(),
  crl: tlsOfModule(),
  pskCallback: tlsOfModule(),
  handleMessage: 'the module acknowledges before it shows a message; listen for message',
  manualAcks: 'the module acknowledges before it shows a message; listen for message',
}

function tlsOfModule(): string {
  return 'the module does the TLS; modem.tls has its settings'
}

/** Whether an option says something: `false`, nothing and an empty list are what it is without it. */
const says = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== false && !(Array.isArray(value) && value.length === 0)

/** What is to be said of options that have no effect. */
export interface UnknownOptions {
  /** They tune what is not here. */
  readonly tuning: readonly string[]
  /** Nobody knows them. */
  readonly unknown: readonly string[]
}

/**
 * Throws for an option that would make another connection, and for a name that is nearly a known one. Others are told,
 * because programs pass whole objects of their own.
 */
export function unknownOptions(options: object, known: readonly string[]): UnknownOptions {
  const names = Object.entries(options).flatMap(([name, value]) => (says(value) && !known.includes(name) ? [name] : []))
  for (const name of names) checkName(name, known)
  const tunes = new Set(tuningOptions)
  return {
    tuning: names.filter((name) => tunes.has(name)),
    unknown: names.filter((name) => !tunes.has(name) && !version5Options.includes(name)),
  }
}

function checkName(name: string, known: readonly string[]): void {
  const instead = Object.hasOwn(refusedOptions, name) ? refusedOptions[name] : undefined
  if (instead !== undefined) throw unknownOption(name, `${instead}.`)
  if (tuningOptions.includes(name) || version5Options.includes(name)) return
  const meant = nearestName(name, known)
  if (meant !== undefined) throw unknownOption(name, `did you mean ${meant}?`)
}

export const unknownOption = (name: string, sentence: string): ClientError =>
  new ClientError('unknownOption', `There is no option ${name}: ${sentence}`)

/** What other clients call them. */
const otherNames: Readonly<Record<string, string>> = {
  user: 'username',
  pass: 'password',
  cleansession: 'clean',
  keepaliveinterval: 'keepalive',
  reconnectinterval: 'reconnectPeriod',
}

/** The known name that was probably meant; names of up to three letters are too short to guess by. */
function nearestName(written: string, known: readonly string[]): string | undefined {
  const plain = plainName(written)
  if (plain.length < 4) return undefined
  const [best] = known
    .map((name) => ({ name, edits: editsBetween(plain, plainName(name)) }))
    .sort((a, b) => a.edits - b.edits)
  return best && best.edits <= (plain.length < 6 ? 1 : 2) ? best.name : otherNames[plain]
}

const plainName = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '')
