import type { Dialer } from '../../io/net/dialer.ts'
import type { Clock } from '../../io/runtime/runtime.ts'
import type { Effect, Input } from '../core/effects.ts'
import { isIpAddress } from './silenceable-dialer.ts'

/** Look-ups of names that are under way: each ends with one answer, in time. */
export class Lookups {
  readonly #dialer: Dialer
  readonly #clock: Clock
  readonly #take: (input: Input) => void
  readonly #cancels = new Set<() => void>()

  constructor(dialer: Dialer, clock: Clock, take: (input: Input) => void) {
    this.#dialer = dialer
    this.#clock = clock
    this.#take = take
  }

  start({ lookup, host, timeoutMs }: Extract<Effect, { type: 'lookup' }>): void {
    const cancel = this.#clock.after(timeoutMs, () => answer([]))
    const answer = (addresses: readonly string[]): void => {
      if (!this.#cancels.delete(cancel)) return
      cancel()
      this.#take({ type: 'resolved', lookup, addresses })
    }
    this.#cancels.add(cancel)
    this.#addresses(host).then(answer, () => answer([]))
  }

  async #addresses(host: string): Promise<readonly string[]> {
    return isIpAddress(host) ? [host] : ((await this.#dialer.lookup?.(host)) ?? [])
  }

  /** Nobody waits any more. */
  destroy(): void {
    for (const cancel of this.#cancels) cancel()
    this.#cancels.clear()
  }
}
