import { keepingClock } from '../../io/runtime/clock-node.ts'
import type { Clock } from '../../io/runtime/runtime.ts'

const leadMs = 200
const leadPerModuleMs = 0.3

/** Time for the processes to make their modules, before the run's clock is 0. */
export const leadFor = (plans: readonly { readonly modules: number }[]): number =>
  leadMs + Math.max(...plans.map(({ modules }) => modules)) * leadPerModuleMs

/** Counts from the run's start, which is ms since 1970; afterwards it does not jump when somebody sets the date. */
export function runClock(startedAt: number): Clock {
  const zero = keepingClock.now() + (startedAt - Date.now())
  return { now: () => keepingClock.now() - zero, after: (delayMs, callback) => keepingClock.after(delayMs, callback) }
}
