import { planRestarts } from '../../../src/fleet/engine/broker-storms.ts'
import { loadShard } from '../../../src/fleet/engine/process-world.ts'
import { runClock } from '../../../src/fleet/engine/run-clock.ts'
import { openServers } from '../../../src/fleet/engine/run-servers.ts'
import { mergeSnapshots, type RunTotals } from '../../../src/fleet/metrics/merge.ts'
import { readScenario } from '../../../src/fleet/scenario/read-scenario.ts'
import { moduleCount, type Scenario } from '../../../src/fleet/scenario/scenario.ts'
import { Shard } from '../../../src/fleet/shard/shard.ts'
import { type RunServers, shardPlans } from '../../../src/fleet/shard/world.ts'

export function scenarioOf(text: string): Scenario {
  const read = readScenario(text)
  if (read.ok) return read.scenario
  throw new Error(read.mistakes.map(({ line, column, sentence }) => `${line}:${column} ${sentence}`).join('\n'))
}

let runs = 0

/** Runs a scenario in this process, with real sockets and its own broker unless `servers` says otherwise. */
export async function runHere(scenario: Scenario, servers?: RunServers, maxRate = 0): Promise<RunTotals> {
  const opened = await openServers(scenario)
  const common = { run: `here${runs++}`, scenario, shards: 1, servers: servers ?? opened.servers }
  const [plan] = shardPlans(common, moduleCount(scenario))
  const loaded = await loadShard(plan!)
  const startedAt = Date.now() + 20
  const clock = runClock(startedAt)
  const shard = new Shard({ ...plan!, startedAt }, loaded.world(clock, maxRate))
  planRestarts(
    scenario,
    opened,
    clock,
    () => {},
    () => true,
  )
  try {
    return mergeSnapshots([await shard.run()])
  } finally {
    await opened.close()
  }
}
