import { copyOf } from '../at/syntax/bytes.ts'
import type { Clock } from '../io/runtime/runtime.ts'

type Pass = (bytes: Uint8Array) => void
interface Waiting {
  readonly bytes: Uint8Array
  readonly pass: Pass
  readonly due: number
}

/** Passes bytes on later and in order, whatever the delay of each. */
export class DelayLine {
  readonly #clock: Clock
  readonly #queue: Waiting[] = []
  #held = 0
  #cancel: (() => void) | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get held(): number {
    return this.#held
  }

  /** Nothing is queued and there is no delay: passed on at once. */
  push(bytes: Uint8Array, delayMs: number, pass: Pass): void {
    if (bytes.length === 0) return
    if (delayMs <= 0 && this.#queue.length === 0) return pass(bytes)
    const due = Math.max(this.#clock.now() + delayMs, this.#queue.at(-1)?.due ?? 0)
    this.#queue.push({ bytes: copyOf(bytes), pass, due })
    this.#held += bytes.length
    this.#schedule()
  }

  /** Sends everything that is waiting. */
  flush(): void {
    this.#cancel?.()
    this.#cancel = undefined
    while (this.#queue.length > 0) this.#release()
  }

  #schedule(): void {
    const first = this.#queue[0]
    if (this.#cancel || first === undefined || first.due === Number.POSITIVE_INFINITY) return
    this.#cancel = this.#clock.after(first.due - this.#clock.now(), () => this.#due())
  }

  #due(): void {
    this.#cancel = undefined
    while (this.#queue[0] !== undefined && this.#queue[0].due <= this.#clock.now()) this.#release()
    this.#schedule()
  }

  #release(): void {
    const { bytes, pass } = this.#queue.shift()!
    this.#held -= bytes.length
    pass(bytes)
  }
}
