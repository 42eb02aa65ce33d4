import type { Clock } from '../../io/runtime/runtime.ts'

/** A wait that can be cut short. */
export class Wake {
  readonly #clock: Clock
  #resolve: (() => void) | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Resolves after `ms`, then with a call of `overdue`, or when it is woken. */
  wait(ms: number, overdue: () => void = () => {}): Promise<void> {
    return new Promise((resolve) => {
      const due = () => {
        overdue()
        this.now()
      }
      const cancel = ms === Number.POSITIVE_INFINITY ? () => {} : this.#clock.after(ms, due)
      this.#resolve = () => {
        cancel()
        resolve()
      }
    })
  }

  now(): void {
    const resolve = this.#resolve
    this.#resolve = undefined
    resolve?.()
  }
}
