export const prefix = 'atmqtt-fleet'
/** BullMQ's: a job a shard, of all runs. */
export const queueName = 'shards'

export const runsKey = `${prefix}:runs`
export const workersKey = `${prefix}:workers`
export const runKey = (id: string): string => `${prefix}:run:${id}`

export const jobId = (run: string, shard: number): string => `${run}-${shard}`

/** What a job of the queue says; all else is in the run's record. */
export interface ShardJob {
  readonly run: string
  readonly shard: number
}

/**
 * A worker that is not heard of for `lockMs` has lost its shards, which the next check gives to another: within
 * `lockMs + checkMs`. It ends its modules by itself `marginMs` before, so that no module is there twice.
 */
export const lease = { lockMs: 9000, checkMs: 2500, renewMs: 1500, marginMs: 1500 } as const

/** How long Redis keeps a run that has ended. */
export const keptMs = 7 * 24 * 3_600_000
