import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { hostAndPort, type ListenAddress, listening } from '../../io/transports/tcp-socket.ts'
import { type RawPacket, readPacket } from './mqtt-bytes.ts'
import { answers, type PeerBehaviour, type PeerClient } from './peer-answers.ts'

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
  /** Calls back once, at the next packet. */
  onPacket(callback: () => void): void
  /** Ends all connections, and forgets them, all packets, and how it was to behave. */
  startAfresh(): void
  /** Ends all connections and frees the port. */
  stop(): Promise<void>
}

/**
 * A small MQTT broker that compares topics byte by byte (no wildcards, no UTF-8), keeps every packet, and misbehaves when
 * told. Rejects with a `SetupError`.
 */
export async function startBytePeer(
  behaviour: PeerBehaviour = {},
  { host, port: wanted }: ListenAddress = { host: '127.0.0.1', port: 0 },
): Promise<BytePeer> {
  const clients: PeerClient[] = []
  const packets: ReceivedPacket[] = []
  let current = behaviour
  let tell = (): void => {}
  const server = createServer({ noDelay: true }, (socket) => {
    const client: PeerClient = { socket, filters: new Map(), received: new Set(), nextId: 1 }
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
