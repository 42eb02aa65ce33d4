import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { hostAndPort, type ListenAddress, listening } from '../../io/transports/tcp-socket.ts'
import {
  type PublishFields,
  packetType,
  type RawPacket,
  readFilters,
  readPacket,
  readPublish,
  word,
  writePacket,
  writePublish,
} from './mqtt-bytes.ts'

/** How the peer answers; what is left out is done as a good broker does it. */
export interface PeerBehaviour {
  /** A return code, no answer, FIN or RST in its place, or other bytes. */
  readonly connack?: number | 'silent' | 'close' | 'reset' | Uint8Array
  /** False: a PUBLISH gets no PUBACK, PUBREC, PUBCOMP. It is passed on all the same. */
  readonly ackPublishes?: boolean
  /** True: the PUBACK or PUBREC leaves before the message goes to subscribers. */
  readonly ackFirst?: boolean
  /** False: no SUBACK and no UNSUBACK. A number: granted for every filter, 0x80 refuses. */
  readonly suback?: false | number
  /** False: PINGREQ gets no answer. */
  readonly answerPings?: boolean
}

/** A packet a client sent; `connection` counts from 0. */
export interface ReceivedPacket extends RawPacket {
  readonly connection: number
}

export interface BytePeer {
  readonly host: string
  readonly port: number
  /** `host:port` */
  readonly address: string
  /** Everything that came, oldest first, malformed bytes excluded. */
  readonly packets: readonly ReceivedPacket[]
  /** How many connections there have been. */
  readonly connections: number
  /** Changes how it answers from here on. */
  behave(changes: PeerBehaviour): void
  /** Sends bytes as they are to the newest connection. */
  send(bytes: Uint8Array): void
  /** FIN to the newest connection. */
  close(): void
  /** RST to the newest connection. */
  reset(): void
  /** Told of the next packet, once. */
  onPacket(callback: () => void): void
  /** Ends all connections, and forgets them, all packets, and how it was to behave. */
  startAfresh(): void
  /** Ends all connections and frees the port. */
  stop(): Promise<void>
}

interface Client {
  readonly socket: Socket
  /** Granted QoS by topic, the topic's bytes in latin1. */
  readonly filters: Map<string, number>
  /** Identifiers of QoS 2 messages received and not released. */
  readonly received: Set<number>
  nextId: number
}

/** A small MQTT broker that compares topics byte by byte (no wildcards, no UTF-8), keeps what it got, and misbehaves when told. Rejects with a `SetupError`. */
export async function startBytePeer(
  behaviour: PeerBehaviour = {},
  { host, port: wanted }: ListenAddress = { host: '127.0.0.1', port: 0 },
): Promise<BytePeer> {
  const clients: Client[] = []
  const packets: ReceivedPacket[] = []
  let current = behaviour
  let tell = (): void => {}
  const server = createServer({ noDelay: true }, (socket) => {
    const client: Client = { socket, filters: new Map(), received: new Set(), nextId: 1 }
    const connection = clients.push(client) - 1
    onPackets(socket, (packet) => {
      packets.push({ ...packet, connection })
      answers[packet.type]?.({ client, clients, packet, how: current })
      const told = tell
      tell = () => {}
      told()
    })
  })
  const port = await listening(server, { host, port: wanted })
  const newest = () => {
    const client = clients.at(-1)
    if (!client) throw new Error('nobody has connected yet')
    return client.socket
  }
  return {
    host,
    port,
    address: hostAndPort(host, port),
    packets,
    get connections() {
      return clients.length
    },
    behave: (changes) => {
      current = { ...current, ...changes }
    },
    send: (bytes) => void newest().write(bytes),
    close: () => void newest().end(),
    reset: () => void newest().resetAndDestroy(),
    onPacket: (callback) => {
      tell = callback
    },
    startAfresh() {
      for (const { socket } of clients.splice(0)) socket.destroy()
      packets.length = 0
      current = behaviour
    },
    async stop() {
      for (const { socket } of clients) socket.destroy()
      if (server.listening) await once(server.close(), 'close')
    },
  }
}

function onPackets(socket: Socket, handle: (packet: RawPacket) => void): void {
  let rest: Buffer = Buffer.alloc(0)
  socket.on('error', () => {})
  socket.on('data', (chunk) => {
    rest = Buffer.concat([rest, chunk])
    try {
      for (let packet = readPacket(rest); packet; packet = readPacket(rest)) {
        rest = rest.subarray(packet.raw.length)
        handle(packet)
      }
    } catch {
      socket.destroy()
    }
  })
}

interface Exchange {
  readonly client: Client
  readonly clients: readonly Client[]
  readonly packet: RawPacket
  readonly how: PeerBehaviour
}

const answers: Readonly<Record<number, (exchange: Exchange) => void>> = {
  [packetType.connect]: ({ client, how }) => connack(client.socket, how.connack ?? 0),
  [packetType.publish]: takePublish,
  [packetType.pubrec]: ({ client, packet }) => reply(client, 0x62, packet.body),
  [packetType.pubrel]: release,
  [packetType.subscribe]: subscribe,
  [packetType.unsubscribe]: unsubscribe,
  [packetType.pingreq]: ({ client, how }) => how.answerPings !== false && reply(client, 0xd0),
  [packetType.disconnect]: ({ client }) => client.socket.end(),
}

function connack(socket: Socket, how: NonNullable<PeerBehaviour['connack']>): void {
  if (how === 'silent') return
  if (how === 'close') socket.end()
  else if (how === 'reset') socket.resetAndDestroy()
  else if (typeof how === 'object') socket.write(how)
  else {
    socket.write(writePacket(0x20, 0, how))
    if (how > 0) socket.end()
  }
}

function takePublish({ client, clients, packet, how }: Exchange): void {
  const message = readPublish(packet)
  const again = message.qos === 2 && client.received.has(message.packetId)
  if (message.qos === 2) client.received.add(message.packetId)
  const acknowledge = () => {
    if (message.qos === 0 || how.ackPublishes === false) return
    reply(client, message.qos === 1 ? 0x40 : 0x50, word(message.packetId))
  }
  if (how.ackFirst) acknowledge()
  if (!again) for (const subscriber of clients) deliver(subscriber, message)
  if (!how.ackFirst) acknowledge()
}

function release({ client, packet, how }: Exchange): void {
  client.received.delete(packet.body.readUInt16BE(0))
  if (how.ackPublishes !== false) reply(client, 0x70, packet.body)
}

function deliver(client: Client, { topic, payload, qos }: PublishFields): void {
  const granted = client.filters.get(topic.toString('latin1'))
  if (granted === undefined || !client.socket.writable) return
  const packetId = client.nextId
  client.nextId = (packetId % 0xffff) + 1
  client.socket.write(writePublish({ topic, payload, qos: Math.min(qos, granted), packetId }))
}

function subscribe({ client, packet, how: { suback } }: Exchange): void {
  const { packetId, filters } = readFilters(packet, 1)
  const granted = filters.map(({ qos }) => (typeof suback === 'number' ? suback : qos))
  filters.forEach(({ topic }, index) => {
    if (granted[index]! <= 2) client.filters.set(topic.toString('latin1'), granted[index]!)
  })
  if (suback !== false) reply(client, 0x90, word(packetId), Buffer.from(granted))
}

function unsubscribe({ client, packet, how: { suback } }: Exchange): void {
  const { packetId, filters } = readFilters(packet, 0)
  for (const { topic } of filters) client.filters.delete(topic.toString('latin1'))
  if (suback !== false) reply(client, 0xb0, word(packetId))
}

function reply(client: Client, firstByte: number, ...body: readonly Uint8Array[]): void {
  if (client.socket.writable) client.socket.write(writePacket(firstByte, ...body))
}
