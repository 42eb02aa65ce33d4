import type { Clock } from '../runtime/runtime.ts'

/** Start bit, eight data bits, stop bit. */
const BITS_A_BYTE = 10
/** Of a byte: what rounding may take from a time, after weeks of milliseconds too. */
const ROUNDING = 1e-3

/**
 * One direction of a UART: hands bytes on at the time at which their last bit has arrived, and with them what stands
 * between them. A timer that fires late hands on all that is due.
 */
export class Wire<Mark> {
  /** Bytes that have not arrived. */
  size = 0
  readonly #clock: Clock
  readonly #arrived: (item: Uint8Array | Mark) => void
  #items: (Uint8Array | Mark)[] = []
  #byteMs: number
  /** When the first of `#counted` bytes began. */
  #begun = 0
  #counted = 0
  #busy = false
  #stopped = false
  #cancel: (() => void) | undefined

  constructor(clock: Clock, baud: number, arrived: (item: Uint8Array | Mark) => void) {
    this.#clock = clock
    this.#byteMs = byteMsOf(baud)
    this.#arrived = arrived
  }

  /** The array must not be changed afterwards. */
  push(item: Uint8Array | Mark): void {
    this.#items.push(item)
    if (item instanceof Uint8Array) this.size += item.length
    this.#begin()
  }

  /** Bytes that have begun go on with the new speed from their beginning. */
  setBaud(baud: number): void {
    this.#byteMs = byteMsOf(baud)
    this.#begun = this.#clock.now()
    this.#counted = 0
    if (this.#stopped) return
    this.stop()
    this.go()
  }

  /** No byte begins until `go`. */
  stop(): void {
    this.#stopped = true
    this.#cancel?.()
    this.#cancel = undefined
  }

  go(): void {
    this.#stopped = false
    this.#begin()
  }

  /** Everything that has not arrived, in order; it never will. */
  clear(): readonly (Uint8Array | Mark)[] {
    const left = this.#items
    this.#items = []
    this.size = 0
    this.#cancel?.()
    this.#cancel = undefined
    return left
  }

  #begin(): void {
    if (this.#busy || this.#stopped || this.#cancel !== undefined) return
    this.#begun = this.#clock.now()
    this.#counted = 0
    this.#handOn(0)
    this.#wait()
  }

  #wait(): void {
    if (this.size === 0 || this.#stopped) return
    const due = this.#begun + (this.#counted + 1) * this.#byteMs
    this.#cancel = this.#clock.after(due - this.#clock.now(), () => this.#tick())
  }

  #tick(): void {
    this.#cancel = undefined
    const count = Math.floor((this.#clock.now() - this.#begun) / this.#byteMs + ROUNDING) - this.#counted
    this.#counted += count
    this.#handOn(count)
    this.#wait()
  }

  /** The next `count` bytes, and the marks that stand before the byte behind them. */
  #handOn(count: number): void {
    this.#busy = true
    let left = count
    for (let item = this.#items[0]; item !== undefined && !this.#stopped; item = this.#items[0]) {
      if (item instanceof Uint8Array && left === 0) break
      left -= this.#handOnFirst(item, left)
    }
    this.#busy = false
  }

  #handOnFirst(item: Uint8Array | Mark, most: number): number {
    const bytes = item instanceof Uint8Array ? item.subarray(0, most) : undefined
    if (item instanceof Uint8Array && item.length > most) this.#items[0] = item.subarray(most)
    else this.#items.shift()
    this.size -= bytes?.length ?? 0
    this.#arrived(bytes ?? item)
    return bytes?.length ?? 0
  }
}

const byteMsOf = (baud: number): number => (BITS_A_BYTE * 1000) / baud
