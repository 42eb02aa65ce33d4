import type { Clock } from '../runtime/runtime.ts'
import type { Connection, ConnectionEvents, Dialer, DialFailure, DialOptions } from './dialer.ts'

/** A dialer whose connections can go silent: nothing comes through in either direction, and nothing is lost for TCP either. */
export interface SilenceableDialer extends Dialer {
  /** While silent, dials time out, sent bytes wait, and what peers do is not seen until it ends. */
  silence(on: boolean): void
  /** Ends what was destroyed during silence and is kept until it is over, for that peers see nothing of it. */
  abandon(): void
}

/** Takes a dialer and gives one that can be silenced. */
export function silenceable(dialer: Dialer, clock: Clock): SilenceableDialer {
  return new Air(dialer, clock)
}

/** IPv4, or IPv6: no name has a colon. Not by Node's `isIP`, for a module runs in a browser too. */
export const isAddress = (host: string): boolean => host.includes(':') || ipv4.test(host)
const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/

/** Bytes that wait during silence before `write` says that it is congested. */
const highWaterBytes = 16_384

class Air implements SilenceableDialer {
  silent = false
  readonly links = new Set<Link>()
  readonly dialer: Dialer
  readonly clock: Clock

  constructor(dialer: Dialer, clock: Clock) {
    this.dialer = dialer
    this.clock = clock
  }

  dial(options: DialOptions, events: ConnectionEvents): Connection {
    const link = new Link(this, options, events)
    this.links.add(link)
    if (this.silent) link.waitForAir()
    else link.inner = this.dialer.dial(options, link)
    return link
  }

  silence(on: boolean): void {
    if (this.silent === on) return
    this.silent = on
    for (const link of [...this.links]) link.silenced(on)
  }

  abandon(): void {
    for (const link of this.links) link.inner?.destroy()
    this.links.clear()
  }
}

class Link implements Connection, ConnectionEvents {
  inner: Connection | undefined
  private waiting: (() => void)[] | undefined
  private queuedBytes = 0
  private given = false
  private cancelDial: (() => void) | undefined
  private dialLater: DialOptions | undefined
  private readonly options: DialOptions
  private pausedByOwner = false
  private readonly air: Air
  private readonly events: ConnectionEvents

  constructor(air: Air, options: DialOptions, events: ConnectionEvents) {
    this.air = air
    this.options = options
    this.events = events
  }

  waitForAir(): void {
    this.dialLater = this.options
    this.failLater(isAddress(this.options.host) ? 'connect' : 'dns')
  }

  /** Silence does not suspend the limits. */
  private failLater(reason: DialFailure): void {
    const { host, timeoutMs } = this.options
    this.cancelDial = this.air.clock.after(timeoutMs, () => {
      this.waiting = undefined
      this.failed(reason, `no answer from ${host} in ${timeoutMs / 1000} s`)
    })
  }

  silenced(on: boolean): void {
    if (on) return this.inner?.pause()
    if (this.dialLater) return this.dialNow(this.dialLater)
    const waiting = this.waiting ?? []
    this.waiting = undefined
    this.queuedBytes = 0
    for (const action of waiting) action()
    if (this.given) this.air.links.delete(this)
    else if (!this.pausedByOwner) this.inner?.resume()
  }

  private dialNow(options: DialOptions): void {
    this.cancelDial?.()
    this.dialLater = undefined
    this.inner = this.air.dialer.dial(options, this)
  }

  private now(action: () => void): void {
    if (!this.air.silent) return action()
    this.waiting ??= []
    this.waiting.push(action)
  }

  write(bytes: Uint8Array): boolean {
    if (!this.air.silent) return this.inner?.write(bytes) ?? false
    const wasCongested = this.queuedBytes > highWaterBytes
    this.queuedBytes += bytes.length
    const congested = this.queuedBytes > highWaterBytes
    this.now(() => this.inner?.write(bytes))
    if (congested && !wasCongested) this.now(() => this.events.drained())
    return !congested
  }
  pause(): void {
    this.pausedByOwner = true
    this.inner?.pause()
  }
  resume(): void {
    this.pausedByOwner = false
    if (!this.air.silent) this.inner?.resume()
  }
  close(graceMs: number): void {
    this.give()
    this.now(() => this.inner?.close(graceMs))
  }
  destroy(): void {
    this.give()
    this.cancelDial?.()
    this.dialLater = undefined
    this.waiting = undefined
    this.now(() => this.inner?.destroy())
  }
  /** Its owner wants to hear no more of it; during silence its socket is kept, for the peer hears nothing either. */
  private give(): void {
    this.given = true
    if (!this.air.silent) this.air.links.delete(this)
  }

  connected(): void {
    if (this.air.silent) this.failLater('connect')
    this.now(() => {
      this.cancelDial?.()
      if (!this.given) this.events.connected()
    })
  }
  failed(reason: DialFailure, detail: string): void {
    this.air.links.delete(this)
    this.inner?.destroy()
    if (!this.given) this.events.failed(reason, detail)
  }
  data(bytes: Uint8Array): void {
    if (this.air.silent) this.now(() => this.given || this.events.data(bytes))
    else this.events.data(bytes)
  }
  drained(): void {
    this.now(() => this.events.drained())
  }
  ended(): void {
    this.now(() => this.given || this.events.ended())
  }
  reset(): void {
    this.now(() => this.given || this.events.reset())
  }
}
