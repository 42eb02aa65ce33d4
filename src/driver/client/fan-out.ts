import type { ClientError } from './client-error.ts'
import { Inbox } from './inbox.ts'
import type { Message } from './packets.ts'

/** Messages for the loops over them, each with its own pace. */
export class FanOut<P extends Uint8Array> {
  readonly #warn: (warning: ClientError) => void
  readonly #inboxes = new Set<Inbox<Message<P>>>()
  #ended = false

  constructor(warn: (warning: ClientError) => void) {
    this.#warn = warn
  }

  open(): AsyncIterableIterator<Message<P>> {
    const inbox = new Inbox<Message<P>>((gone) => void this.#inboxes.delete(gone))
    if (this.#ended) inbox.end()
    else this.#inboxes.add(inbox)
    return inbox
  }

  put(message: Message<P>): void {
    for (const inbox of this.#inboxes) {
      const dropped = inbox.put(message)
      if (dropped) this.#warn(dropped)
    }
  }

  end(): void {
    this.#ended = true
    for (const inbox of [...this.#inboxes]) inbox.end()
  }
}
