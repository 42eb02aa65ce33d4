import { moduleCount, type Scenario } from '../../scenario/scenario.ts'
import type { RunServers } from '../../shard/world.ts'

/** What Redis has of a run from its beginning on. The names of files are in it, their contents are not. */
export interface RunRecord {
  readonly id: string
  /** Of atmqtt: all workers and controllers of a run have the same. */
  readonly version: string
  readonly scenario: Scenario
  readonly shards: number
  /** Connections a second of the whole run; 0: as many as come. */
  readonly maxRate: number
  readonly servers: RunServers
  /** From "all are ready" to 0 of the run's clock. */
  readonly leadMs: number
  /** The server beyond this machine that whoever began it has named. */
  readonly target: string | null
}

export const recordFields = (record: RunRecord): Record<string, string | number> => ({
  ...{ version: record.version, shards: record.shards, maxRate: record.maxRate, leadMs: record.leadMs },
  ...{ name: record.scenario.name, modules: moduleCount(record.scenario), target: record.target ?? '' },
  ...{ scenario: JSON.stringify(record.scenario), servers: JSON.stringify(record.servers) },
})

export function runRecordOf(id: string, fields: Readonly<Record<string, string>>): RunRecord | undefined {
  const { version, scenario, shards, maxRate, servers, leadMs, target } = fields
  if (!version || !scenario || !servers) return undefined
  return {
    ...{ id, version, scenario: JSON.parse(scenario), servers: JSON.parse(servers), target: target || null },
    ...{ shards: Number(shards), maxRate: Number(maxRate), leadMs: Number(leadMs) },
  }
}
