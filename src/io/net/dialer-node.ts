import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { Clock } from '../runtime.ts'
import { errorText } from '../setup-error.ts'
import { type CertificateStore, memoryStore } from './certificate-store.ts'
import { DialedSocket } from './dialed-socket.ts'
import type { Connection, ConnectionEvents, Dialer, DialFailure, DialOptions } from './dialer.ts'
import { TlsConnection, type TlsDialing } from './tls-connection.ts'

/** One address that does not answer must not use up the time of the others. */
const LONGEST_ATTEMPT_MS = 3000

/** Gives all addresses of a name, the best first. */
export type Lookup = (host: string) => Promise<readonly string[]>

export interface NodeDialerOptions {
  readonly clock: Clock
  /** Instead of the system's name look-up. */
  readonly lookup?: Lookup
  /** Where TLS finds its files; none: there are none. */
  readonly certificates?: CertificateStore
  /** The date for TLS, ms since 1970; none: the machine's. */
  readonly localTime?: () => number
}

/** Real TCP and TLS. The addresses of a name are tried one after the other. */
export function nodeDialer(options: NodeDialerOptions): Dialer {
  const { clock, lookup: find = systemLookup, certificates: store = memoryStore(), localTime = Date.now } = options
  const open: TlsDialing['open'] = (target, opened, failed) => new Dial(clock, find, target, opened, failed)
  const dialing = { clock, store, localTime, open }
  return {
    dial: ({ tls, ...target }, events) =>
      tls ? new TlsConnection(dialing, { ...target, tls }, events) : new NodeConnection(clock, find, target, events),
  }
}

async function systemLookup(host: string): Promise<readonly string[]> {
  const found = await lookup(host, { all: true })
  return found.map(({ address }) => address)
}

/** A dial, and the connection it leads to. */
class NodeConnection implements Connection {
  readonly #clock: Clock
  readonly #events: ConnectionEvents
  #dial: Dial | undefined
  #socket: DialedSocket | undefined
  #paused = false

  constructor(clock: Clock, find: Lookup, target: DialOptions, events: ConnectionEvents) {
    this.#clock = clock
    this.#events = events
    this.#dial = new Dial(clock, find, target, (socket) => this.#opened(socket), events.failed.bind(events))
  }

  write(bytes: Uint8Array): boolean {
    return this.#socket?.send(bytes) ?? true
  }

  pause(): void {
    this.#paused = true
    this.#socket?.pause()
  }

  resume(): void {
    this.#paused = false
    this.#socket?.resume()
  }

  close(graceMs: number): void {
    if (this.#socket === undefined) return this.destroy()
    const socket = this.#socket
    if (socket.destroyed) return
    const cancel = this.#clock.after(graceMs, () => socket.quit())
    socket.once('close', cancel)
    socket.end()
  }

  destroy(): void {
    this.#dial?.abandon()
    this.#dial = undefined
    this.#socket?.quit()
  }

  #opened(socket: DialedSocket): void {
    this.#dial = undefined
    this.#socket = socket
    if (this.#paused) socket.pause()
    socket.serve(this.#events)
    this.#events.connected()
  }
}

/** The way to an open socket: name look-up, then one attempt after the other, each stage with its limit. Gone afterwards. */
class Dial {
  readonly #clock: Clock
  readonly #target: DialOptions
  readonly #opened: (socket: DialedSocket) => void
  readonly #failed: (reason: DialFailure, detail: string) => void
  #addresses: readonly string[] = []
  #socket: DialedSocket | undefined
  #cancelLimit: () => void = () => {}
  #cancelAttempt: () => void = () => {}
  #deadline = 0
  #over = false

  constructor(
    clock: Clock,
    find: Lookup,
    target: DialOptions,
    opened: (socket: DialedSocket) => void,
    failed: (reason: DialFailure, detail: string) => void,
  ) {
    this.#clock = clock
    this.#target = target
    this.#opened = opened
    this.#failed = failed
    if (isIP(target.host) === 0) this.#find(find)
    else this.#start([target.host])
  }

  abandon(): void {
    this.#over = true
    this.#cancelLimit()
    this.#cancelAttempt()
    this.#socket?.quit()
  }

  #find(find: Lookup): void {
    const { host, timeoutMs } = this.#target
    this.#cancelLimit = this.#clock.after(timeoutMs, () =>
      this.#fail('dns', `no address for ${host} in ${timeoutMs} ms`),
    )
    find(host).then(
      (addresses) => this.#found(addresses),
      (error) => this.#fail('dns', errorText(error)),
    )
  }

  #found(addresses: readonly string[]): void {
    if (this.#over) return
    this.#cancelLimit()
    if (addresses.length === 0) this.#fail('dns', `no address for ${this.#target.host}`)
    else this.#start(addresses)
  }

  #start(addresses: readonly string[]): void {
    const { host, port, timeoutMs } = this.#target
    this.#addresses = addresses
    this.#deadline = this.#clock.now() + timeoutMs
    const detail = `no TCP connection to ${host}, port ${port}, in ${timeoutMs} ms`
    this.#cancelLimit = this.#clock.after(timeoutMs, () => this.#fail('connect', detail))
    this.#attempt()
  }

  #attempt(): void {
    const [address = '', ...others] = this.#addresses
    this.#addresses = others
    const socket = new DialedSocket()
    this.#socket = socket
    const onError = (error: Error) => this.#next(socket, error.message)
    socket.once('error', onError)
    socket.once('connect', () => {
      socket.off('error', onError)
      this.#connected(socket)
    })
    socket.connect({ host: address, port: this.#target.port })
    if (others.length > 0) this.#limitAttempt(socket, address)
  }

  #limitAttempt(socket: DialedSocket, address: string): void {
    const share = (this.#deadline - this.#clock.now()) / (this.#addresses.length + 1)
    const limit = Math.min(share, LONGEST_ATTEMPT_MS)
    this.#cancelAttempt = this.#clock.after(limit, () => this.#next(socket, `no answer from ${address}`))
  }

  #next(socket: DialedSocket, detail: string): void {
    if (this.#over || socket !== this.#socket) return
    this.#cancelAttempt()
    socket.quit()
    if (this.#addresses.length === 0) this.#fail('connect', detail)
    else this.#attempt()
  }

  #connected(socket: DialedSocket): void {
    this.#over = true
    this.#cancelLimit()
    this.#cancelAttempt()
    this.#opened(socket)
  }

  #fail(reason: DialFailure, detail: string): void {
    if (this.#over) return
    this.abandon()
    this.#failed(reason, detail)
  }
}
