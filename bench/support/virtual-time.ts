import { setImmediate as turn } from 'node:timers/promises'
import type { VirtualClock } from '../../src/io/runtime/clock-virtual.ts'

/** Lets virtual time go on, from one timer to the next, until the promise has settled. */
export async function inVirtualTime<T>(clock: VirtualClock, promise: Promise<T>): Promise<T> {
  let settled = false
  const mark = () => {
    settled = true
  }
  promise.then(mark, mark)
  for (;;) {
    await turn()
    if (settled) return promise
    clock.advance(Math.max(0, clock.due() - clock.now()))
  }
}
