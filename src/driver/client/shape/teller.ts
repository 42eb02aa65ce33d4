import type { Clock } from '../../../io/runtime/runtime.ts'
import type { ClientError } from '../errors.ts'
import type { ClientEvents } from '../packets.ts'
import type { ClientEmitter } from './emitter.ts'

/** Tells a client's listeners. An error or a warning that nobody listens to goes where the platform shows warnings. */
export class Teller<P extends Uint8Array> {
  readonly #client: ClientEmitter<ClientEvents<P>>
  readonly #clock: Clock
  readonly #unheard: ((text: string) => void) | undefined
  #lastUnheard: string | undefined
  /** Warnings from before there can be a listener. */
  #held: ClientError[] | undefined = []

  constructor(client: ClientEmitter<ClientEvents<P>>, clock: Clock, unheard?: (text: string) => void) {
    this.#client = client
    this.#clock = clock
    this.#unheard = unheard
  }

  tell<E extends keyof ClientEvents<P>>(event: E, ...args: ClientEvents<P>[E]): void {
    this.call(() => void this.#client.emit(event, ...args))
  }

  error(error: Error): void {
    if (this.#client.listenerCount('error') > 0) this.tell('error', error)
    else this.#unheardText(error.message)
  }

  /** The caller of `connect` has had its turn to add listeners. */
  begin(): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const warning of held) this.warn(warning)
  }

  warn(warning: ClientError): void {
    if (this.#held) this.#held.push(warning)
    else if (this.#client.listenerCount('warning') > 0) this.tell('warning', warning)
    else this.#unheardText(warning.message)
  }

  /** Runs what is the user's. What it throws is thrown again from a timer: it must not end anything here. */
  call(run: () => void): void {
    try {
      run()
    } catch (thrown) {
      this.#clock.after(0, () => {
        throw thrown
      })
    }
  }

  /** The same sentence is not said twice in a row: attempts to connect go on for as long as they fail. */
  #unheardText(text: string): void {
    if (text !== this.#lastUnheard) this.#unheard?.(text)
    this.#lastUnheard = text
  }
}
