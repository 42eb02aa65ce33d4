import { createHash, timingSafeEqual } from 'node:crypto'
import type { EventEmitter } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createServerOverTls } from 'node:tls'
import type { Aedes, AuthErrorCode, AuthenticateError, Client } from 'aedes'
import type { Log } from '../io/runtime/runtime.ts'
import { hostAndPort, type ListenAddress, listening } from '../io/transports/tcp-socket.ts'
import type { Authority } from './authority.ts'
import { announcedBytes, type BrokerLimits, boundBroker, brokerLimits } from './broker-limits.ts'

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
  /** Sends a message to all who have subscribed, as if a client had published it. */
  publish(message: PublishedMessage): Promise<void>
  /** The messages that it keeps for those who subscribe later. */
  retained(): Promise<readonly PublishedMessage[]>
  /** Ends every client's socket and forgets sessions, retained messages and wills. The ports go on. */
  fresh(): void
  /** Ends every client's socket and frees the ports. */
  close(): Promise<void>
}

export interface PublishedMessage {
  readonly topic: string
  readonly payload: Uint8Array
  readonly qos: 0 | 1 | 2
  readonly retain: boolean
}

export interface BrokerOptions extends ListenAddress {
  /** User names and their passwords. Given: a login is required. Not given: anybody may connect. */
  readonly logins?: Logins | undefined
  /** A second port, for TLS. */
  readonly tls?: TlsListenOptions | undefined
  /** Told when a client has reached a limit. */
  readonly log?: Log | undefined
  /** For tests: smaller ones. */
  readonly limits?: Partial<BrokerLimits> | undefined
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
export async function startBroker({ logins, tls, log, limits, ...address }: BrokerOptions): Promise<EmbeddedBroker> {
  const broker = await createBroker({ logins, log, limits })
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
export async function createBroker({ logins, log = silent, limits }: StoredOptions = {}): Promise<Broker> {
  const bounds = { ...brokerLimits, ...limits }
  const create = () => createAedes(logins, log, bounds)
  return new AedesBroker(await create(), create, log, bounds)
}

type StoredOptions = Pick<BrokerOptions, 'logins' | 'log' | 'limits'>

const silent: Log = { log() {} }

/** Imported when a broker is made: loading it takes as long as loading everything else. */
async function createAedes(logins: Logins | undefined, log: Log, limits: BrokerLimits): Promise<Aedes> {
  const { Aedes } = await import('aedes')
  const aedes = await Aedes.createBroker({
    maxClientsIdLength: longestClientId,
    ...(logins && { authenticate: loginCheck(logins) }),
  })
  const emitter: EventEmitter = aedes
  // Without a listener, an error of its store would end the process.
  emitter.on('error', () => {})
  unsubscribeAtOnce(aedes)
  boundBroker(aedes, log, limits)
  return aedes
}

/**
 * aedes forgets a subscription in a later turn: a SUBSCRIBE of the same filter that stands behind the UNSUBSCRIBE in one
 * piece found it still there, was answered, and then forgotten with it.
 */
function unsubscribeAtOnce(aedes: Aedes): void {
  const unsubscribe = aedes.unsubscribe.bind(aedes)
  aedes.unsubscribe = (topic, deliver, done?: () => void) => {
    unsubscribe(topic, deliver, () => {})
    done?.()
  }
}

/** The longest CONNECT: five fields of 64 KiB and what stands around them. */
const longestConnect = 5 * 65_537 + 64

/** aedes keeps what may become a packet, up to 256 MB: whoever has not logged in gets no further than a CONNECT, nobody further than a long packet. */
function boundPackets(client: Client, socket: Socket, log: Log, { packetBytes }: BrokerLimits): void {
  socket.on('readable', () => {
    if (!client.connecting && !client.connected && socket.bytesRead > longestConnect) socket.destroy()
    if (announcedBytes(client) <= packetBytes || socket.destroyed) return
    log.log('warn', `broker: a client sends a packet of more than ${packetBytes} bytes; it is disconnected`)
    socket.destroy()
  })
}

/** aedes gives nobody any message more while a client that has subscribed to a hundred of them does not read. */
function boundUnread(client: Client, socket: Socket, log: Log, { unreadBytes }: BrokerLimits): void {
  const slow = client as unknown as { waitForDrain(done: (error: Error | null, client: Client) => void): void }
  slow.waitForDrain = (done) => {
    setImmediate(done, null, client)
    if (socket.writableLength <= unreadBytes || socket.destroyed) return
    log.log('warn', `broker: a client has not read ${unreadBytes} bytes; it is disconnected`)
    socket.destroy()
  }
}

/** What aedes does not declare. */
interface Persistent {
  readonly persistence: {
    createRetainedStream(
      pattern: string,
    ): AsyncIterable<Omit<PublishedMessage, 'payload'> & { payload: Buffer | string }>
  }
}

const bytesOfPayload = (payload: Buffer | string): Uint8Array =>
  typeof payload === 'string' ? Buffer.from(payload) : payload

class AedesBroker implements Broker {
  #aedes: Promise<Aedes>
  readonly #create: () => Promise<Aedes>
  readonly #log: Log
  readonly #limits: BrokerLimits
  readonly #servers = new Set<Server>()
  readonly #sockets = new Set<Socket>()
  /** The sockets, below TLS, on which nobody has logged in yet, by their address: the socket above has the same one. */
  readonly #connecting = new Map<string, Socket>()

  constructor(aedes: Aedes, create: () => Promise<Aedes>, log: Log, limits: BrokerLimits) {
    this.#log = log
    this.#limits = limits
    this.#aedes = Promise.resolve(aedes)
    this.#create = create
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
    server.on(ready, (socket: Socket) => void this.#handle(socket))
    const bound = await listening(server, { host, port })
    this.#servers.add(server)
    return { host, port: bound, url: `${scheme}://${hostAndPort(host, bound)}` }
  }

  async #handle(socket: Socket): Promise<void> {
    const aedes = await this.#aedes
    if (socket.destroyed) return
    const client = aedes.handle(socket)
    boundPackets(client, socket, this.#log, this.#limits)
    boundUnread(client, socket, this.#log, this.#limits)
    const peer = peerOf(socket)
    client.once('connected', () => this.#connecting.delete(peer))
  }

  #track(socket: Socket): void {
    const peer = peerOf(socket)
    this.#sockets.add(socket)
    this.#connecting.set(peer, socket)
    socket.once('close', () => {
      this.#sockets.delete(socket)
      if (this.#connecting.get(peer) === socket) this.#connecting.delete(peer)
    })
    if (this.#connecting.size > this.#limits.connecting) this.#endOldest()
  }

  /** Whoever connects and says nothing keeps nobody out, and no more than so many sockets. */
  #endOldest(): void {
    for (const [peer, socket] of this.#connecting) {
      this.#connecting.delete(peer)
      socket.destroy()
      break
    }
    const { connecting } = this.#limits
    this.#log.log(
      'warn',
      `broker: ${connecting} connections have not logged in; the oldest one ends for each further one`,
    )
  }

  async publish({ payload, ...message }: PublishedMessage): Promise<void> {
    const aedes = await this.#aedes
    const packet = { ...message, cmd: 'publish', dup: false, payload: Buffer.from(payload) } as const
    await new Promise<void>((resolve, reject) =>
      aedes.publish(packet, (error?: Error | null) => (error ? reject(error) : resolve())),
    )
  }

  async retained(): Promise<readonly PublishedMessage[]> {
    const { persistence } = (await this.#aedes) as unknown as Persistent
    const kept: PublishedMessage[] = []
    for await (const { topic, payload, qos } of persistence.createRetainedStream('#'))
      kept.push({ topic, payload: bytesOfPayload(payload), qos, retain: true })
    return kept
  }

  /** Nobody hears a will any more: all sockets are gone before their clients are. */
  fresh(): void {
    const before = this.#aedes
    for (const socket of this.#sockets) socket.destroy()
    this.#aedes = this.#create()
    void before.then((aedes) => aedes.close())
  }

  async close(): Promise<void> {
    const ended = [...this.#servers].map((server) => new Promise((resolve) => server.close(resolve)))
    for (const socket of this.#sockets) socket.destroy()
    const aedes = await this.#aedes
    await Promise.all([...ended, new Promise<void>((resolve) => aedes.close(resolve))])
  }
}

const peerOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`

export interface TlsListenOptions extends ListenAddress {
  /** Issues the server's certificate and verifies those of clients. */
  readonly authority: Authority
  /** Only clients with a certificate of this authority may connect. */
  readonly requireCertificate?: boolean | undefined
}

/** Old modules offer TLS 1.0, whose SHA-1 only level 0 allows. */
const ciphers = 'DEFAULT:@SECLEVEL=0'

/** A server for TLS 1.0 to 1.3. */
async function createTlsServer({ host, authority, requireCertificate }: TlsListenOptions): Promise<Server> {
  const { certificate, key } = await authority.server(host)
  const demand = requireCertificate && { ca: authority.root, requestCert: true, rejectUnauthorized: true }
  return createServerOverTls({ cert: certificate, key, ciphers, minVersion: 'TLSv1', noDelay: true, ...demand })
}

/** Passwords by user name. */
export type Logins = ReadonlyMap<string, string> | Readonly<Record<string, string>>

const badUserNameOrPassword: AuthErrorCode.BAD_USERNAME_OR_PASSWORD = 4

/** What aedes asks about every CONNECT. Takes as long for an unknown name as for a wrong password. */
function loginCheck(logins: Logins): Aedes['authenticate'] {
  const digests = passwordDigests(logins)
  const nobody = digest('')
  return (_client, username, password, done) => {
    const expected = digests.get(username ?? '')
    const equal = timingSafeEqual(expected ?? nobody, digest(password ?? ''))
    if (expected && password && equal) done(null, true)
    else done(refusal(), null)
  }
}

function passwordDigests(logins: Logins): ReadonlyMap<string, Buffer> {
  const entries = logins instanceof Map ? [...logins] : Object.entries(logins)
  return new Map(entries.map(([name, password]) => [name, digest(password)]))
}

function digest(password: string | Uint8Array): Buffer {
  return createHash('sha256').update(password).digest()
}

function refusal(): AuthenticateError {
  return Object.assign(new Error('bad user name or password'), { returnCode: badUserNameOrPassword })
}
