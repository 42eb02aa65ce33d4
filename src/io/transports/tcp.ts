import { connect, createServer, type Server, type Socket } from 'node:net'
import { portBusyPrefix } from '../../at/urcs.ts'
import { type ForeignProtocol, ProtocolScreen } from '../foreign-protocol.ts'
import type { Clock, Log } from '../runtime/runtime.ts'
import type { ByteStream } from '../stream.ts'
import { CLOSE_GRACE_MS, NodeStream } from './node-stream.ts'
import {
  checkAddress,
  connected,
  dropOldest,
  hostAndPort,
  type ListenAddress,
  listening,
  type TcpAddress,
} from './tcp-socket.ts'

const REFUSAL = `\r\n${portBusyPrefix}another program is connected to this AT port\r\n`
/** A program that closes and connects again may be seen before its old connection's end: it waits so long for that. */
const TURNOVER_MS = 25
/** A client whose machine has vanished would hold the port for ever; keep-alive finds out. */
const KEEP_ALIVE_MS = 30_000
/** Connections at once, those among them that are being turned away. */
const MOST_SOCKETS = 256
const FIRST_DELAY_MS = 250
const LONGEST_DELAY_MS = 5000

/** A listening stream: `port` is the one that was bound. */
export interface TcpListener extends ByteStream {
  readonly port: number
}

export interface TcpListenOptions extends ListenAddress {
  /** Told of a client that is let go because it speaks HTTP, TLS or STUN. */
  readonly log?: Log
}

/**
 * Listens for one client at a time. A second one is told so in a line of text and let go; so is one that begins with
 * HTTP, TLS or STUN, as browsers do, and nothing that it sends is delivered from the end of its first line on. Rejects
 * with a `SetupError` when the address can't be had. Keeps the process alive until `close()`.
 */
export async function listenTcp({ log, ...address }: TcpListenOptions): Promise<TcpListener> {
  const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS })
  return new TcpAcceptor(server, address.host, await listening(server, address), log)
}

class TcpAcceptor extends NodeStream implements TcpListener {
  readonly admitsStrangers = true
  readonly port: number
  readonly #server: Server
  readonly #log: Log | undefined
  readonly #sockets = new Set<Socket>()
  #client: Socket | undefined
  #screen = new ProtocolScreen()
  #leave: () => void = () => {}

  constructor(server: Server, host: string, port: number, log: Log | undefined) {
    super(hostAndPort(host, port))
    this.port = port
    this.#server = server
    this.#log = log
    server.on('connection', (socket) => this.#connected(socket))
  }

  async close(): Promise<void> {
    this.silence()
    const closed = new Promise((resolve) => this.#server.close(resolve))
    await this.flushed(CLOSE_GRACE_MS)
    for (const socket of this.#sockets) endSocket(socket)
    await closed
  }

  #connected(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => this.#sockets.delete(socket))
    dropOldest(this.#sockets, MOST_SOCKETS, (each) => each === this.#client)
    if (this.occupied) setTimeout(() => this.#admit(socket), TURNOVER_MS)
    else this.#admit(socket)
  }

  #admit(socket: Socket): void {
    if (socket.destroyed) return
    if (this.occupied || !this.#server.listening) return refuse(socket)
    const leave = once(() => {
      this.detach()
      endSocket(socket)
    })
    socket.on('end', leave).on('close', leave)
    this.#screen = new ProtocolScreen()
    this.#leave = leave
    this.#client = socket
    this.attach(socket, socket)
  }

  protected override received(bytes: Uint8Array): void {
    const { pass, foreign } = this.#screen.take(bytes)
    if (pass.length > 0) this.deliver(pass)
    if (foreign) this.#turnAway(foreign)
  }

  #turnAway(protocol: ForeignProtocol): void {
    this.#log?.log('warn', `connection closed: it speaks ${protocol}, as a web page in a browser does`, {
      port: this.address,
    })
    this.forget()
    this.#leave()
  }
}

function refuse(socket: Socket): void {
  socket.write(REFUSAL)
  endSocket(socket)
}

/** Sends what is queued, then FIN; closing with unread input would be an RST, so the peer's FIN is awaited a little. */
function endSocket(socket: Socket): void {
  const timer = setTimeout(() => socket.destroy(), CLOSE_GRACE_MS)
  socket.once('close', () => clearTimeout(timer))
  socket.resume()
  socket.end()
}

function once(action: () => void): () => void {
  let done = false
  return () => {
    if (!done) action()
    done = true
  }
}

/** How to dial again when the connection ends: after 250 ms, then twice as long each time up to 5 s, until `close()`. */
export interface Redial {
  readonly clock: Clock
  /** Told when a connection stands and when the first of a row of attempts fails. */
  readonly log?: Log
}

export interface TcpPortOptions extends TcpAddress {
  /** How long connecting may take, in ms; 10,000. */
  readonly connectMs?: number
  /** Without it the end of the connection is the end of the stream. With it the process is kept alive until `close()`. */
  readonly redial?: Redial
}

/** Connects to a module, or to a serial server in front of one. Rejects with a `SetupError`. */
export async function openTcpPort({ connectMs = 10_000, redial, ...address }: TcpPortOptions): Promise<ByteStream> {
  checkAddress(address)
  const socket = await connected(address, connectMs)
  return new TcpDialler(address, redial, socket)
}

/**
 * Connects to a host that listens (QEMU, Renode, a serial server), now or once it does: dials again when the connection
 * ends or fails. Throws a `SetupError` for an address that can't be.
 */
export function connectTcp({ clock, log, ...address }: TcpAddress & Redial): ByteStream {
  checkAddress(address)
  return new TcpDialler(address, { clock, ...(log && { log }) })
}

class TcpDialler extends NodeStream {
  readonly #to: TcpAddress
  readonly #redial: Redial | undefined
  readonly #keepAlive: NodeJS.Timeout | undefined
  #socket: Socket
  #delayMs = FIRST_DELAY_MS
  #cancelRedial: () => void = () => {}
  #closed = false

  /** `socket`: one that is connected already. */
  constructor(to: TcpAddress, redial: Redial | undefined, socket?: Socket) {
    super(hostAndPort(to.host, to.port))
    this.#to = to
    this.#redial = redial
    if (redial) this.#keepAlive = setInterval(() => {}, 2 ** 30)
    this.#socket = this.#use(socket ?? connect({ ...to, noDelay: true }))
    if (socket) this.attach(socket, socket)
  }

  async close(): Promise<void> {
    this.silence()
    this.#closed = true
    this.#cancelRedial()
    clearInterval(this.#keepAlive)
    await this.flushed(CLOSE_GRACE_MS)
    if (this.#socket.connecting) this.#socket.destroy()
    else if (!this.#socket.destroyed) endSocket(this.#socket)
  }

  #use(socket: Socket): Socket {
    socket.on('connect', () => this.#connected(socket))
    socket.on('error', (error) => this.#failed(error))
    socket.on('end', () => {
      this.detach()
      endSocket(socket)
    })
    socket.on('close', () => this.#ended())
    return socket
  }

  #connected(socket: Socket): void {
    if (this.#closed) return
    this.#delayMs = FIRST_DELAY_MS
    this.#redial?.log?.log('info', `connected to ${this.address}`)
    this.attach(socket, socket)
  }

  #failed(error: Error): void {
    const first = this.#delayMs === FIRST_DELAY_MS && !this.occupied
    if (first)
      this.#redial?.log?.log('warn', `no connection to ${this.address} yet, trying on`, { reason: error.message })
    this.detach(error)
  }

  #ended(): void {
    this.detach()
    if (this.#closed || !this.#redial) return
    this.#cancelRedial = this.#redial.clock.after(this.#delayMs, () => {
      this.#socket = this.#use(connect({ ...this.#to, noDelay: true }))
    })
    this.#delayMs = Math.min(this.#delayMs * 2, LONGEST_DELAY_MS)
  }
}
