import { setImmediate as ctx } from 'node:timers/promises'
import type { VirtualClock } from '../../src/io/runtime/clock-virtual.ts'

/** Lets virtual time go on, in steps, until the promise has settled; rejects after `mostMs`. */
export async function inVirtualTime<T>(
  clock: VirtualClock,
  promise: Promise<T>,
  stepMs = 50,
  mostMs = Number.POSITIVE_INFINITY,
): Promise<T> {
  let settled = false
  const mark = () => {
    settled = true
  }
  promise.then(mark, mark)
  for (const end = clock.now() + mostMs; ; ) {
    await ctx()
    if (settled) return promise
    if (clock.now() > end) throw new Error(`Not settled within ${mostMs} ms of virtual time`)
    clock.advance(stepMs)
  }
}
