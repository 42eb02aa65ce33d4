import { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { Clock } from '../runtime/runtime.ts'

/** A server that has not answered the first packet of TCP by then has seen no connection, and a socket given up sends it nothing. */
const longestDialMs = 1000

/**
 * A socket that its owner has left: nothing more is written, what comes is read below TLS and thrown away, until the
 * peer ends it. A dial under way ends in a connection that says nothing. Keeps no process alive.
 */
export class HalfOpenSocket {
  #socket: Socket
  readonly #gone: () => void

  constructor(socket: Socket, clock: Clock, gone: () => void) {
    this.#socket = socket
    this.#gone = gone
    socket.unref()
    if (socket.connecting) this.#await(clock)
    else this.#drain()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  /** Before other listeners hear of it: the first packet of TLS would go out. */
  #await(clock: Clock): void {
    const socket = this.#socket
    const cancel = clock.after(longestDialMs, () => socket.destroy())
    const failed = (): void => {
      cancel()
      this.#gone()
    }
    socket.once('close', failed).prependOnceListener('connect', () => {
      cancel()
      socket.off('close', failed)
      this.#drain()
    })
  }

  #drain(): void {
    this.#socket = this.#socket instanceof TLSSocket ? socketUnder(this.#socket) : this.#socket
    const socket = this.#socket
    // What is corked waits for ever: writes that the system has not taken.
    socket.cork()
    socket.on('error', ignore).on('end', () => socket.destroy())
    if (socket.destroyed) this.#gone()
    else socket.on('close', this.#gone).resume().unref()
  }
}

/** TCP under TLS, as Node has it inside. */
interface TcpHandle {
  reading: boolean
}
interface TlsInside {
  _handle: { readonly _parent?: TcpHandle; readonly reading: boolean; destroySSL?(): void } | null
  ssl: unknown
}

/**
 * The TCP socket under TLS. TLS is gone afterwards without a close_notify or an alert, which Node has no call for: its
 * handle is taken apart. Where that is not possible the socket is destroyed.
 */
function socketUnder(tls: TLSSocket): Socket {
  const inside = tls as unknown as TlsInside
  const handle = inside._handle
  const tcp = handle?._parent
  if (!handle?.destroySSL || !tcp) return tls.destroy()
  const { reading } = handle
  // First: a write that destroySSL cancels destroys the socket, with what handle it has.
  inside._handle = inside.ssl = null
  handle.destroySSL()
  tls.destroy()
  // Node leads this property to the handle of TLS.
  Object.defineProperty(tcp, 'reading', { value: reading, writable: true, configurable: true })
  return new Socket({ handle: tcp, allowHalfOpen: true } as object)
}

function ignore(): void {}
