import type { Random } from '../../io/runtime/runtime.ts'

/** The wait before attempt `n` (1, 2, …) in ms: doubled each time, bounded; the upper half of it is by chance. */
export function backoff(n: number, { reconnectPeriod, maxReconnectPeriod }: BackoffSettings, random: Random): number {
  if (n <= 1) return reconnectPeriod
  const longest = Math.max(reconnectPeriod, maxReconnectPeriod)
  const whole = Math.min(longest, reconnectPeriod * 2 ** Math.min(n - 1, 30))
  return whole * (0.5 + 0.5 * random.next())
}

export interface BackoffSettings {
  readonly reconnectPeriod: number
  readonly maxReconnectPeriod: number
}
