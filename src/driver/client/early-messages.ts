import type { Received } from '../protocol/answer.ts'

/** The most that are kept. */
const mostKept = 1000

/** Messages that come before anybody has been told of the connection: they follow `connect`. */
export class EarlyMessages {
  readonly #kept: Received[] = []
  /** The module's client is ours: before, messages are somebody else's. */
  ours = false

  put(message: Received): void {
    if (this.ours && this.#kept.length < mostKept) this.#kept.push(message)
  }

  take(): readonly Received[] {
    return this.#kept.splice(0)
  }
}
