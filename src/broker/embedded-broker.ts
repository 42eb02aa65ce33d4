import type { EventEmitter } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import type { Aedes } from 'aedes'
import { hostAndPort, type ListenAddress, listening } from '../io/transports/tcp-socket.ts'
import { type Logins, loginCheck } from './logins.ts'
import { createTlsServer, type TlsListenOptions } from './tls-server.ts'

export interface BrokerPort {
  readonly host: string
  readonly port: number
  /** `mqtt://host:port`, `mqtts://host:port` */
  readonly url: string
}

/** An MQTT 3.1 and 3.1.1 broker that keeps everything in memory. Its ports share subscriptions and sessions. */
export interface Broker {
  /** Rejects with a `SetupError`. */
  listen(address: ListenAddress): Promise<BrokerPort>
  /** Rejects with a `SetupError`. */
  listenTls(options: TlsListenOptions): Promise<BrokerPort>
  /** Ends every client's socket and frees the ports. */
  close(): Promise<void>
}

export interface BrokerOptions extends ListenAddress {
  /** User names and their passwords. Given: a login is required. Not given: anybody may connect. */
  readonly logins?: Logins | undefined
  /** A second port, for TLS. */
  readonly tls?: TlsListenOptions | undefined
}

export interface EmbeddedBroker extends BrokerPort {
  /** `mqtts://host:port` */
  readonly tlsUrl?: string
  /** Ends every client's socket and frees the ports. */
  close(): Promise<void>
}

/** MQTT 3.1 limits client IDs to 23 bytes, `AT+CMQTTACCQ` allows 128 in both versions (§2.2.3). */
const longestClientId = 128

/** A broker that listens. Rejects with a `SetupError`. */
export async function startBroker({ logins, tls, ...address }: BrokerOptions): Promise<EmbeddedBroker> {
  const broker = await createBroker(logins)
  try {
    const plain = await broker.listen(address)
    const secure = tls && (await broker.listenTls(tls))
    return { ...plain, ...(secure && { tlsUrl: secure.url }), close: () => broker.close() }
  } catch (error) {
    await broker.close()
    throw error
  }
}

/** A broker that does not listen yet. */
export async function createBroker(logins?: Logins): Promise<Broker> {
  return new AedesBroker(await createAedes(logins))
}

/** Loaded when it is wanted: it takes as long to load as all the rest. */
async function createAedes(logins: Logins | undefined): Promise<Aedes> {
  const { Aedes } = await import('aedes')
  const aedes = await Aedes.createBroker({
    maxClientsIdLength: longestClientId,
    ...(logins && { authenticate: loginCheck(logins) }),
  })
  const emitter: EventEmitter = aedes
  // Without a listener, an error of its store would end the process.
  emitter.on('error', () => {})
  return aedes
}

class AedesBroker implements Broker {
  readonly #aedes: Aedes
  readonly #servers = new Set<Server>()
  readonly #sockets = new Set<Socket>()

  constructor(aedes: Aedes) {
    this.#aedes = aedes
  }

  listen(address: ListenAddress): Promise<BrokerPort> {
    return this.#serve(createServer({ noDelay: true }), 'connection', 'mqtt', address)
  }

  async listenTls(options: TlsListenOptions): Promise<BrokerPort> {
    return this.#serve(await createTlsServer(options), 'secureConnection', 'mqtts', options)
  }

  async #serve(server: Server, ready: string, scheme: string, { host, port }: ListenAddress): Promise<BrokerPort> {
    // The sockets below TLS: those in the middle of a handshake have to end with the broker too.
    server.on('connection', (socket) => this.#track(socket))
    server.on(ready, (socket: Socket) => this.#aedes.handle(socket))
    const bound = await listening(server, { host, port })
    this.#servers.add(server)
    return { host, port: bound, url: `${scheme}://${hostAndPort(host, bound)}` }
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket)
    socket.once('close', () => this.#sockets.delete(socket))
  }

  async close(): Promise<void> {
    const ended = [...this.#servers].map((server) => new Promise((resolve) => server.close(resolve)))
    for (const socket of this.#sockets) socket.destroy()
    await Promise.all([...ended, new Promise<void>((resolve) => this.#aedes.close(resolve))])
  }
}
