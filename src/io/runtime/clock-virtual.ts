import type { Clock } from './runtime.ts'

/** A clock that stands still until it is told to go on. */
export interface VirtualClock extends Clock {
  /** Goes on by `ms`, fires what falls due on the way at its own time, in order; also what those callbacks add. */
  advance(ms: number): void
  /** Timers that have neither fired nor been cancelled. */
  pending(): number
  /** When the next timer fires; `Infinity`: none is set. */
  due(): number
}

interface Timer {
  readonly due: number
  readonly callback: () => void
}

/** Time for tests: 180 s pass in no time. Starts at 0. */
export function virtualClock(): VirtualClock {
  let now = 0
  const timers = new Set<Timer>()
  return {
    now: () => now,
    pending: () => timers.size,
    due: () => earliest(timers)?.due ?? Number.POSITIVE_INFINITY,
    after(delayMs, callback) {
      const timer = { due: now + Math.max(0, delayMs), callback }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    advance(ms) {
      const end = now + ms
      for (let timer = earliest(timers); timer !== undefined && timer.due <= end; timer = earliest(timers)) {
        timers.delete(timer)
        now = timer.due
        timer.callback()
      }
      now = end
    },
  }
}

/** Of equal times the one that was set first: a Set keeps that order. */
function earliest(timers: ReadonlySet<Timer>): Timer | undefined {
  let first: Timer | undefined
  for (const timer of timers) if (first === undefined || timer.due < first.due) first = timer
  return first
}
