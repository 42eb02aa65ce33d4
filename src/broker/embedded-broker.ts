import type { EventEmitter } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { Aedes } from 'aedes'
import { SetupError } from '../io/setup-error.ts'
import { type Logins, loginCheck } from './logins.ts'

export interface BrokerOptions {
  /** The address to listen on; `127.0.0.1` keeps it to this machine. */
  readonly host: string
  /** 0 takes a free port. */
  readonly port: number
  /** User names and their passwords. Given: a login is required. Not given: anybody may connect. */
  readonly logins?: Logins | undefined
}

export interface EmbeddedBroker {
  readonly host: string
  readonly port: number
  /** `mqtt://host:port` */
  readonly url: string
  /** Ends every client's socket and frees the port. */
  close(): Promise<void>
}

/** MQTT 3.1 limits client IDs to 23 bytes, `AT+CMQTTACCQ` allows 128 in both versions (§2.2.3). */
const longestClientId = 128

/** Starts an MQTT 3.1 and 3.1.1 broker that keeps everything in memory. Rejects with a `SetupError`. */
export async function startBroker(options: BrokerOptions): Promise<EmbeddedBroker> {
  const aedes = await createAedes(options.logins)
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    aedes.handle(socket)
  })
  try {
    await listening(server, options)
  } catch (error) {
    await closed(aedes)
    throw error
  }
  const { host } = options
  const port = boundPort(server)
  return { host, port, url: `mqtt://${authority(host, port)}`, close: () => shutDown(server, sockets, aedes) }
}

async function createAedes(logins: Logins | undefined): Promise<Aedes> {
  const aedes = await Aedes.createBroker({
    maxClientsIdLength: longestClientId,
    ...(logins && { authenticate: loginCheck(logins) }),
  })
  const emitter: EventEmitter = aedes
  // Without a listener, an error of its store would end the process.
  emitter.on('error', () => {})
  return aedes
}

function listening(server: Server, { host, port }: BrokerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException) => reject(setupError(error, authority(host, port)))
    server.once('error', refuse)
    try {
      server.listen({ host, port }, () => {
        server.off('error', refuse)
        server.on('error', () => {})
        resolve()
      })
    } catch (error) {
      refuse(error as NodeJS.ErrnoException)
    }
  })
}

function setupError(error: NodeJS.ErrnoException, address: string): SetupError {
  if (error.code === 'EADDRINUSE') {
    return new SetupError('inUse', `The broker can't listen on ${address}: another program does. Give it another port.`)
  }
  if (error.code === 'EACCES') {
    return new SetupError('denied', `The broker may not listen on ${address}: take a port from 1024 up.`)
  }
  return new SetupError('invalid', `The broker can't listen on ${address}: ${error.message}.`)
}

async function shutDown(server: Server, sockets: ReadonlySet<Socket>, aedes: Aedes): Promise<void> {
  const stopped = new Promise<void>((resolve) => server.close(() => resolve()))
  for (const socket of sockets) socket.destroy()
  await Promise.all([stopped, closed(aedes)])
}

function closed(aedes: Aedes): Promise<void> {
  return new Promise((resolve) => aedes.close(() => resolve()))
}

function boundPort(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

function authority(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
