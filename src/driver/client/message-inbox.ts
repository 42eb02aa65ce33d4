import { ClientError } from './client-error.ts'

/** The most messages that one iterator keeps for a slow reader. */
const mostKept = 1000

/** Messages for one `for await` loop; ends when the client has ended. */
export class MessageInbox<T> implements AsyncIterableIterator<T> {
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
