import { setImmediate as turn } from 'node:timers/promises'
import { MemoryBroker } from '../../../src/broker/memory/memory-broker.ts'
import { loadShard } from '../../../src/fleet/engine/process-world.ts'
import { mergeSnapshots, type RunTotals } from '../../../src/fleet/metrics/merge.ts'
import { moduleCount, type Scenario } from '../../../src/fleet/scenario/scenario.ts'
import { Shard } from '../../../src/fleet/shard/shard.ts'
import { shardPlans } from '../../../src/fleet/shard/world.ts'
import { virtualClock } from '../../../src/io/runtime/clock-virtual.ts'

const server = { host: 'broker.example', port: 1883 }

/** Runs a scenario in virtual time against a broker in memory: minutes take milliseconds, and all is the same each time. */
export async function runVirtual(scenario: Scenario): Promise<RunTotals & { readonly broker: MemoryBroker }> {
  const clock = virtualClock()
  const broker = new MemoryBroker(clock)
  const common = { run: 'virtual', scenario, shards: 1, servers: { plain: server, tls: server } }
  const [plan] = shardPlans(common, moduleCount(scenario))
  const world = { ...(await loadShard(plan!)).world(clock, 0), dialer: () => broker }
  const shard = new Shard({ ...plan!, startedAt: Date.UTC(2026, 0, 1) }, world)
  let last: RunTotals | undefined
  void shard.run().then((snapshot) => {
    last = mergeSnapshots([snapshot])
  })
  while (!last) {
    await turn()
    const due = clock.due()
    if (Number.isFinite(due)) clock.advance(due - clock.now())
  }
  return { ...last, broker }
}
