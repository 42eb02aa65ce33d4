import type { Received } from '../protocol/answer.ts'
import { ClientError } from './errors.ts'
import type { ReceivedMessage } from './packets.ts'

/** The most messages that are kept before `connect`, and for one slow reader. */
const mostKept = 1000

/** Messages that come before `connect` was emitted: they are emitted after it. */
export class EarlyMessages {
  readonly #kept: Received[] = []
  /** The module's client was acquired by us. Messages from before belong to its former owner. */
  ours = false

  put(message: Received): void {
    if (this.ours && this.#kept.length < mostKept) this.#kept.push(message)
  }

  forget(): void {
    this.ours = false
    this.#kept.length = 0
  }

  take(): readonly Received[] {
    return this.#kept.splice(0)
  }
}

/** Messages for one `for await` loop; ends when the client has ended. */
class MessageInbox<T> implements AsyncIterableIterator<T> {
  readonly #leave: (inbox: MessageInbox<T>) => void
  readonly #kept: T[] = []
  readonly #readers: ((result: IteratorResult<T>) => void)[] = []
  #ended = false

  constructor(leave: (inbox: MessageInbox<T>) => void) {
    this.#leave = leave
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /** Returns what there is to say when the reader is so slow that the oldest message had to go. */
  put(value: T): ClientError | undefined {
    const reader = this.#readers.shift()
    if (reader) reader({ done: false, value })
    else this.#kept.push(value)
    if (this.#kept.length <= mostKept) return undefined
    this.#kept.shift()
    return new ClientError('dropped', `A loop over messages is ${mostKept} behind: the oldest message was dropped.`)
  }

  async next(): Promise<IteratorResult<T>> {
    const value = this.#kept.shift()
    if (value !== undefined) return { done: false, value }
    if (this.#ended) return { done: true, value: undefined }
    return new Promise((resolve) => this.#readers.push(resolve))
  }

  async return(): Promise<IteratorResult<T>> {
    this.#kept.length = 0
    this.end()
    return { done: true, value: undefined }
  }

  end(): void {
    this.#ended = true
    this.#leave(this)
    for (const reader of this.#readers.splice(0)) reader({ done: true, value: undefined })
  }
}

/** Messages for the `for await` loops, each of which reads at its own pace. */
export class FanOut<P extends Uint8Array> {
  readonly #warn: (warning: ClientError) => void
  #inboxes: Set<MessageInbox<ReceivedMessage<P>>> | undefined
  #ended = false

  constructor(warn: (warning: ClientError) => void) {
    this.#warn = warn
  }

  open(): AsyncIterableIterator<ReceivedMessage<P>> {
    const inbox = new MessageInbox<ReceivedMessage<P>>((gone) => void this.#inboxes?.delete(gone))
    if (this.#ended) inbox.end()
    else this.#inboxes = (this.#inboxes ?? new Set()).add(inbox)
    return inbox
  }

  put(message: ReceivedMessage<P>): void {
    for (const inbox of this.#inboxes ?? []) {
      const dropped = inbox.put(message)
      if (dropped) this.#warn(dropped)
    }
  }

  end(): void {
    this.#ended = true
    for (const inbox of [...(this.#inboxes ?? [])]) inbox.end()
  }
}
