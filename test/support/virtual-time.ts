import { setImmediate as ctx } from 'node:timers/promises'
import type { VirtualClock } from '../../src/io/runtime/clock-virtual.ts'

/** Lets virtual time go on, in steps, until the promise has settled. */
export async function inVirtualTime<T>(clock: VirtualClock, promise: Promise<T>, stepMs = 50): Promise<T> {
  let settled = false
  const mark = () => {
    settled = true
  }
  promise.then(mark, mark)
  for (;;) {
    await ctx()
    if (settled) return promise
    clock.advance(stepMs)
  }
}
