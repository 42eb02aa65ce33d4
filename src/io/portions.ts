import { concat, empty } from '../at/syntax/bytes.ts'

/** Where bytes come from. */
export interface Flow {
  pause(): void
  resume(): void
}

const portionBytes = 4096
/** Work on what one source sends, in a row, before all else has its turn. */
const longestMs = 10

/**
 * Gives on what a source sends, in portions. libuv reads 32 times 64 KiB in a row where so much is there: a peer that
 * sends faster than its bytes are worked on would keep timers, signals and all other peers waiting.
 */
export class Portions {
  readonly #take: (bytes: Uint8Array) => void
  readonly #flow: Flow
  #rest: Uint8Array = empty
  #held = false
  /** It is the turn of others. */
  #waits = false

  constructor(take: (bytes: Uint8Array) => void, flow: Flow) {
    this.#take = take
    this.#flow = flow
  }

  add(bytes: Uint8Array): void {
    this.#rest = this.#rest.length === 0 ? bytes : concat([this.#rest, bytes])
    if (!this.#waits) this.#go()
  }

  /** Nothing is given on until `resume`. */
  pause(): void {
    this.#held = true
    this.#flow.pause()
  }

  resume(): void {
    this.#held = false
    if (this.#waits) return
    if (this.#rest.length > 0) this.#wait()
    else this.#flow.resume()
  }

  /** Gives on at once what is left: the source has ended. */
  flush(): void {
    const rest = this.#rest
    this.#rest = empty
    if (rest.length > 0) this.#take(rest)
  }

  /** Forgets what is left. */
  clear(): void {
    this.#rest = empty
  }

  #go(): void {
    const began = performance.now()
    while (this.#rest.length > 0 && !this.#held) {
      const portion = this.#rest.subarray(0, portionBytes)
      this.#rest = this.#rest.subarray(portionBytes)
      this.#take(portion)
      if (performance.now() - began > longestMs) return this.#wait()
    }
  }

  #wait(): void {
    this.#waits = true
    this.#flow.pause()
    setImmediate(() => {
      this.#waits = false
      this.#go()
      if (this.#rest.length === 0 && !this.#held && !this.#waits) this.#flow.resume()
    })
  }
}
