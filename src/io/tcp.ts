import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import type { Pipe } from './pipe.ts'
import { errorCode, errorText, SetupError } from './setup-error.ts'
import { CLOSE_GRACE_MS, StreamPipe } from './stream-pipe.ts'

const REFUSAL = '\r\nbusy: another program is connected to this AT port\r\n'
/** A program that closes and connects again may be seen before its old connection's end: it waits so long for that. */
const TURNOVER_MS = 25
/** A client whose machine has vanished would hold the port for ever; keep-alive finds out. */
const KEEP_ALIVE_MS = 30_000

export interface TcpOptions {
  /** Name or address to listen on or to connect to, IPv6 without brackets. */
  readonly host: string
  /** 0 when listening: a free one is chosen. */
  readonly port: number
}

/** A listening pipe: `port` is the one that was bound. */
export interface TcpPipe extends Pipe {
  readonly port: number
}

/**
 * Listens for one client at a time. A second one is told so in a line of text and let go. Rejects with a `SetupError`
 * when the address can't be had. Keeps the process alive until `close()`.
 */
export async function listenTcp(options: TcpOptions): Promise<TcpPipe> {
  const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS })
  await listening(server, options)
  const { port } = server.address() as AddressInfo
  return new TcpServerPipe(server, options.host, port)
}

/** `127.0.0.1:7672`, `[::1]:7672`. */
export function hostAndPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

class TcpServerPipe extends StreamPipe implements TcpPipe {
  readonly port: number
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  constructor(server: Server, host: string, port: number) {
    super(hostAndPort(host, port))
    this.port = port
    this.#server = server
    server.on('connection', (socket) => this.#connected(socket))
    server.on('error', () => {})
  }

  async close(): Promise<void> {
    this.silence()
    const closed = new Promise((resolve) => this.#server.close(resolve))
    await this.flushed(CLOSE_GRACE_MS)
    for (const socket of this.#sockets) letGo(socket)
    await closed
  }

  #connected(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => this.#sockets.delete(socket))
    if (this.occupied) setTimeout(() => this.#admit(socket), TURNOVER_MS)
    else this.#admit(socket)
  }

  #admit(socket: Socket): void {
    if (socket.destroyed) return
    if (this.occupied || !this.#server.listening) return refuse(socket)
    const leave = once(() => {
      this.detach()
      letGo(socket)
    })
    socket.on('end', leave).on('close', leave)
    this.attach(socket, socket)
  }
}

function refuse(socket: Socket): void {
  socket.write(REFUSAL)
  letGo(socket)
}

/** Sends what is queued, then FIN; closing with unread input would be an RST, so the peer's FIN is awaited a little. */
function letGo(socket: Socket): void {
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

function listening(server: Server, { host, port }: TcpOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, host, port)))
    try {
      server.listen({ host, port }, () => resolve())
    } catch (error) {
      reject(listenError(error, host, port))
    }
  })
}

function listenError(error: unknown, host: string, port: number): SetupError {
  switch (errorCode(error)) {
    case 'EADDRINUSE':
      return new SetupError(
        'inUse',
        `TCP port ${port} on ${host} is in use by another program: stop it or choose another port.`,
        error,
      )
    case 'EACCES':
      return new SetupError(
        'denied',
        `TCP port ${port} on ${host} needs rights this user does not have: choose a port above 1023.`,
        error,
      )
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
      return new SetupError(
        'invalid',
        `${host} is no address of this machine: listen on 127.0.0.1, or on one it has.`,
        error,
      )
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new SetupError(
        'invalid',
        `The name ${host} is not known: listen on 127.0.0.1, or on an address of this machine.`,
        error,
      )
    case 'ERR_SOCKET_BAD_PORT':
      return new SetupError('invalid', `${port} is no TCP port: choose one from 0 (any free one) to 65535.`, error)
    default:
      return new SetupError(
        'invalid',
        `Can't listen on ${hostAndPort(host, port)} (${errorText(error)}): choose another address or port.`,
        error,
      )
  }
}
