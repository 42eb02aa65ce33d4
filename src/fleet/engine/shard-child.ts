import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import type { ShardSnapshot } from '../metrics/snapshot.ts'
import type { ShardPlan } from '../shard/world.ts'
import { type FromShard, linesInto, messageLine, type ToShard } from './shard-messages.ts'

export interface ShardChildEvents {
  snapshot(snapshot: ShardSnapshot): void
  /** `finished`: it has sent its last snapshot; otherwise it died, or says why it can't run. */
  ended(finished: boolean, sentence: string | undefined): void
}

/** A process that runs a shard, from the side of whoever started it. */
export class ShardChild {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>
  readonly #events: ShardChildEvents
  #sentence: string | undefined
  #finished = false
  /** Resolves when it can begin; never, when it ends before. */
  readonly ready: Promise<void>
  #isReady = (): void => {}

  /** `program`: what `fleet shard` is started with. */
  constructor(
    program: readonly string[],
    plan: Omit<ShardPlan, 'startedAt'>,
    maxRate: number,
    events: ShardChildEvents,
  ) {
    this.#events = events
    this.ready = new Promise((resolve) => {
      this.#isReady = resolve
    })
    const [command, ...args] = [...program, 'fleet', 'shard']
    this.#child = spawn(command!, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    this.#child.stdin.on('error', () => {})
    this.#child.stdout.setEncoding('utf8').on(
      'data',
      linesInto((line) => this.#take(JSON.parse(line) as FromShard)),
    )
    this.#child.on('error', (error) => {
      this.#sentence = `a process for the modules can't be started (${error.message})`
    })
    this.#child.on('close', () => this.#events.ended(this.#finished, this.#sentence))
    this.#tell({ type: 'plan', plan, maxRate })
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  start(startedAt: number): void {
    this.#tell({ type: 'start', startedAt })
  }

  lease(until: number): void {
    this.#tell({ type: 'lease', until })
  }

  stop(): void {
    this.#tell({ type: 'stop' })
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  #tell(message: ToShard): void {
    this.#child.stdin.write(messageLine(message))
  }

  #take(message: FromShard): void {
    if (message.type === 'ready') return this.#isReady()
    if (message.type === 'failed') {
      this.#sentence = message.sentence
      return this.kill()
    }
    this.#events.snapshot(message.snapshot)
    if (message.isLast) this.#finished = true
  }
}
