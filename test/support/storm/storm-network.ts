import type { Connection, ConnectionEvents, Dialer, DialOptions } from '../../../src/io/net/dialer.ts'
import type { Clock, Random } from '../../../src/io/runtime/runtime.ts'
import type { StormBroker } from './storm-broker.ts'

/** Way times in ms. */
const longestWay = 40

/** A network in memory to one broker: bytes take their time in both directions, and are lost with their connection. */
export class StormNetwork implements Dialer {
  readonly #broker: StormBroker
  readonly #clock: Clock
  readonly #random: Random
  #current: StormConnection | undefined

  constructor(broker: StormBroker, clock: Clock, random: Random) {
    this.#broker = broker
    this.#clock = clock
    this.#random = random
  }

  dial(_: DialOptions, events: ConnectionEvents): Connection {
    this.#current?.takenOver()
    const connection = new StormConnection(this.#broker, events, () => this.#way())
    this.#current = connection
    connection.open()
    return connection
  }

  /** Things that arrive in the order in which they left. */
  #way(): (arrive: () => void) => void {
    let free = 0
    return (arrive) => {
      const now = this.#clock.now()
      free = Math.max(free, now + 1 + this.#random.below(longestWay))
      this.#clock.after(free - now, arrive)
    }
  }
}

class StormConnection implements Connection {
  readonly #broker: StormBroker
  readonly #events: ConnectionEvents
  readonly #toBroker: (arrive: () => void) => void
  readonly #toModule: (arrive: () => void) => void
  #over = false

  constructor(broker: StormBroker, events: ConnectionEvents, way: () => (arrive: () => void) => void) {
    this.#broker = broker
    this.#events = events
    this.#toBroker = way()
    this.#toModule = way()
  }

  open(): void {
    this.#broker.opened()
    this.#toModule(() => this.#over || this.#events.connected())
  }

  write(bytes: Uint8Array): boolean {
    const kept = bytes.slice()
    this.#toBroker(() => this.#over || this.#broker.take(kept, this.#send))
    return true
  }
  pause(): void {}
  resume(): void {}
  close(): void {
    this.#toBroker(() => this.destroy())
  }
  destroy(): void {
    if (!this.#over) this.#broker.gone()
    this.#over = true
  }

  /** By a newer connection of the same client. */
  takenOver(): void {
    if (this.#over) return
    this.destroy()
    this.#events.ended()
  }

  readonly #send = (bytes: Uint8Array): void => {
    this.#toModule(() => this.#over || this.#events.data(bytes))
  }
}
