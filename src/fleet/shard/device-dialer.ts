import type {
  Connection,
  ConnectionEvents,
  Dialer,
  DialFailure,
  DialOptions,
  WiredConnection,
} from '../../io/net/dialer.ts'
import type { Clock } from '../../io/runtime/runtime.ts'
import { TrafficMeter, type TrafficTold } from './traffic-meter.ts'

/** What storms do to the connections of a module. */
export interface NetworkFate {
  /** Names have no address. */
  noNames: boolean
  /** A connection over which nothing went for so long is forgotten on the way; 0: never. */
  natIdleMs: number
  /** How far the module's clock is off, ms. */
  skewMs: number
}

/** When the parts of the last dial were done, ms of the clock. */
export interface DialTimes {
  startedAt: number
  nameAt: number | undefined
  tcpAt: number | undefined
  openAt: number | undefined
  failure: DialFailure | undefined
}

/** A module's way to the network: times what it does, and does to it what storms say. */
export class DeviceDialer implements Dialer {
  readonly fate: NetworkFate = { noNames: false, natIdleMs: 0, skewMs: 0 }
  readonly times: DialTimes = {
    startedAt: 0,
    nameAt: undefined,
    tcpAt: undefined,
    openAt: undefined,
    failure: undefined,
  }
  readonly inner: Dialer
  readonly clock: Clock
  /** Lets a dial begin when its turn is there. */
  readonly limit: ((dial: () => void) => void) | undefined
  #open: DeviceConnection | undefined
  /** Is told of the bytes of its connections. */
  traffic: TrafficTold | undefined

  constructor(inner: Dialer, clock: Clock, limit?: (dial: () => void) => void) {
    this.inner = inner
    this.clock = clock
    this.limit = limit
  }

  async lookup(host: string): Promise<readonly string[]> {
    return this.fate.noNames ? [] : ((await this.inner.lookup?.(host)) ?? [])
  }

  dial(options: DialOptions, events: ConnectionEvents): Connection {
    Object.assign(this.times, { startedAt: this.clock.now(), nameAt: undefined, tcpAt: undefined, openAt: undefined })
    this.times.failure = undefined
    this.#open = new DeviceConnection(this, options, events)
    return this.#open
  }

  /** The connection is dead towards both sides, and neither is told. */
  halfOpen(): void {
    this.#open?.die()
  }

  /** RST from the way. */
  cut(): void {
    this.#open?.cut()
  }
}

class DeviceConnection implements Required<Connection>, ConnectionEvents {
  readonly #owner: DeviceDialer
  readonly #events: ConnectionEvents
  #inner: Connection | undefined
  readonly #meter: TrafficMeter | undefined
  #lastAt = 0
  #isDead = false
  #isOver = false

  constructor(owner: DeviceDialer, options: DialOptions, events: ConnectionEvents) {
    this.#owner = owner
    this.#events = events
    this.#meter = owner.traffic && new TrafficMeter(owner.traffic)
    const { noNames, skewMs } = owner.fate
    if (noNames) owner.clock.after(0, () => this.failed('dns', `no address for ${options.host}`))
    else if (owner.limit) owner.limit(() => this.#dial(skewed(options, skewMs)))
    else this.#dial(skewed(options, skewMs))
  }

  #dial(options: DialOptions): void {
    if (!this.#isOver) this.#inner = this.#owner.inner.dial(options, this)
  }

  reached(stage: 'name' | 'tcp'): void {
    this.#owner.times[`${stage}At`] = this.#owner.clock.now()
  }

  remarked(id: string, sentence: string): void {
    this.#events.remarked?.(id, sentence)
  }

  connected(): void {
    this.#lastAt = this.#owner.times.openAt = this.#owner.clock.now()
    this.#meter?.handshake(this.#wire() ?? 0)
    if (!this.#isOver) this.#events.connected()
  }

  failed(reason: DialFailure, detail: string): void {
    this.#owner.times.failure = reason
    if (!this.#isOver) this.#events.failed(reason, detail)
  }

  data(bytes: Uint8Array): void {
    if (!this.#passes()) return
    this.#meter?.passed(bytes, 'received', this.#wire())
    this.#events.data(bytes)
  }

  drained(): void {
    this.#events.drained()
  }

  ended(): void {
    if (!this.#isDead && !this.#isOver) this.#events.ended()
  }

  reset(): void {
    if (!this.#isDead && !this.#isOver) this.#events.reset()
  }

  write(bytes: Uint8Array): boolean {
    if (!this.#passes()) return true
    const flowing = this.#inner?.write(bytes) ?? true
    this.#meter?.passed(bytes, 'sent', this.#wire())
    return flowing
  }

  pause(): void {
    this.#inner?.pause()
  }

  resume(): void {
    this.#inner?.resume()
  }

  /** Of a dead connection the server hears no end either. */
  close(graceMs: number): void {
    this.#isOver = true
    if (this.#isDead) this.#leave()
    else this.#inner?.close(graceMs)
  }

  destroy(): void {
    this.#isOver = true
    if (this.#isDead) this.#leave()
    else this.#inner?.destroy()
  }

  abandon(gone: () => void): void {
    this.#isOver = true
    if (this.#inner?.abandon) this.#inner.abandon(gone)
    else gone()
  }

  die(): void {
    this.#isDead = true
  }

  cut(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#inner?.destroy()
    if (this.#owner.times.openAt === undefined) this.#events.failed('connect', 'cut')
    else this.#events.reset()
  }

  #wire(): number | undefined {
    if (!this.#inner || !('wire' in this.#inner)) return undefined
    const { sent, received } = (this.#inner as WiredConnection).wire()
    return sent + received
  }

  #leave(): void {
    this.#inner?.abandon?.(() => {})
  }

  #passes(): boolean {
    if (this.#isOver) return false
    const { natIdleMs } = this.#owner.fate
    const now = this.#owner.clock.now()
    if (natIdleMs > 0 && now - this.#lastAt > natIdleMs) this.#isDead = true
    this.#lastAt = now
    return !this.#isDead
  }
}

const skewed = (options: DialOptions, skewMs: number): DialOptions =>
  skewMs === 0 || options.localTime === undefined ? options : { ...options, localTime: options.localTime + skewMs }
