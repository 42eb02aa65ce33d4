import { connect, type Socket } from 'node:net'
import type { Clock, Log } from '../runtime/runtime.ts'
import { SetupError } from '../setup-error.ts'
import type { Pipe } from '../stream.ts'
import { hostAndPort } from './listening.ts'
import { CLOSE_GRACE_MS, StreamPipe } from './stream-pipe.ts'

const FIRST_DELAY_MS = 250
const LONGEST_DELAY_MS = 5000

export interface TcpConnectOptions {
  /** Name or address, IPv6 without brackets. */
  readonly host: string
  /** 1–65535. */
  readonly port: number
  readonly clock: Clock
  /** Told when a connection stands and when the first of a row of attempts fails. */
  readonly log?: Log
}

/**
 * Connects to a host that listens (QEMU, Renode, a serial server). When the connection ends or fails it dials again:
 * after 250 ms, then twice as long each time up to 5 s, until `close()`. Keeps the process alive meanwhile.
 */
export function connectTcp(options: TcpConnectOptions): Pipe {
  const { host, port } = options
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new SetupError('invalid', `${port} is no TCP port to connect to: give one from 1 to 65535.`)
  }
  if (host === '') throw new SetupError('invalid', 'The host to connect to has no name: give one, such as 127.0.0.1.')
  return new TcpClientPipe(options)
}

class TcpClientPipe extends StreamPipe {
  readonly #options: TcpConnectOptions
  readonly #keepAlive = setInterval(() => {}, 2 ** 30)
  #socket: Socket
  #delayMs = FIRST_DELAY_MS
  #cancelRedial: () => void = () => {}
  #closed = false

  constructor(options: TcpConnectOptions) {
    super(hostAndPort(options.host, options.port))
    this.#options = options
    this.#socket = this.#dial()
  }

  async close(): Promise<void> {
    this.silence()
    this.#closed = true
    this.#cancelRedial()
    clearInterval(this.#keepAlive)
    await this.flushed(CLOSE_GRACE_MS)
    this.#socket.destroySoon()
  }

  #dial(): Socket {
    const { host, port } = this.#options
    const socket = connect({ host, port, noDelay: true })
    socket.on('connect', () => this.#connected(socket))
    socket.on('error', (error) => this.#failed(error))
    socket.on('end', () => this.detach())
    socket.on('close', () => this.#ended())
    return socket
  }

  #connected(socket: Socket): void {
    if (this.#closed) return
    this.#delayMs = FIRST_DELAY_MS
    this.#options.log?.log('info', `connected to ${this.address}`)
    this.attach(socket, socket)
  }

  #failed(error: Error): void {
    const first = this.#delayMs === FIRST_DELAY_MS && !this.occupied
    if (first)
      this.#options.log?.log('warn', `no connection to ${this.address} yet, trying on`, { reason: error.message })
  }

  #ended(): void {
    this.detach()
    if (this.#closed) return
    this.#cancelRedial = this.#options.clock.after(this.#delayMs, () => {
      this.#socket = this.#dial()
    })
    this.#delayMs = Math.min(this.#delayMs * 2, LONGEST_DELAY_MS)
  }
}
