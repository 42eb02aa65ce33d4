import type { Clock } from '../runtime/runtime.ts'
import { type CertificateStore, memoryStore } from '../tls/certificate-store.ts'
import { TlsConnection, type TlsDialing, type TlsTarget } from '../tls/tls-connection.ts'
import { Dial, type Lookup } from './dial.ts'
import { connectSocket, type DialedSocket } from './dialed-socket.ts'
import type { ConnectionEvents, Dialer, DialOptions, WireBytes, WiredConnection } from './dialer.ts'
import { HalfOpenSocket } from './half-open-socket.ts'

export interface NodeDialerOptions {
  readonly clock: Clock
  /** Instead of the system's name look-up. */
  readonly lookup?: Lookup
  /** Where TLS finds its files; none: there are none. */
  readonly certificates?: CertificateStore
  /** The date for TLS, ms since 1970; none: the machine's. */
  readonly localTime?: () => number
  /** The address of this machine that connections come from; none: the system chooses. */
  readonly localAddress?: string
}

/** One for all: a dialer does not write, and a fleet has one a module. */
const none = memoryStore()

/** Real TCP and TLS. The addresses of a name are tried one after the other. */
export function nodeDialer(options: NodeDialerOptions): Dialer {
  const { clock, lookup: find = systemLookup, certificates: store = none, localTime = Date.now, localAddress } = options
  const dialing = { clock, find, store, localTime, localAddress }
  return {
    lookup: find,
    dial: (target, events) =>
      isTls(target) ? new TlsConnection(dialing, target, events) : new NodeConnection(dialing, target, events),
  }
}

const isTls = (target: DialOptions): target is TlsTarget => target.tls !== undefined

async function systemLookup(host: string): Promise<readonly string[]> {
  const { lookup } = await import('node:dns/promises')
  const found = await lookup(host, { all: true })
  return found.map(({ address }) => address)
}

/** A dial, and the connection it leads to. */
class NodeConnection implements WiredConnection {
  readonly #clock: Clock
  readonly #events: ConnectionEvents
  #dial: Dial<DialedSocket> | undefined
  #socket: DialedSocket | undefined
  #paused = false

  constructor({ clock, find, localAddress }: TlsDialing, target: DialOptions, events: ConnectionEvents) {
    this.#clock = clock
    this.#events = events
    this.#dial = new Dial({
      ...{ clock, find, target },
      attempt: (address, port, ends) => connectSocket(address, port, ends, localAddress),
      opened: (socket: DialedSocket) => this.#opened(socket),
      found: () => events.reached?.('name'),
      failed: events.failed.bind(events),
    })
  }

  write(bytes: Uint8Array): boolean {
    return this.#socket?.send(bytes) ?? true
  }

  pause(): void {
    this.#paused = true
    this.#socket?.hold()
  }

  resume(): void {
    this.#paused = false
    this.#socket?.release()
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

  abandon(gone: () => void): void {
    const socket = this.#socket ?? this.#dial?.release()
    this.#dial = undefined
    this.#socket = socket
    if (!socket || socket.destroyed) return gone()
    socket.mute()
    new HalfOpenSocket(socket, this.#clock, gone)
  }

  wire(): WireBytes {
    return { sent: this.#socket?.bytesWritten ?? 0, received: this.#socket?.bytesRead ?? 0 }
  }

  #opened(socket: DialedSocket): void {
    this.#dial = undefined
    this.#socket = socket
    if (this.#paused) socket.hold()
    socket.serve(this.#events)
    this.#events.connected()
  }
}
