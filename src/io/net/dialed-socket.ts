import { Socket } from 'node:net'
import { Portions } from '../portions.ts'
import type { AttemptEnds } from './dial.ts'
import type { ConnectionEvents } from './dialer.ts'

/**
 * A client socket that reports to `ConnectionEvents`. Thousands live in one process: the listeners are shared functions,
 * the read buffer is one for all (what it holds is copied out at once).
 */
export class DialedSocket extends Socket {
  #events: ConnectionEvents | undefined
  #failed: ((detail: string) => void) | undefined
  /** Made for the first read that is large: most servers never send one. */
  #portions: Portions | undefined
  #held = false

  constructor() {
    // `onread` is an option of the constructor too, unlike what @types/node says.
    const options: { allowHalfOpen: boolean; noDelay: boolean; onread: object } = {
      allowHalfOpen: true,
      noDelay: true,
      onread: { buffer: sharedBuffer, callback: onRead },
    }
    super(options)
    this.on('error', onError)
  }

  reach(address: string, port: number, { connected, failed }: AttemptEnds, localAddress?: string): this {
    this.#failed = failed
    return this.connect({ host: address, port, ...(localAddress !== undefined && { localAddress }) }, () => {
      this.#failed = undefined
      connected()
    })
  }

  /** Behind the attempt an error is not of interest: the end that follows is. */
  failing(error: Error): void {
    this.#failed?.(error.message)
  }

  /** From now on the events go there. */
  serve(events: ConnectionEvents): void {
    this.#events = events
    this.on('end', onEnd).on('close', onClose).on('drain', onDrain)
  }

  /** No more data, until `release`. */
  hold(): void {
    this.#held = true
    if (this.#portions) this.#portions.pause()
    else this.pause()
  }

  release(): void {
    this.#held = false
    if (this.#portions) this.#portions.resume()
    else this.resume()
  }

  /** Hands bytes over at once: whoever sends has put together what belongs together. False when congested. Dropped when the connection has ended. */
  send(bytes: Uint8Array): boolean {
    if (this.#events === undefined || !this.writable) return true
    return this.write(bytes)
  }

  /** At once, and not another event. */
  quit(): void {
    this.mute()
    this.destroy()
  }

  /** Not another event. */
  mute(): void {
    this.#portions?.clear()
    this.#events = undefined
    this.#failed = undefined
  }

  report(kind: 'ended' | 'reset'): void {
    this.#portions?.flush()
    const events = this.#events
    this.#events = undefined
    events?.[kind]()
  }

  received(bytes: Uint8Array): void {
    if (this.#events === undefined) return
    if (this.#portions === undefined && bytes.length < largeRead) this.#events?.data(bytes)
    else this.#portioned().add(bytes)
  }

  #portioned(): Portions {
    if (this.#portions) return this.#portions
    const flow = { pause: () => void this.pause(), resume: () => void this.resume() }
    this.#portions = new Portions((bytes) => this.#events?.data(bytes), flow)
    if (this.#held) this.#portions.pause()
    return this.#portions
  }

  drained(): void {
    this.#events?.drained()
  }
}

/** A server that sends faster than its bytes are worked on: more comes in a row. */
const largeRead = 4096

/** A socket on its way to an address. */
export const connectSocket = (
  address: string,
  port: number,
  ends: AttemptEnds,
  localAddress: string | undefined,
): DialedSocket => new DialedSocket().reach(address, port, ends, localAddress)

export const sharedBuffer = Buffer.allocUnsafeSlow(65536)

/** What was read into it: a plain array, the reader's own. */
export function copyRead(count: number, buffer: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(count)
  bytes.set(buffer.subarray(0, count))
  return bytes
}

function onRead(this: DialedSocket, count: number, buffer: Uint8Array): boolean {
  this.received(copyRead(count, buffer))
  return true
}

function onEnd(this: DialedSocket): void {
  this.report('ended')
}

/** Without an end before it: an error, an RST above all. */
function onClose(this: DialedSocket): void {
  this.report('reset')
}

function onDrain(this: DialedSocket): void {
  this.drained()
}

function onError(this: DialedSocket, error: Error): void {
  this.failing(error)
}
