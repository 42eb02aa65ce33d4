import { randomBytes } from 'node:crypto'
import type { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { errorText, SetupError } from '../../../io/setup-error.ts'
import { version } from '../../../launch/package.ts'
import type { ShardSnapshot } from '../../metrics/snapshot.ts'
import { moduleCount } from '../../scenario/scenario.ts'
import { type ShardPlan, shardPlans } from '../../shard/world.ts'
import type { EngineEnd, EngineState, FleetEngine, FleetRun } from '../engine.ts'
import { leadFor } from '../run-clock.ts'
import { noteOutages } from './redis-client.ts'
import { clockOffset } from './redis-clock.ts'
import { loadQueues } from './redis-packages.ts'
import { jobId, prefix, queueName, type ShardJob } from './run-keys.ts'
import type { RunRecord } from './run-record.ts'
import { type RunState, withoutGone } from './run-state.ts'
import { RunStore } from './run-store.ts'
import { unknownOf } from './unknown.ts'

const lookMs = 500
/** A controller that is not heard of for so long is not there. */
const attendMs = 5000
/** Workers hear of the start with their next word. */
const hearMs = 1500

/**
 * A run whose shards are with workers on any number of machines. All that is known of it is in Redis: any controller may
 * watch, stop and report it.
 */
export class RedisEngine implements FleetEngine {
  readonly takeOverMs = 15_000
  readonly ended: Promise<EngineEnd>
  readonly #client: Redis
  readonly #store: RunStore
  readonly #id: string
  readonly #note: (sentence: string) => void
  readonly #target: string | null
  readonly #name = randomBytes(6).toString('hex')
  readonly #snapshots = new Map<string, ShardSnapshot>()
  #plans: readonly Omit<ShardPlan, 'startedAt'>[] = []
  #resolve = (_: EngineEnd): void => {}
  #reject = (_: Error): void => {}
  #began = (_: number): void => {}
  #state: RunState | undefined
  #offsetMs = 0
  #isInCharge = false
  #isEnded = false
  #isClosed = false

  /** `note`: what a person should know while it goes on. `target`: named on the command line. */
  constructor(client: Redis, id: string, target: string | null, note: (sentence: string) => void) {
    this.#client = client
    this.#store = new RunStore(client)
    this.#id = id
    this.#target = target
    this.#note = note
    this.ended = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.ended.catch(() => {})
  }

  /** Begins the run, or takes up the one of this name. */
  async start({ plans, maxRate }: FleetRun): Promise<number> {
    const known = await this.#store.record(this.#id)
    if (known) this.#plans = shardPlans({ ...known, run: this.#id }, moduleCount(known.scenario))
    else await this.#create(plans, maxRate)
    const { offsetMs } = await clockOffset(this.#client)
    this.#offsetMs = offsetMs
    const began = new Promise<number>((resolve) => {
      this.#began = resolve
    })
    noteOutages(this.#client, (sentence) => this.#isClosed || this.#note(sentence))
    void this.#watch().catch((error: Error) => this.#fail(error))
    await Promise.race([began, this.ended])
    return began
  }

  snapshots(): readonly ShardSnapshot[] {
    return this.#state ? withoutGone(this.#state, this.#snapshots.values()) : []
  }

  state(): EngineState {
    const state = this.#state
    if (!state) return { takeOvers: 0, fenced: 0, unknown: 0 }
    const takeOvers = state.incarnations.filter(({ incarnation }) => incarnation > 1).length
    return { takeOvers, fenced: state.fenced, unknown: this.#unknown(state) }
  }

  isInCharge(): boolean {
    return this.#isInCharge
  }

  stop(reason: string): void {
    if (!this.#isEnded && !this.#isClosed) void this.#store.stop(this.#id, reason).catch(() => {})
  }

  /** Shards that have not ended by now do so when a worker hears of it. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    if (!this.#isEnded && this.#isInCharge && this.#client.status === 'ready')
      await this.#store.stop(this.#id, 'its controller ended').catch(() => {})
    this.#isClosed = true
    this.#end({ at: Date.now(), stopped: this.#state?.stop ?? null })
    this.#client.disconnect()
  }

  async #create(plans: FleetRun['plans'], maxRate: number): Promise<void> {
    this.#plans = plans
    const [{ scenario, servers }] = plans as [Omit<ShardPlan, 'startedAt'>]
    const leadMs = leadFor(plans) + hearMs
    const record: RunRecord = {
      ...{ id: this.#id, version, scenario, servers, maxRate, leadMs, shards: plans.length, target: this.#target },
    }
    await this.#store.create(record)
    const queue = await this.#queue()
    await queue.addBulk(
      plans.map(({ shard }) => ({
        name: 'shard',
        data: { run: this.#id, shard },
        opts: { jobId: jobId(this.#id, shard), removeOnComplete: true, removeOnFail: true },
      })),
    )
    await queue.close()
  }

  async #queue(): Promise<Queue<ShardJob>> {
    const { Queue: ShardQueue } = await loadQueues()
    const queue = new ShardQueue<ShardJob>(queueName, { connection: this.#client, prefix, skipVersionCheck: true })
    queue.on('error', () => {})
    return queue
  }

  async #watch(): Promise<void> {
    await this.#tellOfSlots()
    while (!this.#isClosed && !this.#isEnded) {
      await this.#look()
      if (!this.#isEnded) await new Promise((resolve) => setTimeout(resolve, lookMs))
    }
  }

  async #look(): Promise<void> {
    this.#isInCharge = await this.#store.attend(this.#id, this.#name, attendMs)
    const state = await this.#store.state(this.#id)
    if (!state) throw new SetupError('missing', `Run ${this.#id} is not in Redis any more: it has lost its data.`)
    if (state.failed !== null) throw new SetupError('missing', `The run can't go on: ${state.failed}.`)
    await this.#takeSnapshots(state)
    this.#state = state
    if (state.startedAt !== null) this.#began(state.startedAt - this.#offsetMs)
    if (state.endedAt !== null) {
      this.#began(state.startedAt ?? state.endedAt)
      this.#end({ at: state.endedAt - this.#offsetMs, stopped: state.stop })
    }
  }

  async #takeSnapshots({ incarnations }: RunState): Promise<void> {
    const changed = incarnations
      .map((each) => ({ ...each, name: `${each.shard}/${each.incarnation}` }))
      .filter(({ name, number }) => number > (this.#snapshots.get(name)?.number ?? 0))
    for (const snapshot of await this.#store.snapshots(
      this.#id,
      changed.map(({ name }) => name),
    ))
      this.#snapshots.set(`${snapshot.shard}/${snapshot.incarnation}`, snapshot)
  }

  async #tellOfSlots(): Promise<void> {
    const workers = await this.#store.workers()
    const free = workers.reduce((sum, { slots, busy }) => sum + slots - busy, 0)
    if (free < this.#plans.length)
      this.#note(
        `run ${this.#id} waits: it has ${this.#plans.length} parts, and ${workers.length} workers have ${free} free slots. Start "atmqtt fleet worker --redis URL" somewhere.`,
      )
  }

  #unknown(state: RunState): number {
    const facts = {
      state,
      plans: this.#plans,
      snapshots: this.#snapshots,
      isOver: this.#isEnded,
      now: Date.now() + this.#offsetMs,
    }
    return unknownOf(facts)
  }

  #end(end: EngineEnd): void {
    this.#isEnded = true
    this.#resolve(end)
  }

  #fail(error: Error): void {
    if (this.#isClosed) return
    this.#isEnded = true
    this.#reject(error instanceof SetupError ? error : new SetupError('missing', `Redis refused: ${errorText(error)}.`))
  }
}
