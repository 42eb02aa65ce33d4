import type { Clock, Random } from '../../../src/io/runtime/runtime.ts'
import type { ByteStream, ByteStreamEvents } from '../../../src/io/stream.ts'

/** What answers on a hostile port: says its bytes by `say`, at once or later. */
export type Foe = (bytes: Uint8Array) => void

/** A port whose other end is a foe. It cuts what is said anywhere, and watches what the driver keeps of it. */
export class HostilePort implements ByteStream {
  readonly address = 'the port'
  /** Called after each piece. */
  watch: () => void = () => {}
  foe: Foe = () => {}
  /** Bytes said so far. */
  said = 0
  #events: ByteStreamEvents | undefined
  #backlog = 0
  readonly #clock: Clock
  readonly #random: Random
  /** Takes no bytes any more. */
  stuck = false

  constructor(clock: Clock, random: Random) {
    this.#clock = clock
    this.#random = random
  }

  start(events: ByteStreamEvents): void {
    this.#events = events
    events.presence?.(true)
  }

  write(bytes: Uint8Array): void {
    if (!this.#events) return
    if (this.stuck) this.#backlog += bytes.length
    else this.foe(bytes)
  }

  backlog(): number {
    return this.#backlog
  }

  pause(): void {}

  resume(): void {}

  async close(): Promise<void> {
    this.#events = undefined
  }

  unplug(): void {
    const events = this.#events
    this.#events = undefined
    events?.presence?.(false, new Error('unplugged'))
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
