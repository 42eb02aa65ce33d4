import { createServer, type Server, type Socket } from 'node:net'
import type { Faults } from '../faults/public.ts'
import type { Clock, Log } from '../io/runtime/runtime.ts'
import { errorText } from '../io/setup-error.ts'
import { CLOSE_GRACE_MS } from '../io/transports/node-stream.ts'
import { hostAndPort, listening } from '../io/transports/tcp-socket.ts'
import type { Module } from '../module/public.ts'
import { EventFeed } from './events.ts'
import { LineSplitter, maxControlLine } from './line-splitter.ts'
import { type OperationContext, perform } from './operations.ts'
import { SendQueue } from './send-queue.ts'

export interface ControlOptions {
  /** `127.0.0.1` keeps it to this machine: whoever reaches it may do everything, there is no login. */
  readonly host: string
  /** 0 takes a free port. */
  readonly port: number
  readonly module: Module
  /** None: the operations about faults are refused. */
  readonly faults?: Faults
  readonly clock: Clock
  readonly log: Log
}

export interface Control {
  readonly host: string
  readonly port: number
  /** `host:port`, as a client is told it. */
  readonly address: string
  /** Ends every connection and frees the port. */
  close(): Promise<void>
}

/** Replies that a client has not read, in bytes, at which its requests are no longer read. */
const pauseAt = 1 << 20

/** Listens for JSON lines that drive and watch a module; many clients at once. Rejects with a `SetupError`. */
export async function startControl({ host, port, module, faults, clock, log }: ControlOptions): Promise<Control> {
  const feed = new EventFeed(module, clock)
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true, keepAlive: true, allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    new ControlConnection(socket, module, faults, feed, log)
  })
  const bound = await listening(server, { host, port })
  return { host, port: bound, address: hostAndPort(host, bound), close: () => shutDown(server, sockets) }
}

class ControlConnection implements OperationContext {
  readonly module: Module
  readonly faults: Faults | undefined
  readonly #feed: EventFeed
  readonly #socket: Socket
  readonly #outbox: SendQueue
  readonly #log: Log
  readonly #splitter = new LineSplitter()
  #unwatch: (() => void) | undefined
  #left = false

  constructor(socket: Socket, module: Module, faults: Faults | undefined, feed: EventFeed, log: Log) {
    this.module = module
    this.faults = faults
    this.#feed = feed
    this.#socket = socket
    this.#outbox = new SendQueue(socket)
    this.#log = log
    socket.setEncoding('utf8')
    socket.on('data', (text: string) => this.#read(text))
    socket.on('end', () => this.#ended())
    socket.on('drain', () => socket.resume())
    socket.on('error', () => {})
    socket.on('close', () => this.#unwatch?.())
  }

  streamEvents(): void {
    this.#unwatch ??= this.#feed.watch((event) => this.#outbox.event(event))
  }

  #read(text: string): void {
    const lines = this.#splitter.take(text)
    for (const line of lines) this.#serve(line)
    if (this.#splitter.rest.length > maxControlLine) this.#refuseLong()
    if (this.#socket.writableLength > pauseAt) this.#socket.pause()
  }

  #serve(line: string): void {
    if (line === '' || this.#left) return
    if (line.length > maxControlLine) return this.#refuseLong()
    this.#outbox.reply(this.#perform(line))
    // A web page can make a browser send JSON lines to any port, but only behind the head of an HTTP request.
    if (/ HTTP\/\d/.test(line) && !line.startsWith('{')) this.#leave()
  }

  #perform(line: string): object {
    try {
      return perform(this, line)
    } catch (error) {
      this.#log.log('error', 'a control operation failed', { reason: errorText(error) })
      return { ok: false, error: `The module failed at this (${errorText(error)}): please report it.` }
    }
  }

  #refuseLong(): void {
    if (this.#left) return
    this.#outbox.reply({ ok: false, error: `The line is longer than ${maxControlLine} bytes: send shorter ones.` })
    this.#leave()
  }

  /** No more requests; whoever watches (`echo … | nc`) may go on to read. */
  #ended(): void {
    this.#serve(this.#splitter.rest.trim())
    if (!this.#unwatch) this.#leave()
  }

  /** Sends what is queued, then FIN; what still comes is thrown away, so that no RST overtakes the last reply. */
  #leave(): void {
    if (this.#left) return
    this.#left = true
    this.#unwatch?.()
    this.#socket.removeAllListeners('data').resume()
    letGo(this.#socket)
  }
}

function letGo(socket: Socket): void {
  const timer = setTimeout(() => socket.destroy(), CLOSE_GRACE_MS)
  socket.once('close', () => clearTimeout(timer))
  socket.end()
}

async function shutDown(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  for (const socket of sockets) letGo(socket)
  await closed
}
