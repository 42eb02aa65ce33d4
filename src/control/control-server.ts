import { createServer, type Server, type Socket } from 'node:net'
import type { Content } from '../at/commands/content.ts'
import type { Faults } from '../faults/public.ts'
import { ProtocolScreen } from '../io/foreign-protocol.ts'
import { Portions } from '../io/portions.ts'
import type { Clock, Log } from '../io/runtime/runtime.ts'
import { sparingLog } from '../io/runtime/sparing-log.ts'
import { isSameSecret } from '../io/same-secret.ts'
import { errorText, SetupError } from '../io/setup-error.ts'
import { CLOSE_GRACE_MS } from '../io/transports/node-stream.ts'
import { dropOldest, hostAndPort, isLoopback, listening } from '../io/transports/tcp-socket.ts'
import type { Module } from '../module/public.ts'
import { EventFeed } from './events.ts'
import type { LineAdvice } from './line-advice.ts'
import { LineSplitter, maxControlLine } from './line-splitter.ts'
import type { OperationContext } from './operation.ts'
import { noRequest, parseRequest, perform } from './requests.ts'
import { SendQueue } from './send-queue.ts'

export interface ControlOptions {
  /** `127.0.0.1` keeps it to this machine: whoever reaches it may do everything. Other machines need the token. */
  readonly host: string
  /** 0 takes a free port. */
  readonly port: number
  /** What the first line of each client must bear, `{"token":"…"}`. Needed where other machines reach the port. */
  readonly token?: string
  readonly module: Module
  /** None: the operations about faults are refused. */
  readonly faults?: Faults
  /** What goes wrong on its lines; none: the operation `explain` is refused. */
  readonly advice?: LineAdvice | undefined
  /** What the operation `fresh` does; none: it makes the module and its faults fresh. */
  readonly fresh?: () => void
  readonly clock: Clock
  readonly log: Log
  /** What events and `state` leave out beside secrets. */
  readonly leftOut?: readonly Content[] | undefined
}

export interface Control {
  readonly host: string
  readonly port: number
  /** `host:port`, as a client is told it. */
  readonly address: string
  /** Ends every connection and frees the port. */
  close(): Promise<void>
}

/** So many clients at once; beyond, one that has said nothing yet gives way to the next. */
const mostClients = 64
/** Connections at once, those among them that are being turned away. */
const mostSockets = 256
const full = `This control port has ${mostClients} clients already: end one of them, then connect again.`
/** A client whose machine has vanished would be kept for ever; keep-alive finds out. */
const keepAliveMs = 30_000

/** Replies that a client has not read, in bytes, at which its requests are no longer read. */
const pauseAt = 1 << 20

/**
 * Listens for JSON lines that drive and watch a module; many clients at once. Rejects with a `SetupError`: an address
 * that can't be had, or one that other machines reach and no token.
 */
export async function startControl({
  host,
  port,
  token,
  module,
  faults,
  fresh = () => {
    faults?.fresh()
    module.fresh()
  },
  clock,
  log,
  leftOut = [],
  advice,
}: ControlOptions): Promise<Control> {
  if (!token && !isLoopback(host))
    throw new SetupError(
      'invalid',
      `Other machines reach a control port on ${host}, and may do everything: give it a token, or listen on 127.0.0.1.`,
    )
  const feed = new EventFeed(module, clock, leftOut)
  const sockets = new Set<Socket>()
  const clients = new Set<ControlConnection>()
  const refusals = sparingLog(log, clock)
  const served: Served = { module, faults, advice, leftOut, fresh, feed, log, refusals, token: token || undefined }
  const listener = { noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveMs, allowHalfOpen: true }
  const server = createServer(listener, (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    admit(clients, new ControlConnection(socket, served, (client) => clients.delete(client)))
    dropOldest(sockets, mostSockets, (each) => !each.writableEnded)
  })
  const bound = await listening(server, { host, port })
  return { host, port: bound, address: hostAndPort(host, bound), close: () => shutDown(server, sockets) }
}

function admit(clients: Set<ControlConnection>, next: ControlConnection): void {
  const silent = clients.size < mostClients ? undefined : [...clients].find(({ admitted }) => !admitted)
  silent?.turnAway(full)
  if (clients.size < mostClients) clients.add(next)
  else next.turnAway(full)
}

/** What all connections of a control port share. */
interface Served {
  readonly module: Module
  readonly faults: Faults | undefined
  readonly advice: LineAdvice | undefined
  readonly leftOut: readonly Content[]
  readonly fresh: () => void
  readonly feed: EventFeed
  readonly log: Log
  /** Of clients that are turned away. */
  readonly refusals: Log
  readonly token: string | undefined
}

class ControlConnection implements OperationContext {
  readonly module: Module
  readonly faults: Faults | undefined
  readonly advice: LineAdvice | undefined
  readonly leftOut: readonly Content[]
  readonly #served: Served
  readonly #socket: Socket
  readonly #outbox: SendQueue
  readonly #portions: Portions
  readonly #screen = new ProtocolScreen()
  readonly #decoder = new TextDecoder()
  readonly #splitter = new LineSplitter()
  readonly #onLeft: (client: ControlConnection) => void
  #unwatch: (() => void) | undefined
  /** Its first line was one of a client. */
  admitted = false
  #left = false

  constructor(socket: Socket, served: Served, onLeft: (client: ControlConnection) => void) {
    this.module = served.module
    this.faults = served.faults
    this.advice = served.advice
    this.leftOut = served.leftOut
    this.#served = served
    this.#socket = socket
    this.#onLeft = onLeft
    this.#outbox = new SendQueue(socket)
    this.#portions = new Portions((bytes) => this.#read(bytes), socket)
    socket.on('data', (bytes: Uint8Array) => this.#portions.add(bytes))
    socket.on('end', () => this.#ended())
    socket.on('drain', () => this.#portions.resume())
    socket.on('error', () => {})
    socket.on('close', () => this.#gone())
  }

  fresh(): void {
    this.#served.fresh()
  }

  streamEvents(): void {
    if (this.#unwatch) return
    const { feed, advice } = this.#served
    const stops = [
      feed.watch((event) => this.#outbox.event(event)),
      ...(advice ? [advice.watch((event) => this.#outbox.event(event))] : []),
    ]
    this.#unwatch = () => {
      for (const stop of stops) stop()
    }
  }

  #read(bytes: Uint8Array): void {
    const { pass, foreign } = this.#screen.take(bytes)
    for (const line of this.#splitter.take(this.#decoder.decode(pass, { stream: true }))) this.#serve(line)
    if (foreign) this.turnAway(`This is no ${foreign} port: send a line of JSON, such as {"op":"state"}.`)
    if (this.#splitter.rest.length > maxControlLine) this.#refuseLong()
    if (this.#socket.writableLength > pauseAt) this.#portions.pause()
  }

  #serve(line: string): void {
    if (line === '' || this.#left) return
    if (line.length > maxControlLine) return this.#refuseLong()
    if (this.admitted) this.#outbox.reply(this.#perform(line))
    else this.#admit(line)
  }

  /** The first line: what is no client of ours is not listened to any longer. */
  #admit(line: string): void {
    const request = parseRequest(line)
    if (!request) return this.turnAway(noRequest)
    const { token } = this.#served
    const names = Object.keys(request).join()
    if (token !== undefined && (names !== 'token' || !isSameSecret(request.token, token)))
      return this.turnAway(
        'This control port wants its token first: send {"token":"…"} with that of --control-token as the first line.',
      )
    this.admitted = true
    this.#outbox.reply(names === 'token' ? { ok: true } : this.#perform(line))
  }

  turnAway(error: string): void {
    if (this.#left) return
    this.#served.refusals.log('warn', 'connection to the control port closed', { reason: error })
    this.#outbox.reply({ ok: false, error })
    this.#leave()
  }

  #perform(line: string): object {
    try {
      return perform(this, line)
    } catch (error) {
      this.#served.log.log('error', 'a control operation failed', { reason: errorText(error) })
      return { ok: false, error: `The module failed at this (${errorText(error)}): please report it.` }
    }
  }

  #refuseLong(): void {
    if (this.#left) return
    this.#outbox.reply({ ok: false, error: `The line is longer than ${maxControlLine} bytes: send shorter ones.` })
    this.#leave()
  }

  /** No more requests, and nothing tells one who reads on from one who has gone. */
  #ended(): void {
    this.#portions.flush()
    this.#serve(this.#splitter.rest.trim())
    this.#leave()
  }

  #gone(): void {
    this.#unwatch?.()
    this.#unwatch = undefined
    this.#onLeft(this)
  }

  /** Sends what is queued, then FIN; what still comes is thrown away, so that no RST overtakes the last reply. */
  #leave(): void {
    if (this.#left) return
    this.#left = true
    this.#portions.clear()
    this.#gone()
    this.#socket.removeAllListeners('data').resume()
    endSocket(this.#socket)
  }
}

function endSocket(socket: Socket): void {
  const timer = setTimeout(() => socket.destroy(), CLOSE_GRACE_MS)
  socket.once('close', () => clearTimeout(timer))
  socket.end()
}

async function shutDown(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  for (const socket of sockets) endSocket(socket)
  await closed
}
