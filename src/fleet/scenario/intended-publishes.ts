import type { Scenario } from './scenario.ts'

/** How many publishes a scenario intends between two times of its clock, at most. */
export function intendedPublishes({ groups, phases }: Scenario, from: number, to: number): number {
  let publishes = 0
  for (const { startMs, actions } of phases)
    for (const action of actions) {
      if (action.kind !== 'publish') continue
      const takes = groups.filter(({ name }) => action.groups.length === 0 || action.groups.includes(name))
      const count = takes.reduce((sum, group) => sum + group.count, 0) * action.share
      const ms = Math.min(to, startMs + action.forMs) - Math.max(from, startMs)
      if (ms > 0) publishes += count * (ms / action.everyMs + 1)
    }
  return publishes
}
