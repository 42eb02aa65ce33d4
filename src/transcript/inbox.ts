import { concat, empty } from '../at/bytes/bytes.ts'
import type { Clock } from '../io/runtime.ts'

/** What has come over a line and is not read yet. */
export interface Inbox {
  /** The unread bytes. */
  unread(): Uint8Array
  /** The byte before them; undefined at the beginning. */
  lastRead(): number | undefined
  skip(count: number): void
  add(bytes: Uint8Array): void
  /** True when more has come, false when the time is over. */
  more(clock: Clock, delayMs: number): Promise<boolean>
}

export function createInbox(): Inbox {
  let bytes = empty
  let last: number | undefined
  let wake = () => {}
  return {
    unread: () => bytes,
    lastRead: () => last,
    skip(count) {
      last = count > 0 ? bytes[count - 1] : last
      bytes = bytes.subarray(count)
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
