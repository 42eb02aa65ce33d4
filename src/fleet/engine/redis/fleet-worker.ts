import { hostname } from 'node:os'
import type { Job, Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import { errorText } from '../../../io/setup-error.ts'
import { machineTime } from '../shard-messages.ts'
import { noteOutages } from './redis-client.ts'
import { loadQueues } from './redis-packages.ts'
import { lease, prefix, queueName, type ShardJob } from './run-keys.ts'
import { RunStore } from './run-store.ts'
import { type HolderParts, ShardHolder, type TakenJob } from './shard-holder.ts'

export interface WorkerSettings {
  /** Of this machine and process. */
  readonly name: string
  readonly slots: number
  /** How `atmqtt` is started. */
  readonly program: readonly string[]
  readonly note: (sentence: string) => void
}

const askEveryMs = 150
/** Behind a part that it took: workers with free slots come before it. */
const askAgainMs = 250
const beatMs = 1000
/** Longer than its modules take to end in order. */
const closeMs = 8000

/** Runs shards of whatever runs there are, at most so many at a time as it has slots. */
export class FleetWorker {
  readonly #settings: WorkerSettings
  readonly #client: Redis
  readonly #queue: Worker<ShardJob>
  readonly #store: RunStore
  readonly #holders = new Set<ShardHolder>()
  readonly #released = new Set<Promise<void>>()
  #isClosing = false
  #tokens = 0

  private constructor(settings: WorkerSettings, client: Redis, queue: Worker<ShardJob>) {
    this.#settings = settings
    this.#client = client
    this.#queue = queue
    this.#store = new RunStore(client)
    queue.on('error', () => {})
  }

  static async open(client: Redis, settings: WorkerSettings): Promise<FleetWorker> {
    const { Worker: QueueWorker } = await loadQueues()
    // Without a processor: jobs are asked for, and locks renewed, here, where the time of each renewal is known.
    const queue = new QueueWorker<ShardJob>(queueName, null, {
      ...{ connection: client, prefix, autorun: false, skipLockRenewal: true, skipVersionCheck: true },
      ...{ lockDuration: lease.lockMs, stalledInterval: lease.checkMs, maxStalledCount: 1_000_000 },
    })
    await queue.waitUntilReady()
    await queue.startStalledCheckTimer()
    return new FleetWorker(settings, client, queue)
  }

  /** Until `stop` resolves; its shards are then handed over. */
  async run(stop: Promise<unknown>): Promise<void> {
    void stop.then(() => {
      this.#isClosing = true
      for (const holder of this.#holders) holder.handOver()
    })
    noteOutages(this.#client, (sentence) => this.#isClosing || this.#settings.note(sentence))
    const beats = setInterval(() => void this.#beat(), beatMs)
    void this.#beat()
    while (!this.#isClosing) {
      const taken = this.#holders.size < this.#settings.slots ? await this.#ask() : undefined
      if (taken) this.#hold(taken)
      await Promise.race([new Promise((resolve) => setTimeout(resolve, taken ? askAgainMs : askEveryMs)), stop])
    }
    // Without Redis nothing can be handed over: the locks lapse.
    await Promise.race([Promise.all(this.#released), new Promise((resolve) => setTimeout(resolve, closeMs))])
    clearInterval(beats)
    await this.#close()
  }

  async #ask(): Promise<TakenJob | undefined> {
    const token = `${this.#settings.name}:${this.#tokens++}`
    const askedAt = machineTime()
    const job = await this.#queue.getNextJob(token, { block: false }).catch(() => undefined)
    return job && this.#renewed({ job: job as Job<ShardJob>, token, askedAt })
  }

  /** Where Redis was away while it was asked, most of the lease may be over. */
  async #renewed(taken: TakenJob): Promise<TakenJob | undefined> {
    const askedAt = machineTime()
    if (askedAt < taken.askedAt + lease.renewMs) return taken
    const isOurs = await taken.job.extendLock(taken.token, lease.lockMs).catch(() => 0)
    return isOurs === 1 ? { ...taken, askedAt } : undefined
  }

  #hold(taken: TakenJob): void {
    const { name, program, note } = this.#settings
    const parts: HolderParts = { client: this.#client, store: this.#store, name, host: hostname(), program, note }
    const holder = new ShardHolder(parts, taken)
    this.#holders.add(holder)
    if (this.#isClosing) holder.handOver()
    const released = holder.result
      .then((result) => this.#release(taken, result))
      .catch((error: unknown) => note(errorText(error)))
      .then(() => {
        this.#holders.delete(holder)
        this.#released.delete(released)
      })
    this.#released.add(released)
  }

  /** One that is lost is not ours to move: whoever checks the locks does. */
  async #release({ job, token }: TakenJob, result: Awaited<ShardHolder['result']>): Promise<void> {
    if (result === 'done') await job.moveToCompleted('done', token, false)
    if (result === 'handed') await job.moveToWait(token)
  }

  async #beat(): Promise<void> {
    const { name, slots } = this.#settings
    const beat = { id: name, host: hostname(), slots, busy: this.#holders.size }
    await this.#store.workerBeat(beat).catch(() => {})
  }

  async #close(): Promise<void> {
    if (this.#client.status === 'ready') await this.#store.workerGone(this.#settings.name).catch(() => {})
    await this.#queue.close(true)
    this.#client.disconnect()
  }
}
