import type { ConnectionEvents, DialFailure } from '../../io/net/dialer.ts'
import type { ConnectionInput } from '../core/effects.ts'

/** Turns what happens to a connection into inputs of the module. One set of methods for all: there may be thousands. */
export class ConnectionInputs implements ConnectionEvents {
  readonly #take: (input: ConnectionInput) => void
  readonly id: number

  constructor(id: number, take: (input: ConnectionInput) => void) {
    this.#take = take
    this.id = id
  }

  connected(): void {
    this.#take({ type: 'connected', connection: this.id })
  }
  failed(reason: DialFailure, detail: string): void {
    this.#take({ type: 'failed', connection: this.id, reason, detail })
  }
  data(bytes: Uint8Array): void {
    this.#take({ type: 'received', connection: this.id, bytes })
  }
  drained(): void {
    this.#take({ type: 'congested', connection: this.id, congested: false })
  }
  ended(): void {
    this.#take({ type: 'ended', connection: this.id, how: 'closed' })
  }
  reset(): void {
    this.#take({ type: 'ended', connection: this.id, how: 'reset' })
  }
}
