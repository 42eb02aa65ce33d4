import type { Connection, ConnectionEvents, Dialer, DialOptions } from '../../../src/io/net/dialer.ts'
import type { Clock, Random } from '../../../src/io/runtime/runtime.ts'
import type { StormBroker, StormPeer } from './storm-broker.ts'

/** Way times in ms. */
const longestWay = 40

/** A network in memory to one broker: bytes take their time in both directions. */
export class StormNetwork implements Dialer {
  readonly #broker: StormBroker
  readonly #clock: Clock
  readonly #random: Random
  /** Connections that the server had for open when the same client came anew. */
  takenOver = 0

  constructor(broker: StormBroker, clock: Clock, random: Random) {
    this.#broker = broker
    this.#clock = clock
    this.#random = random
  }

  dial(_: DialOptions, events: ConnectionEvents): Connection {
    return new StormConnection(this, this.#broker, events, () => this.#way())
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

/** Bytes under way are lost with it, but not when the module only leaves it. */
class StormConnection implements Connection, StormPeer {
  rest: Buffer = Buffer.alloc(0)
  readonly #network: StormNetwork
  readonly #broker: StormBroker
  readonly #toBroker: (arrive: () => void) => void
  readonly #toModule: (arrive: () => void) => void
  #events: ConnectionEvents | undefined
  #gone: () => void = () => {}
  #over = false

  constructor(
    network: StormNetwork,
    broker: StormBroker,
    events: ConnectionEvents,
    way: () => (arrive: () => void) => void,
  ) {
    this.#network = network
    this.#broker = broker
    this.#events = events
    this.#toBroker = way()
    this.#toModule = way()
    this.#toModule(() => this.#events?.connected())
  }

  write(bytes: Uint8Array): boolean {
    const kept = bytes.slice()
    this.#toBroker(() => this.#over || this.#broker.take(kept, this))
    return true
  }
  pause(): void {}
  resume(): void {}
  close(): void {
    this.#events = undefined
    this.#toBroker(() => this.#end())
  }
  destroy(): void {
    this.#events = undefined
    this.#end()
  }
  abandon(gone: () => void): void {
    this.#events = undefined
    this.#gone = gone
  }

  send(bytes: Uint8Array): void {
    this.#toModule(() => this.#over || this.#events?.data(bytes))
  }
  takenOver(): void {
    this.#network.takenOver++
    this.#end()
    this.#gone()
    const events = this.#events
    this.#events = undefined
    events?.ended()
  }

  #end(): void {
    this.#over = true
    this.#broker.gone(this)
  }
}
