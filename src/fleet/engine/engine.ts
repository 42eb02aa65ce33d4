import type { ShardSnapshot } from '../metrics/snapshot.ts'
import type { ShardPlan } from '../shard/world.ts'

/** What an engine is to run. */
export interface FleetRun {
  readonly plans: readonly Omit<ShardPlan, 'startedAt'>[]
  /** Connections a second of the whole run; 0: as many as come. */
  readonly maxRate: number
}

/** What happened to the run itself. */
export interface EngineState {
  /** Shards that another process went on with. */
  readonly takeOvers: number
  /** Snapshots that were refused because a newer incarnation had begun. */
  readonly fenced: number
  /** Events that may be missing in the counts, at most. */
  readonly unknown: number
}

/** How a run ended. */
export interface EngineEnd {
  /** ms since 1970 */
  readonly at: number
  /** Why somebody else ended it before its time. */
  readonly stopped: string | null
}

/** Runs shards. */
export interface FleetEngine {
  /** How long a shard may be with nobody before another goes on with it. */
  readonly takeOverMs: number
  /** Resolves when all shards run, with the time when the run's clock is 0: ms since 1970. */
  start(run: FleetRun): Promise<number>
  /** The newest snapshot of each incarnation of each shard. */
  snapshots(): readonly ShardSnapshot[]
  state(): EngineState
  /** Resolves when all shards have ended; rejects when one can't be run. */
  readonly ended: Promise<EngineEnd>
  /** Where several watch a run: this one restarts the broker. */
  isInCharge(): boolean
  /** Ends the shards in order. */
  stop(reason: string): void
  /** Ends whatever is left at once. */
  close(): Promise<void>
}
