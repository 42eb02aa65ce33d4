import type { Redis } from 'ioredis'
import { version } from '../../../launch/package.ts'
import { mergeSnapshots, type RunTotals } from '../../metrics/merge.ts'
import { moduleCount } from '../../scenario/scenario.ts'
import { shardPlans } from '../../shard/world.ts'
import { clockOffset } from './redis-clock.ts'
import type { RunRecord } from './run-record.ts'
import { type RunState, withoutGone } from './run-state.ts'
import { RunStore } from './run-store.ts'
import { unknownOf } from './unknown.ts'

/** A run as it stands now. */
export interface RunOverview {
  readonly record: RunRecord
  readonly state: RunState
  readonly totals: RunTotals
  /** At most. */
  readonly unknown: number
  /** By Redis's clock, ms since 1970. */
  readonly now: number
}

/** Undefined: there is no such run. */
export async function runOverview(client: Redis, id: string): Promise<RunOverview | undefined> {
  const store = new RunStore(client)
  const [record, state] = [await store.record(id), await store.state(id)]
  if (!record || !state) return undefined
  // Another version's may look otherwise.
  const readable = record.version === version ? state.incarnations : []
  const all = await store.snapshots(
    id,
    readable.map(({ shard, incarnation }) => `${shard}/${incarnation}`),
  )
  const now = Date.now() + (await clockOffset(client)).offsetMs
  const snapshots = new Map(all.map((each) => [`${each.shard}/${each.incarnation}`, each]))
  const plans = shardPlans({ ...record, run: id }, moduleCount(record.scenario))
  const unknown = unknownOf({ state, plans, snapshots, isOver: state.endedAt !== null, now })
  return { record, state, totals: mergeSnapshots(withoutGone(state, all)), unknown, now }
}
