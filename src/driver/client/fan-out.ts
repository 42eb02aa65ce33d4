import type { ClientError } from './client-error.ts'
import { MessageInbox } from './message-inbox.ts'
import type { ReceivedMessage } from './packets.ts'

/** Messages for the loops over them, each with its own pace. */
export class FanOut<P extends Uint8Array> {
  readonly #warn: (warning: ClientError) => void
  readonly #inboxes = new Set<MessageInbox<ReceivedMessage<P>>>()
  #ended = false

  constructor(warn: (warning: ClientError) => void) {
    this.#warn = warn
  }

  open(): AsyncIterableIterator<ReceivedMessage<P>> {
    const inbox = new MessageInbox<ReceivedMessage<P>>((gone) => void this.#inboxes.delete(gone))
    if (this.#ended) inbox.end()
    else this.#inboxes.add(inbox)
    return inbox
  }

  put(message: ReceivedMessage<P>): void {
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
