import type { Worker } from 'node:worker_threads'
import { type PoolOptions, type PoolWorker, ThreadsPoolWorker, type WorkerRequest } from 'vitest/node'

/** Old listeners stay on the thread after each run: it is replaced after so many. */
const runsOfOneThread = 60

let kept: Worker | undefined
let runs = 0

/**
 * A thread that outlives its run. Stryker starts one run a mutant, and most of a run was the thread, vitest in it and
 * the modules: those are loaded once here. Sound only with `isolate: false`, and with `fresh-run.ts` as a set-up file.
 */
class KeptThread extends ThreadsPoolWorker {
  override readonly name = 'kept-thread'

  override async start(): Promise<void> {
    if (++runs > runsOfOneThread) await this.#replace()
    this.#thread = kept
    await super.start()
    kept = this.#thread
  }

  /** To a stop, which would end vitest in the thread, it says by itself that it was done. */
  override send(message: WorkerRequest): void {
    if (message.type === 'stop') kept!.emit('message', { type: 'stopped', __vitest_worker_response__: true })
    else super.send(message)
  }

  override async stop(): Promise<void> {
    const { stdout, stderr } = kept!
    stdout.unpipe()
    stderr.unpipe()
    this.#thread = undefined
  }

  async #replace(): Promise<void> {
    await kept?.terminate()
    kept = undefined
    runs = 1
  }

  /** vitest keeps its thread in a field that it does not publish. */
  get #thread(): Worker | undefined {
    return (this as unknown as { _thread?: Worker })._thread
  }
  set #thread(thread: Worker | undefined) {
    ;(this as unknown as { _thread?: Worker | undefined })._thread = thread
  }
}

export const keptThread = {
  name: 'kept-thread',
  createPoolWorker: (options: PoolOptions): PoolWorker => new KeptThread(options),
}
