import type { ShardSnapshot } from '../../metrics/snapshot.ts'
import { mostPublishes } from '../../shard/most-publishes.ts'
import type { ShardPlan } from '../../shard/world.ts'
import type { IncarnationState, RunState } from './run-state.ts'

interface UnknownFacts {
  readonly state: RunState
  readonly plans: readonly Omit<ShardPlan, 'startedAt'>[]
  /** By `shard/incarnation`. */
  readonly snapshots: ReadonlyMap<string, ShardSnapshot>
  /** No shard does anything more. */
  readonly isOver: boolean
  /** By Redis's clock. */
  readonly now: number
}

/**
 * Publishes that may be counted nowhere, at most: what an incarnation that did not end in order may have done between its
 * last snapshot and the end of its lease, or the beginning of the next one.
 */
export function unknownOf(facts: UnknownFacts): number {
  return facts.state.incarnations.reduce((sum, each) => sum + unknownOfOne(facts, each), 0)
}

function unknownOfOne(facts: UnknownFacts, each: IncarnationState): number {
  const { state, plans, snapshots } = facts
  const { startedAt } = state
  const plan = plans[each.shard]
  const until = lostAt(facts, each)
  if (startedAt === null || until === undefined || !plan) return 0
  const last = snapshots.get(`${each.shard}/${each.incarnation}`)
  return mostPublishes(plan, last?.at ?? Math.max(0, each.begunAt - startedAt), until - startedAt)
}

/** Undefined: it goes on, or ended in order. */
function lostAt(
  { state, isOver, now }: UnknownFacts,
  { shard, incarnation, closedAt, endsBy }: IncarnationState,
): number | undefined {
  if (closedAt !== null) return undefined
  const next = state.incarnations.find((each) => each.shard === shard && each.incarnation === incarnation + 1)
  if (next) return Math.min(endsBy, next.begunAt)
  return isOver ? Math.min(endsBy, state.endedAt ?? now) : undefined
}
