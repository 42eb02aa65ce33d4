import type { Connection, ConnectionEvents, Dialer, DialFailure, DialOptions } from '../../io/net/dialer.ts'
import type { Clock } from '../../io/runtime/runtime.ts'

/** A dialer whose connections can go silent: no byte gets through in either direction, and TCP loses none. */
export interface SilenceableDialer extends Dialer {
  dial(options: DialOptions, events: ConnectionEvents): Required<Connection>
  /** While silent, dials time out, sent bytes wait, and events of peers are delivered when silence ends. */
  silence(on: boolean): void
  /** Those that their owner has closed or destroyed in silence: kept until it ends, for the peer hears nothing either. */
  released(): readonly Required<Connection>[]
  /** Destroys all connections. */
  destroy(): void
}

/** Takes a dialer and gives one that can be silenced. */
export function silenceable(dialer: Dialer, clock: Clock): SilenceableDialer {
  return new DialerWithSilence(dialer, clock)
}

/** IPv4, or IPv6: no name has a colon. Not by Node's `isIP`, for a module runs in a browser too. */
export const isIpAddress = (host: string): boolean => host.includes(':') || ipv4.test(host)
const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/

/** Bytes that wait during silence before `write` says that it is congested. */
const highWaterBytes = 16_384

class DialerWithSilence implements SilenceableDialer {
  silent = false
  connections: readonly SilenceableConnection[] = []
  readonly dialer: Dialer
  readonly clock: Clock

  constructor(dialer: Dialer, clock: Clock) {
    this.dialer = dialer
    this.clock = clock
  }

  dial(options: DialOptions, events: ConnectionEvents): SilenceableConnection {
    const connection = new SilenceableConnection(this, options, events)
    this.connections = [...this.connections, connection]
    if (this.silent) connection.dialAfterSilence()
    else connection.inner = this.dialer.dial(options, connection)
    return connection
  }

  async lookup(host: string): Promise<readonly string[]> {
    if (this.silent) return new Promise(() => {})
    return (await this.dialer.lookup?.(host)) ?? []
  }

  silence(on: boolean): void {
    if (this.silent === on) return
    this.silent = on
    for (const connection of this.connections) connection.silenced(on)
  }

  released(): readonly SilenceableConnection[] {
    return this.connections.filter(({ released }) => released)
  }

  destroy(): void {
    for (const connection of this.connections) connection.inner?.destroy()
    this.connections = []
  }

  forget(connection: SilenceableConnection): void {
    this.connections = this.connections.filter((each) => each !== connection)
  }
}

class SilenceableConnection implements Required<Connection>, ConnectionEvents {
  inner: Connection | undefined
  private waiting: (() => void)[] | undefined
  private queuedBytes = 0
  released = false
  private abandoned = false
  private cancelDial: (() => void) | undefined
  private dialLater: DialOptions | undefined
  private readonly options: DialOptions
  private pausedByOwner = false
  private readonly owner: DialerWithSilence
  private readonly events: ConnectionEvents

  constructor(owner: DialerWithSilence, options: DialOptions, events: ConnectionEvents) {
    this.owner = owner
    this.options = options
    this.events = events
  }

  dialAfterSilence(): void {
    this.dialLater = this.options
    this.failLater(isIpAddress(this.options.host) ? 'connect' : 'dns')
  }

  /** Silence does not suspend the limits. */
  private failLater(reason: DialFailure): void {
    const { host, timeoutMs } = this.options
    this.cancelDial = this.owner.clock.after(timeoutMs, () => {
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
    if (this.released) this.owner.forget(this)
    else if (!this.pausedByOwner) this.inner?.resume()
  }

  private dialNow(options: DialOptions): void {
    this.cancelDial?.()
    this.dialLater = undefined
    this.inner = this.owner.dialer.dial(options, this)
  }

  private now(action: () => void): void {
    if (!this.owner.silent) return action()
    this.waiting ??= []
    this.waiting.push(action)
  }

  write(bytes: Uint8Array): boolean {
    if (!this.owner.silent) return this.inner?.write(bytes) ?? false
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
    if (!this.owner.silent) this.inner?.resume()
  }
  close(graceMs: number): void {
    this.release()
    this.now(() => this.inner?.close(graceMs))
  }
  destroy(): void {
    if (this.abandoned) return this.inner?.destroy()
    this.release()
    this.forget()
    this.now(() => this.inner?.destroy())
  }
  abandon(gone: () => void): void {
    this.released = this.abandoned = true
    this.owner.forget(this)
    this.forget()
    if (this.inner?.abandon) return this.inner.abandon(gone)
    this.inner?.destroy()
    gone()
  }
  private forget(): void {
    this.cancelDial?.()
    this.dialLater = undefined
    this.waiting = undefined
  }
  /** Its owner wants to hear no more of it; during silence its socket is kept, for the peer hears nothing either. */
  private release(): void {
    this.released = true
    if (!this.owner.silent) this.owner.forget(this)
  }

  connected(): void {
    if (this.owner.silent) this.failLater('connect')
    this.now(() => {
      this.cancelDial?.()
      if (!this.released) this.events.connected()
    })
  }
  remarked(id: string, sentence: string): void {
    this.events.remarked?.(id, sentence)
  }
  failed(reason: DialFailure, detail: string): void {
    this.owner.forget(this)
    this.inner?.destroy()
    if (!this.released) this.events.failed(reason, detail)
  }
  data(bytes: Uint8Array): void {
    if (this.owner.silent) this.now(() => this.released || this.events.data(bytes))
    else this.events.data(bytes)
  }
  drained(): void {
    this.now(() => this.events.drained())
  }
  ended(): void {
    this.now(() => this.released || this.events.ended())
  }
  reset(): void {
    this.now(() => this.released || this.events.reset())
  }
}
