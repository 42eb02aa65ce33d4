import type { Content } from '../at/commands/content.ts'
import type { ModuleEvent } from './events.ts'
import type { PacketView } from './packet-view.ts'

const howToRead =
  '# atmqtt trace: seconds, AT line or mqtt:connection, "<" into the module or ">" out of it, bytes or packet; secrets are ***'

/** Says how to read a trace. */
export const traceHeader = (leftOut: readonly Content[] = []): string =>
  leftOut.length === 0 ? `${howToRead}\n` : `${howToRead}, ${leftOut.join(' and ')} a * for each byte\n`

/** One event as one line for people: `   12.345 ttyAT0 < AT+CMQTTSTART\r`. */
export function traceLine(event: ModuleEvent): string {
  const seconds = (event.ms / 1000).toFixed(3).padStart(9)
  const arrow = event.direction === 'in' ? '<' : '>'
  const where = event.event === 'line' ? event.line : `mqtt:${event.connection}`
  return `${seconds} ${where} ${arrow} ${what(event)}\n`
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
