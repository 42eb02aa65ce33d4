import { errorText } from '../../io/setup-error.ts'
import { Shard } from '../shard/shard.ts'
import { type LoadedShard, loadShard } from './process-world.ts'
import { runClock } from './run-clock.ts'
import { type FromShard, linesInto, machineTime, messageLine, type ToShard } from './shard-messages.ts'

const snapshotMs = 1000

/** The process of a shard: does what its supervisor says on standard input, and ends with it. */
export function runShardProcess(): Promise<void> {
  return new Promise((resolve) => new ShardProcess(resolve))
}

class ShardProcess {
  readonly #end: () => void
  #plan: Extract<ToShard, { type: 'plan' }> | undefined
  #loaded: LoadedShard | undefined
  #shard: Shard | undefined
  #leaseTimer: NodeJS.Timeout | undefined

  constructor(end: () => void) {
    this.#end = end
    process.stdin.setEncoding('utf8')
    process.stdin.on(
      'data',
      linesInto((line) => this.#take(JSON.parse(line) as ToShard)),
    )
    // Whoever started it has gone: nobody must run its modules beside those who take over.
    for (const event of ['end', 'error', 'close']) process.stdin.on(event, () => process.exit(1))
    process.stdout.on('error', () => process.exit(1))
  }

  #take(message: ToShard): void {
    const done = this.#do(message)
    done.catch((error: unknown) => this.#tell({ type: 'failed', sentence: errorText(error) }))
  }

  async #do(message: ToShard): Promise<void> {
    switch (message.type) {
      case 'plan':
        this.#plan = message
        this.#loaded = await loadShard(message.plan)
        return this.#tell({ type: 'ready' })
      case 'start':
        return this.#run(message.startedAt)
      case 'stop':
        return this.#last(this.#shard)
      case 'lease':
        return this.#endAt(message.until)
    }
  }

  /** Its supervisor may be stopped, or cut off: from then on another process may have its modules. */
  #endAt(until: number): void {
    clearTimeout(this.#leaseTimer)
    this.#leaseTimer = setTimeout(() => process.exit(1), Math.max(0, until - machineTime()))
  }

  async #run(startedAt: number): Promise<void> {
    const { plan, maxRate } = this.#plan!
    const world = this.#loaded!.world(runClock(startedAt), maxRate)
    const shard = new Shard({ ...plan, startedAt }, world)
    this.#shard = shard
    const timer = setInterval(
      () => this.#tell({ type: 'snapshot', snapshot: shard.snapshot(), isLast: false }),
      snapshotMs,
    )
    await shard.run()
    clearInterval(timer)
    return this.#last(shard)
  }

  async #last(shard: Shard | undefined): Promise<void> {
    if (!shard) return process.exit(0)
    const snapshot = await shard.stop()
    process.stdout.write(messageLine({ type: 'snapshot', snapshot, isLast: true }), () => {
      this.#end()
      process.exit(0)
    })
  }

  #tell(message: FromShard): void {
    process.stdout.write(messageLine(message))
  }
}
