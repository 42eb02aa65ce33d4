import type { Clock } from './runtime.ts'

const LONGEST_TIMER_MS = 2 ** 31 - 1

/** The real time: counts from the start of the process, does not jump when somebody sets the date. */
export const nodeClock: Clock = clock((timer) => timer.unref())

/** The same for a program of its own: while a timer runs the process lives. */
export const keepingClock: Clock = clock(() => {})

function clock(armed: (timer: NodeJS.Timeout) => void): Clock {
  return {
    now: () => performance.now(),
    after(delayMs, callback) {
      let timer: NodeJS.Timeout
      const arm = (left: number) => {
        const rest = left - LONGEST_TIMER_MS
        timer = rest > 0 ? setTimeout(arm, LONGEST_TIMER_MS, rest) : setTimeout(callback, left)
        armed(timer)
      }
      arm(Math.max(0, delayMs))
      return () => clearTimeout(timer)
    },
  }
}
