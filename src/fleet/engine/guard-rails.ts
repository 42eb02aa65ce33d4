import { isLoopback } from '../../io/transports/tcp-socket.ts'
import { UsageError } from '../../launch/usage-error.ts'
import type { ShardSnapshot } from '../metrics/snapshot.ts'
import type { BrokerChoice } from '../scenario/scenario.ts'

/** Connections a second towards a server that is not on this machine, unless it was raised. */
const usualRate = 100

export interface Guarding {
  /** Spelt out by whoever starts the run. */
  readonly target: string | undefined
  readonly maxRate: number | undefined
}

/** The ceiling of connections a second; 0: none. Throws where a server beyond this machine was not named. */
export function guardedRate(broker: BrokerChoice, { target, maxRate }: Guarding): number {
  if (broker.kind === 'embedded' || isLoopback(broker.host)) return maxRate ?? 0
  if (target !== broker.host)
    throw new UsageError(
      `${broker.host} is not on this machine: a run is a load test. If it is yours to load, say so with --target ${broker.host}.`,
    )
  return maxRate ?? usualRate
}

export const isGuarded = (broker: BrokerChoice): boolean => broker.kind === 'server' && !isLoopback(broker.host)

const windowMs = 10_000
const fewest = 20

interface Point {
  readonly at: number
  readonly refused: number
  readonly up: number
}

/** Sees a server refuse more than it takes, over ten seconds. */
export class RefusalWatch {
  #points: Point[] = []

  /** Why the run should stop; undefined: it may go on. */
  look(at: number, snapshots: readonly ShardSnapshot[]): string | undefined {
    const total = (name: 'connectRefused' | 'connectUp') => snapshots.reduce((sum, { counts }) => sum + counts[name], 0)
    this.#points = [
      ...this.#points.filter((point) => point.at > at - windowMs),
      { at, refused: total('connectRefused'), up: total('connectUp') },
    ]
    const [first, last] = [this.#points[0]!, this.#points.at(-1)!]
    const refused = last.refused - first.refused
    const up = last.up - first.up
    if (refused < fewest || refused <= up) return undefined
    return `the server refused ${refused} connections and took ${up} in ${Math.round((last.at - first.at) / 1000)} s`
  }
}
