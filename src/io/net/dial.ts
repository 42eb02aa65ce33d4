import { isIP, type Socket } from 'node:net'
import type { Clock } from '../runtime/runtime.ts'
import { errorText } from '../setup-error.ts'
import type { DialFailure, DialOptions } from './dialer.ts'

/** One address that does not answer must not use up the time of the others. */
const LONGEST_ATTEMPT_MS = 3000

/** Gives all addresses of a name, the best first. */
export type Lookup = (host: string) => Promise<readonly string[]>

/** How an attempt ends: one of the two is called, once. */
export interface AttemptEnds {
  readonly connected: () => void
  readonly failed: (detail: string) => void
}

/** What a way to a socket of the kind `S` needs. */
export interface DialPlan<S extends Socket> {
  readonly clock: Clock
  readonly find: Lookup
  readonly target: DialOptions
  /** Begins a connection to an address. The socket has a listener for late errors. */
  readonly attempt: (address: string, port: number, ends: AttemptEnds) => S
  readonly opened: (socket: S) => void
  /** The name has addresses. */
  readonly found?: () => void
  readonly failed: (reason: DialFailure, detail: string) => void
}

/** The way to an open socket: name look-up, then one attempt after the other, each stage with its limit. Gone afterwards. */
export class Dial<S extends Socket> {
  readonly #plan: DialPlan<S>
  #addresses: readonly string[] = []
  #socket: S | undefined
  #cancelLimit: () => void = () => {}
  #cancelAttempt: () => void = () => {}
  #deadline = 0
  #over = false

  constructor(plan: DialPlan<S>) {
    this.#plan = plan
    const { target, find } = plan
    if (isIP(target.host) === 0) this.#find(find)
    else this.#start([target.host])
  }

  abandon(): void {
    this.release()?.destroy()
  }

  /** Gives up, and gives the socket that is on its way, if there is one. */
  release(): S | undefined {
    this.#over = true
    this.#cancelLimit()
    this.#cancelAttempt()
    return this.#socket
  }

  #find(find: Lookup): void {
    const { host, timeoutMs } = this.#plan.target
    this.#cancelLimit = this.#plan.clock.after(timeoutMs, () =>
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
    if (addresses.length === 0) this.#fail('dns', `no address for ${this.#plan.target.host}`)
    else {
      this.#plan.found?.()
      this.#start(addresses)
    }
  }

  #start(addresses: readonly string[]): void {
    const { host, port, timeoutMs } = this.#plan.target
    this.#addresses = addresses
    this.#deadline = this.#plan.clock.now() + timeoutMs
    const detail = `no TCP connection to ${host}, port ${port}, in ${timeoutMs} ms`
    this.#cancelLimit = this.#plan.clock.after(timeoutMs, () => this.#fail('connect', detail))
    this.#attempt()
  }

  #attempt(): void {
    const [address = '', ...others] = this.#addresses
    this.#addresses = others
    const socket = this.#plan.attempt(address, this.#plan.target.port, {
      connected: () => this.#connected(socket),
      failed: (detail) => this.#next(socket, detail),
    })
    this.#socket = socket
    if (others.length > 0) this.#limitAttempt(socket, address)
  }

  #limitAttempt(socket: S, address: string): void {
    const share = (this.#deadline - this.#plan.clock.now()) / (this.#addresses.length + 1)
    const limit = Math.min(share, LONGEST_ATTEMPT_MS)
    this.#cancelAttempt = this.#plan.clock.after(limit, () => this.#next(socket, `no answer from ${address}`))
  }

  #next(socket: S, detail: string): void {
    if (this.#over || socket !== this.#socket) return
    this.#cancelAttempt()
    socket.destroy()
    if (this.#addresses.length === 0) this.#fail('connect', detail)
    else this.#attempt()
  }

  #connected(socket: S): void {
    if (this.#over) return
    this.#over = true
    this.#cancelLimit()
    this.#cancelAttempt()
    this.#plan.opened(socket)
  }

  #fail(reason: DialFailure, detail: string): void {
    if (this.#over) return
    this.abandon()
    this.#plan.failed(reason, detail)
  }
}
