import { SetupError } from '../../io/setup-error.ts'
import type { ShardSnapshot } from '../metrics/snapshot.ts'
import { mostPublishes } from '../shard/most-publishes.ts'
import type { ShardPlan } from '../shard/world.ts'
import type { EngineEnd, EngineState, FleetEngine, FleetRun } from './engine.ts'
import { leadFor } from './run-clock.ts'
import { ShardChild } from './shard-child.ts'
import { SnapshotBook } from './snapshot-book.ts'

type Unstarted = Omit<ShardPlan, 'startedAt'>

/** A shard that dies again and again is not started for ever. */
const mostIncarnations = 5
/** Runs the shards of a run as processes of this machine; one that dies is taken over by another. */
export class LocalEngine implements FleetEngine {
  readonly takeOverMs = 0
  readonly ended: Promise<EngineEnd>
  readonly #program: readonly string[]
  readonly #book = new SnapshotBook()
  readonly #children = new Map<number, ShardChild>()
  #resolve = (_: EngineEnd): void => {}
  #reject = (_: Error): void => {}
  #run: FleetRun = { plans: [], maxRate: 0 }
  #startedAt = 0
  #takeOvers = 0
  #unknown = 0
  #isStopping = false

  /** `program`: how `atmqtt` is started. */
  constructor(program: readonly string[]) {
    this.#program = program
    this.ended = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.ended.catch(() => {})
  }

  async start(run: FleetRun): Promise<number> {
    this.#run = run
    const children = run.plans.map((plan) => this.#spawn(plan))
    const ready = Promise.all(children.map((child) => child.ready))
    await Promise.race([ready, this.ended])
    this.#startedAt = Date.now() + leadFor(run.plans)
    for (const child of children) child.start(this.#startedAt)
    return this.#startedAt
  }

  snapshots(): readonly ShardSnapshot[] {
    return this.#book.all()
  }

  state(): EngineState {
    return { takeOvers: this.#takeOvers, fenced: this.#book.fenced, unknown: this.#unknown }
  }

  isInCharge(): boolean {
    return true
  }

  stop(): void {
    this.#isStopping = true
    for (const child of this.#children.values()) child.stop()
  }

  async close(): Promise<void> {
    this.#isStopping = true
    for (const child of this.#children.values()) child.kill()
  }

  /** Of the processes that run, by shard. */
  pids(): readonly (number | undefined)[] {
    return [...this.#children.values()].map(({ pid }) => pid)
  }

  #spawn(plan: Unstarted): ShardChild {
    const child: ShardChild = new ShardChild(this.#program, plan, this.#run.maxRate / this.#run.plans.length, {
      snapshot: (snapshot) => this.#book.add(snapshot),
      ended: (finished, sentence) => this.#over(plan, finished, sentence),
    })
    this.#children.set(plan.shard, child)
    return child
  }

  #over(plan: Unstarted, finished: boolean, sentence: string | undefined): void {
    this.#children.delete(plan.shard)
    if (finished || this.#isStopping) {
      if (!finished) this.#countUnknown(plan)
      if (this.#children.size === 0) this.#resolve({ at: Date.now(), stopped: null })
      return
    }
    if (sentence !== undefined || this.#startedAt === 0 || plan.incarnation >= mostIncarnations)
      return this.#reject(new SetupError('missing', `${sentence ?? 'the process of a shard ended at once'}.`))
    this.#takeOver(plan)
  }

  #takeOver(plan: Unstarted): void {
    this.#takeOvers++
    this.#countUnknown(plan)
    const next = { ...plan, incarnation: plan.incarnation + 1 }
    this.#book.fence(plan.shard, next.incarnation)
    const child = this.#spawn(next)
    void child.ready.then(() => child.start(this.#startedAt))
  }

  /** What a process that was killed did since its last snapshot is counted nowhere. */
  #countUnknown(plan: Unstarted): void {
    const since = this.#book.last(plan.shard, plan.incarnation)?.at ?? 0
    const now = Date.now() - this.#startedAt
    this.#unknown += mostPublishes(plan, since, now)
  }
}
