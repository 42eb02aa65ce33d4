import type { ModuleEvent } from '../control/public.ts'

/** So many events, the oldest, were dropped here: they were not taken in time. */
export interface DroppedEvents {
  readonly event: 'dropped'
  readonly count: number
}

export type StreamedEvent = ModuleEvent | DroppedEvents

/** Events that wait until they are taken, and their characters, about; the oldest are dropped for newer ones. */
const mostWaiting = 10_000
const mostCharacters = 16 << 20

/** Of the longest text in it, which is nearly all of it. */
const charactersOf = (event: ModuleEvent): number =>
  (event.bytes?.length ?? 0) + ('packet' in event && event.packet ? JSON.stringify(event.packet).length : 0)

/** Events for one reader, who takes them with `for await`. It keeps what comes before the reader asks. */
export class EventQueue implements AsyncIterableIterator<StreamedEvent> {
  readonly #ended: () => void
  readonly #readers: ((result: IteratorResult<StreamedEvent>) => void)[] = []
  #waiting: { readonly event: ModuleEvent; readonly characters: number }[] = []
  #characters = 0
  #dropped = 0
  #over = false

  /** `ended`: called when the reader leaves. */
  constructor(ended: () => void) {
    this.#ended = ended
  }

  push(event: ModuleEvent): void {
    const reader = this.#readers.shift()
    if (reader) return reader({ value: event, done: false })
    const characters = charactersOf(event)
    this.#waiting.push({ event, characters })
    this.#characters += characters
    while (this.#waiting.length > mostWaiting || this.#characters > mostCharacters) {
      this.#first()
      this.#dropped++
    }
  }

  #first(): ModuleEvent | undefined {
    const first = this.#waiting.shift()
    this.#characters -= first?.characters ?? 0
    return first?.event
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
    this.#characters = 0
    this.#dropped = 0
    this.end()
    this.#ended()
    return Promise.resolve({ value: undefined, done: true })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #take(): StreamedEvent | undefined {
    if (this.#dropped === 0) return this.#first()
    const count = this.#dropped
    this.#dropped = 0
    return { event: 'dropped', count }
  }
}
