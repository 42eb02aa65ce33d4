import { concat, copyOf, empty } from '../../at/syntax/bytes.ts'
import type { Clock } from '../../io/runtime/runtime.ts'
import type { ByteStream } from '../../io/stream.ts'

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

/** Unread bytes at which the line is not read on, and read ones of which the older half is forgotten: no answer is so long. */
const most = 1 << 20

export function createReceiveBuffer(stream: Pick<ByteStream, 'pause' | 'resume'>): ReceiveBuffer {
  let paused = false
  let readBytes = 0
  let bytes = empty
  let last: number | undefined
  let wake = () => {}
  let read: Uint8Array[] = []
  const forget = (): void => {
    read = read.slice(Math.ceil(read.length / 2))
    readBytes = read.reduce((sum, { length }) => sum + length, 0)
  }
  return {
    unread: () => bytes,
    lastRead: () => last,
    skip(count) {
      if (count === 0) return
      last = bytes[count - 1]
      read.push(copyOf(bytes, 0, count))
      readBytes += count
      if (readBytes > most) forget()
      bytes = bytes.subarray(count)
      if (!paused || bytes.length > most / 2) return
      paused = false
      stream.resume()
    },
    takeRead() {
      const whole = concat(read)
      read = []
      readBytes = 0
      return whole
    },
    add(chunk) {
      bytes = concat([bytes, chunk])
      if (!paused && bytes.length > most) {
        paused = true
        stream.pause()
      }
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
