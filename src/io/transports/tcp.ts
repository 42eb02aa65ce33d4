import { createServer, type Server, type Socket } from 'node:net'
import type { Pipe } from '../stream.ts'
import { hostAndPort, type ListenAddress, listening } from './listening.ts'
import { CLOSE_GRACE_MS, StreamPipe } from './stream-pipe.ts'

const REFUSAL = '\r\nbusy: another program is connected to this AT port\r\n'
/** A program that closes and connects again may be seen before its old connection's end: it waits so long for that. */
const TURNOVER_MS = 25
/** A client whose machine has vanished would hold the port for ever; keep-alive finds out. */
const KEEP_ALIVE_MS = 30_000

/** A listening pipe: `port` is the one that was bound. */
export interface TcpPipe extends Pipe {
  readonly port: number
}

/**
 * Listens for one client at a time. A second one is told so in a line of text and let go. Rejects with a `SetupError`
 * when the address can't be had. Keeps the process alive until `close()`.
 */
export async function listenTcp(options: ListenAddress): Promise<TcpPipe> {
  const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS })
  return new TcpServerPipe(server, options.host, await listening(server, options))
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
