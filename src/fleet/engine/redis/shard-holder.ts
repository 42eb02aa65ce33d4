import type { Job } from 'bullmq'
import type { Redis } from 'ioredis'
import { errorText } from '../../../io/setup-error.ts'
import { version } from '../../../launch/package.ts'
import type { ShardSnapshot } from '../../metrics/snapshot.ts'
import { moduleCount } from '../../scenario/scenario.ts'
import { shardPlans } from '../../shard/world.ts'
import { ShardChild } from '../shard-child.ts'
import { machineTime } from '../shard-messages.ts'
import { missingAuthority } from './missing-authority.ts'
import { clockOffset } from './redis-clock.ts'
import { lease, type ShardJob } from './run-keys.ts'
import type { RunRecord } from './run-record.ts'
import type { Holding, RunStore, ShardState, Told } from './run-store.ts'
import { ShardLease } from './shard-lease.ts'

export interface HolderParts {
  readonly client: Redis
  readonly store: RunStore
  /** How `atmqtt` is started. */
  readonly program: readonly string[]
  /** Of the worker. */
  readonly name: string
  readonly host: string
  readonly note: (sentence: string) => void
}

/** A job that Redis has given to this worker. `askedAt`: of `machineTime`, before its lock began. */
export interface TakenJob {
  readonly job: Job<ShardJob>
  readonly token: string
  readonly askedAt: number
}

/** `done`: there is nothing more to do. `lost`: another has it, or will. `handed`: another is to go on. */
export type HoldResult = 'done' | 'lost' | 'handed'

const outOfReach = 'Redis was not reached in time: its modules were ended'
const tellEveryMs = 500
/** Processes that die one after the other without a snapshot: the next one would, too. */
const mostDeaths = 3

/** Runs one shard as long as this worker has it: a process, and another one when that dies. */
export class ShardHolder {
  readonly result: Promise<HoldResult>
  readonly #parts: HolderParts
  readonly #taken: TakenJob
  readonly #lease: ShardLease
  #resolve = (_: HoldResult): void => {}
  #child: ShardChild | undefined
  #state: ShardState = 'loading'
  #newest: ShardSnapshot | undefined
  #toldNumber = 0
  #renewedAt: number
  #begins = 0
  #deaths = 0
  #isStopping = false
  #isHanding = false
  #isOver = false

  constructor(parts: HolderParts, taken: TakenJob) {
    this.#parts = parts
    this.#taken = taken
    this.#renewedAt = taken.askedAt
    this.result = new Promise((resolve) => {
      this.#resolve = resolve
    })
    this.#lease = new ShardLease(() => this.#over('lost', outOfReach))
    this.#lease.renewed(taken.askedAt)
    this.#hold().catch((error: unknown) => this.#over('lost', errorText(error)))
  }

  /** The modules end in order, and another worker goes on. */
  handOver(): void {
    this.#isHanding = true
    if (this.#child) this.#child.stop()
    else this.#over('handed')
  }

  async #hold(): Promise<void> {
    const { store, host } = this.#parts
    const { run } = this.#taken.job.data
    const record = await store.record(run)
    if (!record) return this.#over('done')
    const refusal = refusalOf(record)
    if (refusal !== undefined) await store.fail(run, `${host}: ${refusal}`)
    await this.#begin(record)
  }

  /** A new incarnation: this worker's first, or the one after a process that died. */
  async #begin(record: RunRecord): Promise<void> {
    const { store, name, host } = this.#parts
    const { data, attemptsStarted } = this.#taken.job
    const owner = `${name}:${attemptsStarted}:${this.#begins++}`
    const { result, incarnation } = await store.begin(data.run, data.shard, attemptsStarted, owner, host)
    if (result !== 'begun') return this.#over(result === 'older' ? 'lost' : 'done')
    if (this.#isOver || this.#isHanding) return this.#over('handed')
    const holding = { run: data.run, shard: data.shard, incarnation, owner }
    this.#note(incarnation === 1 ? 'begun' : `taken over (incarnation ${incarnation})`)
    this.#spawn(record, holding)
    void this.#tellOn(holding).catch((error: unknown) => this.#over('lost', errorText(error)))
  }

  #spawn(record: RunRecord, holding: Holding): void {
    const plan = shardPlans({ ...record, run: record.id }, moduleCount(record.scenario))[holding.shard]!
    this.#state = 'loading'
    this.#newest = undefined
    this.#toldNumber = 0
    const child = new ShardChild(
      this.#parts.program,
      { ...plan, incarnation: holding.incarnation },
      record.maxRate / record.shards,
      {
        snapshot: (snapshot) => {
          this.#newest = snapshot
          this.#deaths = 0
        },
        ended: (finished, sentence) => {
          this.#child = undefined
          this.#ended(record, holding, finished, sentence).catch((error: unknown) =>
            this.#over('lost', errorText(error)),
          )
        },
      },
    )
    this.#child = child
    child.lease(this.#lease.until)
    void child.ready.then(() => {
      this.#state = 'ready'
    })
  }

  /** While the process of this incarnation runs: keeps the lock, tells what is new, does what was asked for. */
  async #tellOn(holding: Holding): Promise<void> {
    const child = this.#child
    while (!this.#isOver && child && child === this.#child) {
      await this.#renew()
      await this.#obey(await this.#tell(holding, this.#state))
      await new Promise((resolve) => setTimeout(resolve, tellEveryMs))
    }
  }

  async #renew(): Promise<void> {
    const askedAt = machineTime()
    if (askedAt < this.#renewedAt + lease.renewMs) return
    const { job, token } = this.#taken
    if ((await job.extendLock(token, lease.lockMs)) !== 1) return this.#over('lost', 'another worker has it')
    this.#renewedAt = askedAt
    this.#lease.renewed(askedAt)
    this.#child?.lease(this.#lease.until)
  }

  async #tell(holding: Holding, state: ShardState): Promise<Told> {
    const snapshot = this.#newest && this.#newest.number > this.#toldNumber ? this.#newest : undefined
    const told = await this.#parts.store.tell(holding, state, this.#lease.until - machineTime(), snapshot)
    if (told.result === 'ok' && snapshot) this.#toldNumber = snapshot.number
    return told
  }

  async #obey({ result, startedAt, stop }: Told): Promise<void> {
    if (result !== 'ok') return this.#over(result === 'gone' ? 'done' : 'lost')
    if (stop !== null && !this.#isStopping) {
      this.#isStopping = true
      this.#child?.stop()
    }
    if (startedAt === null || this.#state !== 'ready') return
    const { offsetMs } = await clockOffset(this.#parts.client)
    this.#child?.start(startedAt - offsetMs)
    this.#state = 'running'
  }

  async #ended(record: RunRecord, holding: Holding, finished: boolean, sentence: string | undefined): Promise<void> {
    if (this.#isOver) return
    if (finished) {
      const { result } = await this.#tell(holding, this.#isHanding ? 'handed' : 'ended')
      return this.#over(result === 'fenced' ? 'lost' : this.#isHanding ? 'handed' : 'done')
    }
    if (this.#isHanding) return this.#over('handed')
    if (this.#lease.isOver) return this.#over('lost', outOfReach)
    const reason = sentence ?? (++this.#deaths >= mostDeaths ? 'the process of the modules ended at once' : undefined)
    if (reason !== undefined) await this.#parts.store.fail(record.id, `${this.#parts.host}: ${reason}`)
    await this.#begin(record)
  }

  /** Whatever still runs is ended at once. */
  #over(result: HoldResult, why?: string): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#lease.close()
    this.#child?.kill()
    this.#note(why ?? { done: 'over', lost: 'another worker has it', handed: 'handed over' }[result])
    this.#resolve(result)
  }

  #note(text: string): void {
    const { run, shard } = this.#taken.job.data
    this.#parts.note(`run ${run}, part ${shard + 1}: ${text}`)
  }
}

function refusalOf({ version: made, scenario }: RunRecord): string | undefined {
  if (made !== version) return `this worker is atmqtt ${version}, the run was made by ${made}: take the same version`
  return missingAuthority(scenario)
}
