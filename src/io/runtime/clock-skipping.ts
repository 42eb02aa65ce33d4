import { nodeClock } from './clock-node.ts'
import type { Clock } from './runtime.ts'

/** Real time that can be moved on: what waits 120 s need not. */
export interface SkippingClock extends Clock {
  /** Goes on to the next timer at once and fires it; false when none is set. */
  skip(): boolean
}

interface Timer {
  readonly due: number
  readonly callback: () => void
}

/** Passes like `real`; timers fire by themselves, and earlier when somebody skips. */
export function skippingClock(real: Clock = nodeClock): SkippingClock {
  const timers = new Set<Timer>()
  let ahead = 0
  let disarm = (): void => {}
  const now = (): number => real.now() + ahead
  const arm = (): void => {
    disarm()
    const next = earliest(timers)
    disarm = next ? real.after(Math.max(0, next.due - now()), fire) : () => {}
  }
  const fire = (): void => {
    for (let timer = earliest(timers); timer && timer.due <= now(); timer = earliest(timers)) {
      timers.delete(timer)
      timer.callback()
    }
    arm()
  }
  return {
    now,
    after(delayMs, callback) {
      const timer = { due: now() + Math.max(0, delayMs), callback }
      timers.add(timer)
      if (earliest(timers) === timer) arm()
      return () => void timers.delete(timer)
    },
    skip() {
      const next = earliest(timers)
      if (!next) return false
      ahead += Math.max(0, next.due - now())
      fire()
      return true
    },
  }
}

/** Of equal times the one that was set first: a Set keeps that order. */
function earliest(timers: ReadonlySet<Timer>): Timer | undefined {
  let first: Timer | undefined
  for (const timer of timers) if (first === undefined || timer.due < first.due) first = timer
  return first
}
