import type { ModuleEvent } from '../control/public.ts'

/** So many events, the oldest, were dropped here: they were not taken in time. */
export interface DroppedEvents {
  readonly event: 'dropped'
  readonly count: number
}

export type StreamedEvent = ModuleEvent | DroppedEvents

/** Events that wait until they are taken; the oldest are dropped for newer ones. */
const mostWaiting = 10_000

/** Events for one reader, who takes them with `for await`. It keeps what comes before the reader asks. */
export class EventQueue implements AsyncIterableIterator<StreamedEvent> {
  readonly #ended: () => void
  readonly #readers: ((result: IteratorResult<StreamedEvent>) => void)[] = []
  #waiting: ModuleEvent[] = []
  #dropped = 0
  #over = false

  /** `ended`: called when the reader leaves. */
  constructor(ended: () => void) {
    this.#ended = ended
  }

  push(event: ModuleEvent): void {
    const reader = this.#readers.shift()
    if (reader) return reader({ value: event, done: false })
    this.#waiting.push(event)
    if (this.#waiting.length <= mostWaiting) return
    this.#waiting.shift()
    this.#dropped++
  }

  /** What waits can still be taken. */
  end(): void {
    this.#over = true
    for (const reader of this.#readers.splice(0)) reader({ value: undefined, done: true })
  }

  next(): Promise<IteratorResult<StreamedEvent>> {
    const event = this.#take()
    if (event) return Promise.resolve({ value: event, done: false })
    if (this.#over) return Promise.resolve({ value: undefined, done: true })
    return new Promise((resolve) => this.#readers.push(resolve))
  }

  return(): Promise<IteratorResult<StreamedEvent>> {
    this.#waiting = []
    this.#dropped = 0
    this.end()
    this.#ended()
    return Promise.resolve({ value: undefined, done: true })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #take(): StreamedEvent | undefined {
    if (this.#dropped === 0) return this.#waiting.shift()
    const count = this.#dropped
    this.#dropped = 0
    return { event: 'dropped', count }
  }
}
