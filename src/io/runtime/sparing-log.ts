import type { Clock, Log, LogLevel } from './runtime.ts'

/** Of one message so many lines in a minute are logged; of further ones, their number when the minute is over. */
const mostOfOne = 10
const minuteMs = 60_000

/** A log for what strangers can cause as often as they like. Messages are sentences of our own: there are few. */
export function sparingLog(log: Log, clock: Clock): Log {
  const counts = new Map<string, number>()
  const minuteOver = (level: LogLevel, message: string): void => {
    const further = (counts.get(message) ?? 0) - mostOfOne
    counts.delete(message)
    if (further > 0) log.log(level, message, { further })
  }
  return {
    log(level, message, fields) {
      const count = (counts.get(message) ?? 0) + 1
      counts.set(message, count)
      if (count === 1) clock.after(minuteMs, () => minuteOver(level, message))
      if (count <= mostOfOne) log.log(level, message, fields)
    },
  }
}
