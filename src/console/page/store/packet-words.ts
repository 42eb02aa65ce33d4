import type { MqttRow } from '../../protocol.ts'

type PacketView = NonNullable<MqttRow['packet']>
type Of<T extends PacketView['type']> = Extract<PacketView, { type: T }>

/** A packet as a line: `PUBLISH a/b qos 1 id 7: 21.5`. */
export function packetWords(packet: PacketView): string {
  return [packet.type.toUpperCase(), ...details(packet)].join(' ')
}

function details(packet: PacketView): readonly string[] {
  switch (packet.type) {
    case 'connect':
      return connectWords(packet)
    case 'connack':
      return [
        returnWords[packet.returnCode] ?? `code ${packet.returnCode}`,
        ...flag('session kept', packet.sessionPresent),
      ]
    case 'publish':
      return publishWords(packet)
    case 'subscribe':
      return [`id ${packet.packetId}`, ...packet.filters.map(({ filter, qos }) => `${filter} qos ${qos}`)]
    case 'unsubscribe':
      return [`id ${packet.packetId}`, ...packet.filters]
    case 'suback':
      return [
        `id ${packet.packetId}`,
        ...packet.granted.map((code) => (code === 128 ? 'refused' : `granted qos ${code}`)),
      ]
    case 'pingreq':
    case 'pingresp':
    case 'disconnect':
      return []
    default:
      return [`id ${packet.packetId}`]
  }
}

const returnWords: Readonly<Record<number, string>> = {
  0: 'accepted',
  1: 'refused: protocol version',
  2: 'refused: client ID',
  3: 'refused: server unavailable',
  4: 'refused: user name or password',
  5: 'refused: not authorised',
}

const connectWords = ({ clientId, version, cleanSession, keepAlive, will, username }: Of<'connect'>) => [
  `${clientId} version ${version} keep-alive ${keepAlive} s`,
  ...flag('clean session', cleanSession),
  ...(will ? [`will ${will.topic} qos ${will.qos}`] : []),
  ...(username === undefined ? [] : [`user ${username}`]),
]

function publishWords({ topic, qos, packetId, dup, retain, payload }: Of<'publish'>): readonly string[] {
  const id = qos === 0 ? [] : [`id ${packetId}`]
  const head = [topic, `qos ${qos}`, ...id, ...flag('dup', dup), ...flag('retained', retain)]
  return [`${head.join(' ')}: ${payload}`]
}

const flag = (name: string, set: boolean): readonly string[] => (set ? [name] : [])
