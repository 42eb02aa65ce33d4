import { concat, empty } from '../../at/syntax/bytes.ts'
import type { Clock } from '../../io/runtime/runtime.ts'

/** What has come over a line and is not read yet. */
export interface ReceiveBuffer {
  /** The unread bytes. */
  unread(): Uint8Array
  /** The byte before them; undefined at the beginning. */
  lastRead(): number | undefined
  skip(count: number): void
  /** What has been read since the last call. */
  takeRead(): Uint8Array
  add(bytes: Uint8Array): void
  /** True when more has come, false when the time is over. */
  more(clock: Clock, delayMs: number): Promise<boolean>
}

export function createReceiveBuffer(): ReceiveBuffer {
  let bytes = empty
  let last: number | undefined
  let wake = () => {}
  let read: Uint8Array[] = []
  return {
    unread: () => bytes,
    lastRead: () => last,
    skip(count) {
      if (count === 0) return
      last = bytes[count - 1]
      read.push(bytes.subarray(0, count))
      bytes = bytes.subarray(count)
    },
    takeRead() {
      const whole = concat(read)
      read = []
      return whole
    },
    add(chunk) {
      bytes = concat([bytes, chunk])
      wake()
    },
    more(clock, delayMs) {
      return new Promise((resolve) => {
        const cancel = clock.after(Math.max(0, delayMs), () => resolve(false))
        wake = () => {
          wake = () => {}
          cancel()
          resolve(true)
        }
      })
    },
  }
}
