import type { Clock } from './runtime.ts'

const LONGEST_TIMER_MS = 2 ** 31 - 1

/** The time of a browser: counts from the start of the page, does not jump when somebody sets the date. */
export const webClock: Clock = {
  now: () => performance.now(),
  after(delayMs, callback) {
    const due = performance.now() + delayMs
    let timer: ReturnType<typeof setTimeout>
    const arm = () => {
      const left = Math.max(0, due - performance.now())
      timer = left > LONGEST_TIMER_MS ? setTimeout(arm, LONGEST_TIMER_MS) : setTimeout(callback, left)
    }
    arm()
    return () => clearTimeout(timer)
  },
}
