import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, type TLSSocket, type TlsOptions } from 'node:tls'
import type { Connection, TlsSettings } from '../net/dialer.ts'
import { nodeDialer } from '../net/dialer-node.ts'
import { nodeClock } from '../runtime/clock-node.ts'
import type { Clock } from '../runtime/runtime.ts'
import { until } from '../testing/until.ts'
import { type CertificateStore, memoryStore } from './certificate-store.ts'

/** The defaults of `+CSSLCFG`. */
export const plain: TlsSettings = {
  sslVersion: 4,
  authMode: 0,
  ignoreLocalTime: true,
  negotiateTimeMs: 300_000,
  caCert: '',
  clientCert: '',
  clientKey: '',
  password: '',
  enableSni: false,
  ignoreCertCn: false,
  useTickets: false,
  cipherSuites: 0,
}

/** A store with these files. */
export function storeOf(files: Readonly<Record<string, string | Uint8Array>>): CertificateStore {
  const store = memoryStore()
  for (const [name, content] of Object.entries(files)) store.write(name, Buffer.from(content))
  return store
}

export interface DialCase {
  readonly port: number
  readonly store?: CertificateStore
  readonly settings?: Partial<TlsSettings>
  readonly host?: string
  readonly clock?: Clock
  readonly localTime?: () => number
}

const opened: Connection[] = []
const servers: Server[] = []
const peers = new Set<Socket>()

/** Dials and notes what happens, data joined. Names are looked up to 127.0.0.1. */
export function dialTls({ port, store = memoryStore(), settings, host = '127.0.0.1', ...options }: DialCase) {
  const happened: string[] = []
  const chunks: Buffer[] = []
  const dialer = nodeDialer({ clock: nodeClock, certificates: store, lookup: async () => ['127.0.0.1'], ...options })
  const connection = dialer.dial(
    { host, port, timeoutMs: 5000, tls: { ...plain, ...settings } },
    {
      connected: () => void happened.push('connected'),
      failed: (reason, detail) => void happened.push(`${reason}: ${detail}`),
      data: (bytes) => void chunks.push(Buffer.from(bytes)),
      drained: () => void happened.push('drained'),
      ended: () => void happened.push('ended'),
      reset: () => void happened.push('reset'),
    },
  )
  opened.push(connection)
  return { connection, happened, bytes: () => Buffer.concat(chunks), first: () => outcome(happened) }
}

async function outcome(happened: readonly string[]): Promise<string | undefined> {
  await until(() => happened.length > 0)
  return happened[0]
}

/** A TLS listener, its connections, the TCP ones below, and what was received. */
export async function listenTls(options: TlsOptions, address?: string) {
  const sockets: TLSSocket[] = []
  const below: Socket[] = []
  const received: Buffer[] = []
  const server = createTlsServer(options, (socket) => {
    sockets.push(socket)
    socket.on('data', (bytes) => received.push(bytes)).on('error', () => {})
  })
  server.on('connection', (socket) => below.push(socket))
  return { server, sockets, below, received: () => Buffer.concat(received), port: await listen(server, address) }
}

/** A TCP listener on 127.0.0.1 that does what it is told with the first bytes of each connection. */
export async function listenTcp(onFirst: (socket: Socket, bytes: Buffer) => void) {
  const hellos: Buffer[] = []
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket
      .on('error', () => {})
      .once('data', (bytes) => {
        hellos.push(bytes)
        onFirst(socket, bytes)
      })
  })
  return { hellos, port: await listen(server) }
}

async function listen(server: Server, host = '127.0.0.1'): Promise<number> {
  servers.push(server)
  server.on('connection', (socket) => {
    peers.add(socket)
    socket.on('close', () => peers.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  const address = server.address()
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

/** After each test. */
export function closeAll(): void {
  for (const connection of opened.splice(0)) connection.destroy()
  for (const peer of peers) peer.destroy()
  peers.clear()
  for (const server of servers.splice(0)) server.close()
}
