import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import type { VirtualClock } from '../../io/runtime/clock-virtual.ts'

/** How time goes on in a rig while something is awaited. */
export interface RigTime {
  /** Lets what has happened take effect. */
  settle(): Promise<void>
  /** The time of the clock until which something may take `withinMs`. */
  end(withinMs: number): number
  /** Goes on until something may have happened, at most to `endMs`; false: nothing will any more. */
  next(endMs: number): Promise<boolean>
}

/** Everything is in memory: time stands still, and `next` is the next timer. */
export const standingTime = (clock: VirtualClock): RigTime => ({
  settle: turn,
  end: (withinMs) => clock.now() + withinMs,
  async next(endMs) {
    const due = clock.due()
    clock.advance(Math.min(due, endMs) - clock.now())
    return due <= endMs
  },
})

/** Between two looks at a real broker. */
const lookMs = 2
/** How long a real broker, and the way to it, may take. */
const patienceMs = 5000

/** There is a real broker: time goes on as it really does. */
export const realTime = (clock: VirtualClock): RigTime => ({
  settle: () => sleep(lookMs),
  end: (withinMs) => clock.now() + Math.max(withinMs, patienceMs),
  async next(endMs) {
    const before = performance.now()
    await sleep(lookMs)
    clock.advance(performance.now() - before)
    return clock.now() < endMs
  },
})
