import type { Clock } from './runtime.ts'

const LONGEST_TIMER_MS = 2 ** 31 - 1

/** The real time: counts from the start of the process, does not jump when somebody sets the date. */
export const nodeClock: Clock = {
  now: () => performance.now(),
  after(delayMs, callback) {
    const due = performance.now() + delayMs
    let timer: NodeJS.Timeout
    const arm = () => {
      const left = due - performance.now()
      timer = left > LONGEST_TIMER_MS ? setTimeout(arm, LONGEST_TIMER_MS) : setTimeout(callback, left)
      timer.unref()
    }
    arm()
    return () => clearTimeout(timer)
  },
}
