import type { Clock } from '../../io/runtime/runtime.ts'

/** Begins dials one after the other, at most so many a second. */
export function dialLimit(rate: number, clock: Clock): (dial: () => void) => void {
  const gapMs = 1000 / rate
  let nextAt = Number.NEGATIVE_INFINITY
  return (dial) => {
    const now = clock.now()
    const at = Math.max(now, nextAt)
    nextAt = at + gapMs
    if (at <= now) dial()
    else clock.after(at - now, dial)
  }
}
