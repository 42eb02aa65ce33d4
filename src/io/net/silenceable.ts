import { isIP } from 'node:net'
import type { Clock } from '../runtime.ts'
import type { Connection, ConnectionEvents, Dialer, DialFailure, DialOptions } from './dialer.ts'

/** A dialer whose connections can go silent: nothing comes through in either direction, and nothing is lost for TCP either. */
export interface SilenceableDialer extends Dialer {
  /** While silent, dials time out, sent bytes wait, and what peers do is not seen until it ends. */
  silence(on: boolean): void
}

/** Takes a dialer and gives one that can be silenced. */
export function silenceable(dialer: Dialer, clock: Clock): SilenceableDialer {
  return new Air(dialer, clock)
}

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
    const link = new Link(this, events)
    this.links.add(link)
    if (this.silent) link.waitForAir(options)
    else link.inner = this.dialer.dial(options, link)
    return link
  }

  silence(on: boolean): void {
    if (this.silent === on) return
    this.silent = on
    for (const link of [...this.links]) link.silenced(on)
  }
}

class Link implements Connection, ConnectionEvents {
  inner: Connection | undefined
  private waiting: (() => void)[] | undefined
  private queuedBytes = 0
  private cancelDial: (() => void) | undefined
  private dialLater: DialOptions | undefined
  private pausedByOwner = false
  private readonly air: Air
  private readonly events: ConnectionEvents

  constructor(air: Air, events: ConnectionEvents) {
    this.air = air
    this.events = events
  }

  waitForAir(options: DialOptions): void {
    this.dialLater = options
    const reason = isIP(options.host) === 0 ? 'dns' : 'connect'
    this.cancelDial = this.air.clock.after(options.timeoutMs, () => {
      this.air.links.delete(this)
      this.events.failed(reason, `no answer from ${options.host} in ${options.timeoutMs / 1000} s`)
    })
  }

  silenced(on: boolean): void {
    if (on) return this.inner?.pause()
    if (this.dialLater) return this.dialNow(this.dialLater)
    const waiting = this.waiting ?? []
    this.waiting = undefined
    this.queuedBytes = 0
    for (const action of waiting) action()
    if (!this.pausedByOwner) this.inner?.resume()
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
    this.air.links.delete(this)
    this.inner?.close(graceMs)
  }
  destroy(): void {
    this.air.links.delete(this)
    this.cancelDial?.()
    this.inner?.destroy()
  }

  connected(): void {
    this.now(() => this.events.connected())
  }
  failed(reason: DialFailure, detail: string): void {
    this.air.links.delete(this)
    this.now(() => this.events.failed(reason, detail))
  }
  data(bytes: Uint8Array): void {
    if (this.air.silent) this.now(() => this.events.data(bytes))
    else this.events.data(bytes)
  }
  drained(): void {
    this.now(() => this.events.drained())
  }
  ended(): void {
    this.now(() => this.events.ended())
  }
  reset(): void {
    this.now(() => this.events.reset())
  }
}
