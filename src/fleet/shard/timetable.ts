import type { Clock } from '../../io/runtime/runtime.ts'

/** An entry that may be taken back. */
export interface Scheduled {
  readonly at: number
  readonly act: (() => void) | undefined
}

interface Entry {
  at: number
  act: (() => void) | undefined
}

/**
 * What is due when, for thousands of modules with one timer: a binary heap. Each entry that runs tells how late it was,
 * by which a generator that can't keep up is known.
 */
export class Timetable {
  readonly #clock: Clock
  readonly #late: (ms: number, at: number) => void
  readonly #heap: Entry[] = []
  #timerAt = Number.POSITIVE_INFINITY
  #cancel: (() => void) | undefined
  #closed = false

  constructor(clock: Clock, late: (ms: number, at: number) => void) {
    this.#clock = clock
    this.#late = late
  }

  now(): number {
    return this.#clock.now()
  }

  /** Runs `act` at a time of the clock, or as soon as possible behind it. */
  at(at: number, act: () => void): Scheduled {
    const entry = { at, act }
    this.#heap.push(entry)
    this.#rise(this.#heap.length - 1)
    this.#arm()
    return entry
  }

  after(ms: number, act: () => void): Scheduled {
    return this.at(this.#clock.now() + ms, act)
  }

  cancel(scheduled: Scheduled | undefined): void {
    if (scheduled) (scheduled as Entry).act = undefined
  }

  close(): void {
    this.#closed = true
    this.#cancel?.()
    this.#heap.length = 0
  }

  #arm(): void {
    const first = this.#heap[0]
    if (this.#closed || !first || first.at >= this.#timerAt) return
    this.#cancel?.()
    this.#timerAt = first.at
    this.#cancel = this.#clock.after(Math.max(0, first.at - this.#clock.now()), () => this.#run())
  }

  #run(): void {
    this.#timerAt = Number.POSITIVE_INFINITY
    this.#cancel = undefined
    const now = this.#clock.now()
    // Sums of fractions may miss the time by the last digit.
    for (let first = this.#heap[0]; first && first.at <= now + 0.001; first = this.#heap[0]) {
      this.#take()
      if (!first.act) continue
      this.#late(Math.max(0, this.#clock.now() - first.at), now)
      first.act()
    }
    this.#arm()
  }

  #take(): void {
    const last = this.#heap.pop()!
    if (this.#heap.length === 0) return
    this.#heap[0] = last
    this.#sink(0)
  }

  #rise(from: number): void {
    const heap = this.#heap
    for (let at = from; at > 0; ) {
      const above = (at - 1) >> 1
      if (heap[above]!.at <= heap[at]!.at) return
      swap(heap, at, above)
      at = above
    }
  }

  #sink(from: number): void {
    const heap = this.#heap
    for (let at = from; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2]
      const least = right < heap.length && heap[right]!.at < heap[left]!.at ? right : left
      if (least >= heap.length || heap[least]!.at >= heap[at]!.at) return
      swap(heap, at, least)
      at = least
    }
  }
}

function swap(heap: Entry[], one: number, other: number): void {
  const kept = heap[one]!
  heap[one] = heap[other]!
  heap[other] = kept
}
