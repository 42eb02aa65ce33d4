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
      const due = performance.now() + delayMs
      let timer: NodeJS.Timeout
      const arm = () => {
        const left = due - performance.now()
        timer = left > LONGEST_TIMER_MS ? setTimeout(arm, LONGEST_TIMER_MS) : setTimeout(callback, left)
        armed(timer)
      }
      arm()
      return () => clearTimeout(timer)
    },
  }
}
