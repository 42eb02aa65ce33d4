import { bytesOf, textOf } from '../../at/syntax/bytes.ts'
import type { Connection, ConnectionEvents, Dialer, DialFailure, TlsSettings } from '../../io/net/dialer.ts'
import {
  disconnect,
  emptyStore,
  nextTickAt,
  open,
  type Qos,
  receive,
  type Session,
  type SessionEvent,
  type SessionStep,
  store,
  subscribeAll,
  tick,
} from '../../mqtt/public.ts'
import type { Scheduled, Timetable } from './timetable.ts'

export interface VerifierSettings {
  readonly clientId: string
  readonly host: string
  readonly port: number
  readonly tls?: TlsSettings
  readonly username: string | null
  readonly password: string | null
  readonly schedule: Timetable
  readonly dialer: Dialer
  /** One character a byte. */
  readonly message: (payload: string) => void
}

const connectTimeoutMs = 10_000
const subscribeTimeoutMs = 30_000
const reconnectMs = 300
/** Filters of one SUBSCRIBE. */
const batch = 100

/** A plain MQTT client that subscribes to what the modules publish, and keeps its session when it is cut off. */
export class Verifier {
  readonly #settings: VerifierSettings
  readonly #filters: { readonly filter: Uint8Array; readonly qos: Qos }[] = []
  #subscribed = 0
  #granted = 0
  #session: Session | undefined
  #connection: Connection | undefined
  #isAccepted = false
  #isClosed = false
  #timer: Scheduled | undefined
  #ready: (() => void)[] = []

  constructor(settings: VerifierSettings) {
    this.#settings = settings
  }

  /** Subscribes, now or when it is connected. */
  add(topics: readonly string[], qos: Qos): void {
    for (const topic of topics) this.#filters.push({ filter: bytesOf(topic), qos })
    if (this.#connection === undefined) this.#dial()
    else if (this.#isAccepted) this.#subscribeNext()
  }

  /** What is acknowledged now will come to it. */
  get isListening(): boolean {
    return this.#isAccepted && this.#granted >= this.#filters.length
  }

  /** Resolves when all that was added is subscribed. */
  ready(): Promise<void> {
    if (this.isListening) return Promise.resolve()
    return new Promise((resolve) => this.#ready.push(resolve))
  }

  /** Ends the session too. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#settings.schedule.cancel(this.#timer)
    this.#end()
    if (this.#filters.length > 0) this.#forget()
  }

  /** A connection with a clean session, which the server keeps nothing of. */
  #forget(): void {
    const events = new VerifierConnection((event) => {
      if (event.type === 'connected') connection.write(this.#connectBytes(true))
      if (event.type !== 'data') return
      connection.write(Uint8Array.of(0xe0, 0))
      connection.close(500)
    })
    const connection = this.#open(events)
  }

  #open(events: ConnectionEvents): Connection {
    const { dialer, host, port, tls } = this.#settings
    return dialer.dial({ host, port, timeoutMs: connectTimeoutMs, ...(tls && { tls }) }, events)
  }

  #dial(): void {
    this.#isAccepted = false
    this.#subscribed = this.#granted = 0
    this.#connection = this.#open(
      new VerifierConnection((event) => {
        if (this.#isClosed) return
        if (event.type === 'connected') this.#opened()
        else if (event.type === 'data') this.#take((session, now) => receive(session, event.bytes, now))
        else this.#again()
      }),
    )
  }

  #connectBytes(cleanSession: boolean): Uint8Array {
    const { events } = this.#opening(cleanSession)
    const [first] = events
    return first?.type === 'send' ? first.bytes : new Uint8Array(0)
  }

  #opening(cleanSession: boolean): SessionStep {
    const { clientId, username, password, schedule } = this.#settings
    const stored = this.#session && !cleanSession ? store(this.#session) : emptyStore
    const options = {
      ...{ version: 4 as const, clientId: bytesOf(clientId), cleanSession, keepAlive: 30 },
      ...(username !== null && { username: bytesOf(username) }),
      ...(password !== null && { password: bytesOf(password) }),
      ...{ operationTimeoutMs: connectTimeoutMs, maxPacketBytes: 1 << 20 },
    }
    return open(options, stored, schedule.now())
  }

  #opened(): void {
    this.#done(this.#opening(false))
  }

  #take(step: (session: Session, now: number) => SessionStep): void {
    if (this.#session) this.#done(step(this.#session, this.#settings.schedule.now()))
  }

  #done({ session, events }: SessionStep): void {
    this.#session = session
    for (const event of events) this.#happened(event)
    this.#arm()
  }

  #happened(event: SessionEvent): void {
    switch (event.type) {
      case 'send':
        return void this.#connection?.write(event.bytes)
      case 'message':
        return this.#settings.message(textOf(event.message.payload))
      case 'accepted':
        this.#isAccepted = true
        return this.#subscribeNext()
      case 'done':
        return this.#subscribeNext()
      case 'refused':
      case 'failed':
        return this.#again()
    }
  }

  /** A batch behind the answer to the one before. */
  #subscribeNext(): void {
    this.#granted = this.#subscribed
    const next = this.#filters.slice(this.#subscribed, this.#subscribed + batch)
    if (next.length === 0) {
      for (const resolve of this.#ready.splice(0)) resolve()
      return
    }
    this.#subscribed += next.length
    // The session of the step that brought this event is not in place yet.
    void Promise.resolve().then(() => {
      if (this.#session?.phase !== 'connected') return
      this.#take((session, now) => subscribeAll(session, next, now + subscribeTimeoutMs, now))
    })
  }

  #again(): void {
    this.#end()
    if (!this.#isClosed) this.#timer = this.#settings.schedule.after(reconnectMs, () => this.#dial())
  }

  #end(): void {
    const connection = this.#connection
    this.#connection = undefined
    if (this.#session && connection && this.#isAccepted) connection.write(disconnect(this.#session))
    this.#isAccepted = false
    connection?.close(500)
  }

  #arm(): void {
    const { schedule } = this.#settings
    schedule.cancel(this.#timer)
    const at = this.#session ? nextTickAt(this.#session) : Number.POSITIVE_INFINITY
    if (Number.isFinite(at)) this.#timer = schedule.at(at, () => this.#take(tick))
  }
}

type ConnectionEvent = { readonly type: 'connected' | 'gone' } | { readonly type: 'data'; readonly bytes: Uint8Array }

class VerifierConnection implements ConnectionEvents {
  readonly #tell: (event: ConnectionEvent) => void

  constructor(tell: (event: ConnectionEvent) => void) {
    this.#tell = tell
  }

  /** Some dialers say so before they give the connection. */
  connected(): void {
    void Promise.resolve().then(() => this.#tell({ type: 'connected' }))
  }
  failed(_: DialFailure): void {
    this.#tell({ type: 'gone' })
  }
  data(bytes: Uint8Array): void {
    this.#tell({ type: 'data', bytes })
  }
  drained(): void {}
  ended(): void {
    this.#tell({ type: 'gone' })
  }
  reset(): void {
    this.#tell({ type: 'gone' })
  }
}
