import { keepingClock } from '../../io/runtime/clock-node.ts'
import type { Clock } from '../../io/runtime/runtime.ts'

/** Counts from the run's start, which is ms since 1970; afterwards it does not jump when somebody sets the date. */
export function runClock(startedAt: number): Clock {
  const zero = keepingClock.now() + (startedAt - Date.now())
  return { now: () => keepingClock.now() - zero, after: (delayMs, callback) => keepingClock.after(delayMs, callback) }
}
