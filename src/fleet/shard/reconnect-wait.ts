import { backoff } from '../../driver/client/recovery.ts'
import type { Random } from '../../io/runtime/runtime.ts'
import type { Reconnect } from '../scenario/scenario.ts'

/** The driver's own: doubled from 1 s to 60 s, the upper half by chance. */
const ofDriver = { reconnectPeriod: 1000, maxReconnectPeriod: 60_000 }

/** How long a host waits before its attempt `n` (1, 2, …) behind a loss, ms; undefined: it makes none. */
export function reconnectWait(reconnect: Reconnect, n: number, random: Random): number | undefined {
  switch (reconnect.kind) {
    case 'driver':
      return backoff(n, ofDriver, random)
    case 'backoff':
      return backoff(n, { reconnectPeriod: reconnect.firstMs, maxReconnectPeriod: reconnect.longestMs }, random)
    case 'fixed':
      return Math.max(0, reconnect.everyMs + (2 * random.next() - 1) * reconnect.jitterMs)
    case 'none':
      return 0
    case 'never':
      return undefined
  }
}
