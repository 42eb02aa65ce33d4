import type { Clock, Random } from '../../../src/io/runtime/runtime.ts'
import type { Port, PortEvents } from '../../../src/io/stream.ts'

/** What answers on a hostile port: says its bytes by `say`, at once or later. */
export type Foe = (bytes: Uint8Array) => void

/** A port whose other end is a foe. It cuts what is said anywhere, and watches what the driver keeps of it. */
export class HostilePort implements Port {
  readonly address = 'the port'
  /** Called after each piece. */
  watch: () => void = () => {}
  foe: Foe = () => {}
  /** Bytes said so far. */
  said = 0
  #events: PortEvents | undefined
  readonly #clock: Clock
  readonly #random: Random
  /** Takes no bytes any more. */
  stuck = false

  constructor(clock: Clock, random: Random) {
    this.#clock = clock
    this.#random = random
  }

  start(events: PortEvents): void {
    this.#events = events
  }

  write(bytes: Uint8Array): Promise<void> {
    if (!this.#events) return Promise.reject(new Error('the port is closed'))
    if (this.stuck) return new Promise(() => {})
    this.foe(bytes)
    return Promise.resolve()
  }

  async close(): Promise<void> {
    this.#events = undefined
  }

  unplug(): void {
    const events = this.#events
    this.#events = undefined
    events?.closed(new Error('unplugged'))
  }

  say(bytes: Uint8Array): void {
    const at = this.#random.below(4) === 0 ? this.#random.below(bytes.length + 1) : 0
    this.#give(bytes.subarray(0, at))
    this.#give(bytes.subarray(at))
  }

  sayLater(bytes: Uint8Array, longestMs: number): void {
    this.#clock.after(this.#random.below(longestMs), () => this.say(bytes))
  }

  #give(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    this.said += bytes.length
    this.#events?.data(bytes)
    this.watch()
  }
}
