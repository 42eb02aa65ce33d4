import type { PublishAction } from '../scenario/scenario.ts'
import { fleetIdentity, Selected } from './identity.ts'
import type { ShardPlan } from './world.ts'

/** How many publishes a shard intends between two times of the run's clock, at most. */
export function mostPublishes(plan: Omit<ShardPlan, 'startedAt'>, from: number, to: number): number {
  const { scenario, run, first, modules } = plan
  const names = { run, seed: scenario.seed }
  const identities = Array.from({ length: modules }, (_, i) => fleetIdentity(scenario, names, first + i))
  let most = 0
  for (const { startMs, actions } of scenario.phases)
    for (const action of actions) {
      if (action.kind !== 'publish') continue
      const selected = new Selected(scenario, action, names)
      const publishing = identities.filter((identity) => selected.rankOf(identity) !== undefined).length
      most += publishing * mostOfOne(action, startMs, from, to)
    }
  return most
}

function mostOfOne({ forMs, everyMs, jitterMs }: PublishAction, startMs: number, from: number, to: number): number {
  const ms = Math.min(to, startMs + forMs) - Math.max(from, startMs)
  return ms > 0 ? Math.ceil((ms + 2 * jitterMs) / everyMs) + 1 : 0
}
