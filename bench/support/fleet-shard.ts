import { loadShard } from '../../src/fleet/engine/process-world.ts'
import { runClock } from '../../src/fleet/engine/run-clock.ts'
import { mergeSnapshots, type RunTotals } from '../../src/fleet/metrics/merge.ts'
import { readScenario } from '../../src/fleet/scenario/read-scenario.ts'
import { Shard } from '../../src/fleet/shard/shard.ts'

export interface FleetSetup {
  /** Names the modules. */
  readonly run: string
  readonly modules: number
  readonly port: number
  readonly host?: 'lean' | 'driver'
  /** PEM of the server's root; none: without TLS. */
  readonly ca?: string
  readonly reconnect?: 'none'
  /** In YAML; none: nothing is published. */
  readonly publish?: string
}

export interface RunningFleet {
  /** Modules that are connected. */
  up(): number
  totals(): RunTotals
  stop(): Promise<RunTotals>
}

const pollMs = 20

/** Modules of `atmqtt fleet`, in this process; resolves when all are connected. They connect all at once. */
export async function connectedFleet(setup: FleetSetup): Promise<RunningFleet> {
  const fleet = await startFleet(setup)
  while (fleet.up() < setup.modules) await new Promise((resolve) => setTimeout(resolve, pollMs))
  return fleet
}

async function startFleet({
  run,
  modules,
  port,
  host = 'lean',
  ca,
  publish,
  reconnect,
}: FleetSetup): Promise<RunningFleet> {
  const tls = ca === undefined ? '' : `, tls: {ca: ${JSON.stringify(ca)}}`
  const scheme = ca === undefined ? 'mqtt' : 'mqtts'
  const read = readScenario(`broker: ${scheme}://127.0.0.1:${port}
groups: [{name: all, count: ${modules}, host: ${host}, clientId: "${run}-{index}", keepAlive: 600s, reconnect: ${reconnect ?? 'driver'}${tls}}]
phases:
  - {name: all, duration: 1h, do: [connect: {over: 1ms}${publish === undefined ? '' : `, publish: ${publish}`}]}
`)
  if (!read.ok) throw new Error(JSON.stringify(read.mistakes))
  const place = { host: '127.0.0.1', port }
  const plan = {
    ...{ run, scenario: read.scenario, shard: 0, shards: 1, incarnation: 1, first: 0, modules, startedAt: Date.now() },
    servers: { plain: ca === undefined ? place : null, tls: ca === undefined ? null : place },
  }
  const loaded = await loadShard(plan)
  // Asked for once a second in a run, and many times a second here: to count descriptors takes a millisecond.
  const health = () => ({ rssBytes: 0, cpuMs: 0, descriptors: 0 })
  const shard = new Shard(plan, { ...loaded.world(runClock(plan.startedAt), 0), health })
  void shard.run()
  return {
    up: () => shard.snapshot().up,
    totals: () => mergeSnapshots([shard.snapshot()]),
    stop: async () => mergeSnapshots([await shard.stop()]),
  }
}
