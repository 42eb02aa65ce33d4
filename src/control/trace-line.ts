import type { Content } from '../at/commands/content.ts'
import type { ModuleEvent } from './events.ts'
import type { PacketView } from './packet-view.ts'
import type { StateView } from './state-view.ts'

const howToRead =
  '# atmqtt trace: seconds, AT line or mqtt:connection, "<" into the module or ">" out of it, bytes or packet, or "#" and what was done to the module; secrets are ***'

/** What a trace is of. */
export interface TracedModule {
  readonly profile: string
  /** Of faults and of all that is random. */
  readonly seed?: number | undefined
}

/** Says how to read a trace, and what it is of. */
export function traceHeader({ profile, seed }: TracedModule, leftOut: readonly Content[] = []): string {
  const left = leftOut.length === 0 ? '' : `, ${leftOut.join(' and ')} a * for each byte`
  return `${howToRead}${left}\n# profile ${profile}${seed === undefined ? '' : `, seed ${seed}`}\n`
}

/** What is no event: a fault that starts, coverage that goes. `   12.345 # fault prompt-lost started` */
export const noteLine = (ms: number, text: string): string => `${secondsOf(ms)} # ${text}\n`

/** What the module is, for who opens the trace in a console: a comment for all others. */
export const stateLine = (ms: number, state: StateView): string =>
  `# state ${(ms / 1000).toFixed(3)} ${JSON.stringify(state)}\n`

/** The last line of a trace that was not cut off. */
export const traceEnd = 'the trace ends here'

const secondsOf = (ms: number): string => (ms / 1000).toFixed(3).padStart(9)

/** One event as one line for people: `   12.345 ttyAT0 < AT+CMQTTSTART\r`. */
export function traceLine(event: ModuleEvent): string {
  const arrow = event.direction === 'in' ? '<' : '>'
  const where = event.event === 'line' ? event.line : `mqtt:${event.connection}`
  return `${secondsOf(event.ms)} ${where} ${arrow} ${what(event)}\n`
}

function what(event: ModuleEvent): string {
  if (event.event === 'line') return event.bytes
  return event.packet ? packetText(event.packet) : `no MQTT: ${event.bytes}`
}

function packetText(packet: PacketView): string {
  return [packet.type.toUpperCase(), ...details(packet)].join(' ')
}

function details(packet: PacketView): string[] {
  switch (packet.type) {
    case 'connect':
      return connectDetails(packet)
    case 'connack':
      return [`returnCode=${packet.returnCode}`, ...flag('sessionPresent', packet.sessionPresent)]
    case 'publish':
      return publishDetails(packet)
    case 'subscribe':
      return [`id=${packet.packetId}`, ...packet.filters.map(({ filter, qos }) => `filter=${quote(filter)} qos=${qos}`)]
    case 'unsubscribe':
      return [`id=${packet.packetId}`, ...packet.filters.map((filter) => `filter=${quote(filter)}`)]
    case 'suback':
      return [`id=${packet.packetId}`, `granted=${packet.granted.join(',')}`]
    case 'pingreq':
    case 'pingresp':
    case 'disconnect':
      return []
    default:
      return [`id=${packet.packetId}`]
  }
}

function connectDetails({
  version,
  clientId,
  cleanSession,
  keepAlive,
  will,
  username,
  password,
}: Extract<PacketView, { type: 'connect' }>): string[] {
  return [
    `version=${version} clientId=${quote(clientId)} clean=${Number(cleanSession)} keepAlive=${keepAlive}`,
    ...(will ? [`will=${quote(will.topic)} willPayload=${quote(will.payload)} willQos=${will.qos}`] : []),
    ...flag('willRetain', will?.retain ?? false),
    ...(username === undefined ? [] : [`user=${quote(username)}`]),
    ...(password === undefined ? [] : [`password=${password}`]),
  ]
}

function publishDetails({ qos, packetId, dup, retain, topic, payload }: Extract<PacketView, { type: 'publish' }>) {
  const id = qos === 0 ? [] : [`id=${packetId}`]
  const flags = [...flag('dup', dup), ...flag('retain', retain)]
  return [`qos=${qos}`, ...id, ...flags, `topic=${quote(topic)}`, `payload=${quote(payload)}`]
}

const flag = (name: string, set: boolean): string[] => (set ? [`${name}=1`] : [])

const quote = (text: string): string => `"${text.replaceAll('"', '\\x22')}"`
