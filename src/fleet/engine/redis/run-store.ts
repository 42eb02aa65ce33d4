import type { Redis } from 'ioredis'
import type { ShardSnapshot } from '../../metrics/snapshot.ts'
import { keptMs, runKey, runsKey, workersKey } from './run-keys.ts'
import { type RunRecord, recordFields, runRecordOf } from './run-record.ts'
import { type RunState, stateOf } from './run-state.ts'
import { attendScript, beginScript, endScript, tellScript } from './scripts.ts'
import { packed, unpacked } from './snapshot-text.ts'

/** Who runs which incarnation of which shard. */
export interface Holding {
  readonly run: string
  readonly shard: number
  readonly incarnation: number
  readonly owner: string
}

export type Begun = { readonly result: 'begun' | 'done' | 'older' | 'gone'; readonly incarnation: number }

export type Told = {
  readonly result: 'ok' | 'fenced' | 'gone'
  /** By Redis's clock, ms since 1970. */
  readonly startedAt: number | null
  readonly stop: string | null
}

export type ShardState = 'loading' | 'ready' | 'running' | 'ended' | 'handed'

export interface WorkerRecord {
  readonly id: string
  readonly host: string
  readonly slots: number
  readonly busy: number
}

/** A worker that was not heard of for so long is not there. */
const workerGoneMs = 5000

/** What Redis has of runs and workers. */
export class RunStore {
  readonly #client: Redis

  constructor(client: Redis) {
    this.#client = client
  }

  async create(record: RunRecord): Promise<void> {
    await this.#client.hset(runKey(record.id), recordFields(record))
    await this.#client.zadd(runsKey, await this.#now(), record.id)
  }

  async record(id: string): Promise<RunRecord | undefined> {
    return runRecordOf(id, await this.#client.hgetall(runKey(id)))
  }

  /** All runs that are still there, the oldest first. */
  async runs(): Promise<readonly { readonly id: string; readonly createdAt: number }[]> {
    const flat = await this.#client.zrange(runsKey, '0', '-1', 'WITHSCORES')
    const all = flat.flatMap((id, i) => (i % 2 === 0 ? [{ id, createdAt: Number(flat[i + 1]) }] : []))
    const there = await Promise.all(all.map(({ id }) => this.#client.exists(runKey(id))))
    const gone = all.filter((_, i) => there[i] === 0)
    if (gone.length > 0) await this.#client.zrem(runsKey, ...gone.map(({ id }) => id))
    return all.filter((_, i) => there[i] === 1)
  }

  async state(id: string): Promise<RunState | undefined> {
    const key = runKey(id)
    const [fields, shards, incarnations, numbers, done, ready] = await Promise.all([
      this.#client.hmget(key, 'shards', 'startedAt', 'endedAt', 'stop', 'failed', 'fenced'),
      this.#client.hgetall(`${key}:shards`),
      this.#client.hgetall(`${key}:incarnations`),
      this.#client.hgetall(`${key}:numbers`),
      this.#client.smembers(`${key}:done`),
      this.#client.scard(`${key}:ready`),
    ])
    return stateOf({ fields, shards, incarnations, numbers, done, ready })
  }

  /** Of incarnations, by `shard/incarnation`. */
  async snapshots(id: string, names: readonly string[]): Promise<readonly ShardSnapshot[]> {
    if (names.length === 0) return []
    const texts = await this.#client.hmgetBuffer(`${runKey(id)}:snapshots`, ...names)
    return texts.flatMap((text) => (text ? [unpacked(text)] : []))
  }

  async begin(run: string, shard: number, attempt: number, owner: string, host: string): Promise<Begun> {
    const [result, incarnation] = (await this.#run(beginScript, run, [shard, attempt, owner, host, keptMs])) as [
      Begun['result'],
      number,
    ]
    return { result, incarnation }
  }

  /** `leftMs`: how long the modules may still run if nothing more is heard of them. */
  async tell(holding: Holding, state: ShardState, leftMs: number, snapshot?: ShardSnapshot): Promise<Told> {
    const { run, shard, incarnation, owner } = holding
    const [number, text] = snapshot ? [snapshot.number, packed(snapshot)] : [0, '']
    const values = [shard, incarnation, owner, state, number, text, keptMs, leftMs]
    const [result, startedAt, stop] = (await this.#run(tellScript, run, values)) as [Told['result'], string, string]
    return { result, startedAt: startedAt === '' ? null : Number(startedAt), stop: stop === '' ? null : stop }
  }

  /** Says that a controller is there, for `ms`; whether it is the one in charge. */
  async attend(run: string, controller: string, ms: number): Promise<boolean> {
    return (await this.#run(attendScript, run, [controller, ms])) === controller
  }

  /** False: there is no such run. */
  async stop(run: string, reason: string): Promise<boolean> {
    return (await this.#run(endScript, run, ['stop', reason])) === 1
  }

  async fail(run: string, sentence: string): Promise<void> {
    await this.#run(endScript, run, ['failed', sentence])
  }

  async workerBeat(worker: WorkerRecord): Promise<void> {
    await this.#client.hset(workersKey, worker.id, JSON.stringify({ ...worker, at: await this.#now() }))
  }

  async workerGone(id: string): Promise<void> {
    await this.#client.hdel(workersKey, id)
  }

  /** Those that are there. */
  async workers(): Promise<readonly WorkerRecord[]> {
    const now = await this.#now()
    const all = Object.values(await this.#client.hgetall(workersKey)).map(
      (text) => JSON.parse(text) as WorkerRecord & { readonly at: number },
    )
    const gone = all.filter(({ at }) => at < now - workerGoneMs)
    if (gone.length > 0) await this.#client.hdel(workersKey, ...gone.map(({ id }) => id))
    return all.filter((worker) => !gone.includes(worker))
  }

  async #now(): Promise<number> {
    const [seconds, micros] = await this.#client.time()
    return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000)
  }

  #run(script: string, run: string, values: readonly (string | number | Buffer)[]): Promise<unknown> {
    return this.#client.eval(script, 1, runKey(run), ...values)
  }
}
