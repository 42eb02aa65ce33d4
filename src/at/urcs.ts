import type { DataContent, Shown } from './commands/content.ts'
import { profiles } from './profiles/profiles.ts'

/** An unsolicited result code, without the CR LF around it. */
export interface UrcDefinition {
  readonly name: string
  /** Behind `: `; empty: the name is the whole line. */
  readonly form: string
  readonly title: string
  /** The command that switches it on, or that it is a state of. */
  readonly command?: string
  readonly shows?: Shown
  /** A line of its own follows, which shows the same. */
  readonly hasText?: true
  /** As many bytes as the value at `length` says follow behind its line end. */
  readonly data?: { readonly content: DataContent; readonly length: number }
}

/** Phone numbers, and who they belong to. */
const caller = { content: 'identity', from: 0 } as const

/** Those of the MQTT commands (§4.2). */
export const urcs = {
  connectionLost: {
    name: '+CMQTTCONNLOST',
    form: '<client_index>,<cause>',
    title: 'The connection ended without DISC',
  },
  noNetwork: { name: '+CMQTTNONET', form: '', title: 'The network is gone; go on from START' },
  receiveStart: {
    name: '+CMQTTRXSTART',
    form: '<client_index>,<topic_total_len>,<payload_total_len>',
    title: 'A message begins',
  },
  receiveTopic: {
    name: '+CMQTTRXTOPIC',
    form: '<client_index>,<sub_topic_len>',
    title: 'A part of its topic',
    data: { content: 'topics', length: 1 },
  },
  receivePayload: {
    name: '+CMQTTRXPAYLOAD',
    form: '<client_index>,<sub_payload_len>',
    title: 'A part of its payload',
    data: { content: 'payloads', length: 1 },
  },
  receiveEnd: { name: '+CMQTTRXEND', form: '<client_index>', title: 'The message is complete' },
  receive: {
    name: '+CMQTTRECV',
    form: '<client_index>,"<topic>"[,<len>],"<payload>"',
    title: 'A message, while `argtopic` is on',
  },
} as const satisfies Record<string, UrcDefinition>

/** How the lines begin that announce a received message and its parts. */
export const messageLinePrefix = '+CMQTTRX'

/** Those around MQTT. What a module prints when it starts stands in its profile. */
export const generalUrcs = {
  pin: { name: '+CPIN', form: '<code>', title: 'State of the SIM', command: '+CPIN' },
  card: { name: '+SIMCARD', form: '<state>', title: 'The SIM card is in, or out' },
  registration: { name: '+CREG', form: '<stat>[,<lac>,<ci>[,<AcT>]]', title: 'Network registration', command: '+CREG' },
  packetRegistration: {
    name: '+CGREG',
    form: '<stat>[,<lac>,<ci>]',
    title: 'Packet domain registration',
    command: '+CGREG',
  },
  epsRegistration: {
    name: '+CEREG',
    form: '<stat>[,<tac>,<ci>[,<AcT>]]',
    title: 'EPS registration',
    command: '+CEREG',
  },
  contextEvent: { name: '+CGEV', form: '<event>', title: 'An event of a PDP context', command: '+CGEREP' },
  zone: { name: '+CTZV', form: '<tz>[,<date>,<time>,<dst>]', title: 'The time zone', command: '+CTZR' },
  zoneAndTime: { name: '+CTZEU', form: '<tz>,<dst>,"<utime>"', title: 'Time zone and time', command: '+CTZR' },
  zoneAndLocalTime: { name: '+CTZE', form: '<tz>,<dst>,"<time>"', title: 'Time zone and local time', command: '+CTZR' },
  networkTime: { name: '+NITZ', form: '<time>', title: 'The time of the network' },
  socketEvent: { name: '+CIPEVENT', form: '<event>', title: 'The socket service ended', command: '+NETOPEN' },
  socketClosed: { name: '+CIPCLOSE', form: '<link>,<result>', title: 'A socket was closed' },
  socketClosedByPeer: { name: '+IPCLOSE', form: '<link>,<reason>', title: 'The peer closed a socket' },
  messageStored: { name: '+CMTI', form: '<mem>,<index>', title: 'A short message was stored' },
  message: { name: '+CMT', form: '…', title: 'A short message', shows: caller, hasText: true },
  messageStatus: { name: '+CDS', form: '…', title: 'A status report of a short message', shows: caller, hasText: true },
  messageStatusStored: { name: '+CDSI', form: '<mem>,<index>', title: 'A status report was stored' },
  messagesFull: { name: 'SMS FULL', form: '', title: 'There is no room for short messages' },
  ring: { name: 'RING', form: '', title: 'A call comes' },
  ringOfType: { name: '+CRING', form: '<type>', title: 'A call of some type comes' },
  caller: { name: '+CLIP', form: '<number>,…', title: 'Who calls', shows: caller },
  supplementary: { name: '+CUSD', form: '<n>,…', title: 'A message of the network', shows: caller },
  toolkit: { name: '$QCSTKURC', form: '…', title: 'The SIM application toolkit' },
  powerDown: { name: 'POWERD DOWN', form: '', title: 'The module is off', command: '+CPOF' },
  normalPowerDown: { name: 'NORMAL POWER DOWN', form: '', title: 'The module is off, by its key' },
} as const satisfies Record<string, UrcDefinition>

export const urcDefinitions: readonly UrcDefinition[] = [...Object.values(urcs), ...Object.values(generalUrcs)]
const bootLines = Object.values(profiles)
  .flatMap(({ boot, restartBoot }) => [boot, restartBoot ?? boot])
  .map((lines) => lines.map(({ text }) => text))

const names: ReadonlySet<string> = new Set(
  urcDefinitions.map(({ name }) => name).filter((name) => name.startsWith('+')),
)
const prefixes = urcDefinitions.map(({ name }) => name).filter((name) => name.startsWith('$'))
const whole: ReadonlySet<string> = new Set([
  ...urcDefinitions.filter(({ form }) => form === '').map(({ name }) => name),
  ...bootLines.flat().filter((line) => !line.startsWith('+')),
])
const restarts: ReadonlySet<string> = new Set(bootLines.map(([first]) => first!))

/** Whether a line is one that a module sends unasked, or one that a command asks for by the same name. */
export function isKnownUrc(text: string): boolean {
  return whole.has(text) || names.has(nameOf(text) ?? '') || prefixes.some((prefix) => text.startsWith(prefix))
}

/** Whether a line is the first one that a module sends when it has restarted. */
export const isRestart = (text: string): boolean => restarts.has(text)

/** `+CREG` of `+CREG: 1`. */
export function nameOf(text: string): string | undefined {
  const colon = text.indexOf(':')
  return colon > 0 && text.startsWith('+') ? text.slice(0, colon) : undefined
}

/** How the line begins with which a TCP port that takes one program at a time turns another one away. */
export const portBusyPrefix = 'busy: '

/** Why a connection was lost, in `+CMQTTCONNLOST: <client_index>,<cause>`. */
export const lossCauses = { closed: 1, reset: 2, network: 3 } as const

/** Limits of a received message, in bytes (§4.2): longer ones are not shown to the host. */
export const receiveLimits = { topic: 1024, payload: 10_240, part: 1500 } as const
