import type { Clock } from '../runtime/runtime.ts'
import type { FlowDirection } from '../wrappers/faulty.ts'
import { type Tap, Taps } from '../wrappers/tap.ts'
import type { Connection, ConnectionEvents, Dialer, DialFailure, DialOptions } from './dialer.ts'
import { PacketPosition } from './packet-position.ts'

/** What a dial comes to in place of a connection. */
export interface DialVerdict {
  readonly reason: DialFailure
  readonly detail: string
  /** After so many ms; Infinity: never. */
  readonly afterMs: number
}

/** Decides how a dial fails; undefined: this rule does not apply to it. */
export type DialRule = (options: DialOptions) => DialVerdict | undefined

/** A connection that faults can get at. */
export interface FaultyConnection {
  /** `in`: from the server to the module. The returned function takes the tap out. */
  tap(direction: FlowDirection, tap: Tap): () => void
  /** Of what has gone through to the end: where a tap that is put in now begins. */
  position(direction: FlowDirection): PacketPosition
  /** As if the server had sent it, behind the packet under way. */
  inject(bytes: Uint8Array): void
  /** The server's side is gone; the module sees FIN, RST, or, with `none`, nothing at all. */
  cut(seen: 'ended' | 'reset' | 'none'): void
  /** Tells the module that the socket takes bytes again. */
  drained(): void
}

/** A dialer whose dials and connections can be tampered with. */
export interface FaultyDialer extends Dialer {
  /** Asked before each dial, the oldest first. The returned function takes it out. */
  rule(rule: DialRule): () => void
  /** Called with each connection that is dialled from now on. The returned function ends it. */
  onConnection(listener: (link: FaultyConnection) => void): () => void
  /** Those that are open. */
  connections(): readonly FaultyConnection[]
}

/** Takes a dialer and gives one that faults can be put into. */
export function faultyDialer(dialer: Dialer, clock: Clock): FaultyDialer {
  return new TamperedDialer(dialer, clock)
}

class TamperedDialer implements FaultyDialer {
  readonly #dialer: Dialer
  readonly #clock: Clock
  readonly #rules = new Set<{ readonly rule: DialRule }>()
  readonly #listeners = new Set<{ readonly listener: (link: FaultyConnection) => void }>()
  readonly #links = new Set<TamperedConnection>()

  constructor(dialer: Dialer, clock: Clock) {
    this.#dialer = dialer
    this.#clock = clock
  }

  dial(options: DialOptions, events: ConnectionEvents): Connection {
    for (const { rule } of this.#rules) {
      const verdict = rule(options)
      if (verdict) return failing(verdict, this.#clock, events)
    }
    const link = new TamperedConnection(events, () => this.#links.delete(link))
    for (const { listener } of this.#listeners) listener(link)
    link.dial(this.#dialer, options, () => this.#links.add(link))
    return link
  }

  /** A name is as hard to find as for a dial. */
  async lookup(host: string): Promise<readonly string[]> {
    for (const { rule } of this.#rules) {
      const verdict = rule({ host, port: 0, timeoutMs: 0 })
      if (verdict?.reason === 'dns') return noAddress(verdict, this.#clock)
    }
    return (await this.#dialer.lookup?.(host)) ?? []
  }

  rule(rule: DialRule): () => void {
    const entry = { rule }
    this.#rules.add(entry)
    return () => this.#rules.delete(entry)
  }

  onConnection(listener: (link: FaultyConnection) => void): () => void {
    const entry = { listener }
    this.#listeners.add(entry)
    return () => this.#listeners.delete(entry)
  }

  connections(): readonly FaultyConnection[] {
    return [...this.#links]
  }
}

/** A connection that never comes about. */
function failing({ reason, detail, afterMs }: DialVerdict, clock: Clock, events: ConnectionEvents): Connection {
  const cancel =
    afterMs === Number.POSITIVE_INFINITY ? () => {} : clock.after(afterMs, () => events.failed(reason, detail))
  return { write: () => true, pause() {}, resume() {}, close: cancel, destroy: cancel }
}

const noAddress = ({ afterMs }: DialVerdict, clock: Clock): Promise<readonly string[]> =>
  new Promise((resolve) => {
    if (afterMs !== Number.POSITIVE_INFINITY) clock.after(afterMs, () => resolve([]))
  })

class TamperedConnection implements FaultyConnection, Connection, ConnectionEvents {
  readonly #events: ConnectionEvents
  readonly #gone: () => void
  readonly #flows: Readonly<Record<FlowDirection, Taps>>
  readonly #positions = { in: new PacketPosition(), out: new PacketPosition() }
  readonly #injected: Uint8Array[] = []
  #inner: Connection | undefined
  #opened: () => void = () => {}
  #flowing = true
  #over = false

  constructor(events: ConnectionEvents, gone: () => void) {
    this.#events = events
    this.#gone = gone
    this.#flows = {
      in: new Taps((bytes) => this.#arrive(bytes)),
      out: new Taps((bytes) => {
        this.#positions.out.pass(bytes)
        this.#flowing = this.#over || (this.#inner?.write(bytes) ?? true)
      }),
    }
  }

  dial(dialer: Dialer, options: DialOptions, opened: () => void): void {
    this.#opened = opened
    this.#inner = dialer.dial(options, this)
  }

  tap(direction: FlowDirection, tap: Tap): () => void {
    return this.#flows[direction].add(tap)
  }
  position(direction: FlowDirection): PacketPosition {
    return this.#positions[direction].copy()
  }
  inject(bytes: Uint8Array): void {
    this.#injected.push(bytes)
    this.#giveInjected()
  }
  cut(seen: 'ended' | 'reset' | 'none'): void {
    if (this.#over) return
    this.#finish()
    this.#inner?.destroy()
    if (seen !== 'none') this.#events[seen]()
  }

  write(bytes: Uint8Array): boolean {
    if (this.#over) return true
    this.#flowing = true
    this.#flows.out.push(bytes)
    return this.#flowing && this.#flows.out.held() === 0
  }
  pause(): void {
    this.#inner?.pause()
  }
  resume(): void {
    this.#inner?.resume()
  }
  close(graceMs: number): void {
    this.#finish()
    this.#inner?.close(graceMs)
  }
  destroy(): void {
    this.#finish()
    this.#inner?.destroy()
  }
  abandon(gone: () => void): void {
    this.#finish()
    if (this.#inner?.abandon) return this.#inner.abandon(gone)
    this.#inner?.destroy()
    gone()
  }

  connected(): void {
    this.#opened()
    this.#events.connected()
  }
  remarked(id: string, sentence: string): void {
    this.#events.remarked?.(id, sentence)
  }
  failed(reason: DialFailure, detail: string): void {
    if (this.#over) return
    this.#finish()
    this.#events.failed(reason, detail)
  }
  data(bytes: Uint8Array): void {
    this.#flows.in.push(bytes)
  }
  drained(): void {
    if (!this.#over) this.#events.drained()
  }
  ended(): void {
    if (this.#over) return
    this.#finish()
    this.#events.ended()
  }
  reset(): void {
    if (this.#over) return
    this.#finish()
    this.#events.reset()
  }

  /** The position goes first: what hears of the bytes may put in a tap. */
  #arrive(bytes: Uint8Array): void {
    if (this.#over) return
    const { in: position } = this.#positions
    const end = this.#injected.length > 0 ? position.toEnd(bytes) : bytes.length
    if (this.#injected.length === 0) position.pass(bytes)
    this.#events.data(bytes.subarray(0, end))
    this.#giveInjected()
    if (end < bytes.length) this.#arrive(bytes.subarray(end))
  }

  #giveInjected(): void {
    if (this.#positions.in.atStart)
      for (let bytes = this.#injected.shift(); bytes && !this.#over; bytes = this.#injected.shift())
        this.#events.data(bytes)
  }

  #finish(): void {
    this.#over = true
    this.#gone()
  }
}
