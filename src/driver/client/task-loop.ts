import type { ClientIndex } from '../../at/commands/mqtt/mqtt-params.ts'
import type { Clock, Random } from '../../io/runtime/runtime.ts'
import type { Modem } from '../commands/modem.ts'
import type { Attempt } from './attempt.ts'
import { backoff } from './backoff.ts'
import { ClientError, errorOf } from './client-error.ts'
import { ConnectionLostError } from './connection-lost.ts'
import type { Outbox } from './outbox.ts'
import type { ClientSettings } from './settings.ts'
import type { Task } from './task.ts'
import type { TaskResult, TaskRunner } from './task-runner.ts'
import { Wake } from './wake.ts'

export interface TaskLoopParts {
  readonly modem: Modem
  readonly index: ClientIndex
  readonly attempt: Attempt
  readonly queue: Outbox
  readonly work: TaskRunner
  readonly settings: ClientSettings
  readonly clock: Clock
  readonly random: Random
}

/** One connection, from CONNECT to its end: what waits is done one after the other, and when nothing does it is looked at. */
export class TaskLoop {
  readonly #parts: TaskLoopParts
  readonly #wake: Wake
  #lost: Error | undefined
  #ending: 'no' | 'drain' | 'stop' = 'no'

  constructor(parts: TaskLoopParts) {
    this.#parts = parts
    this.#wake = new Wake(parts.clock)
  }

  get modem(): Modem {
    return this.#parts.modem
  }

  /** Resolves with why it was lost; undefined: it was to end. */
  async run(): Promise<Error | undefined> {
    for (;;) {
      if (this.#lost) return this.#lost
      if (this.#ending === 'stop') return undefined
      const task = this.#parts.queue.take()
      if (task) await this.#do(task)
      else if (this.#ending === 'drain') return undefined
      else await this.#idle()
    }
  }

  /** The connection has ended. */
  lose(error: Error): void {
    this.#lost ??= error
    const { modem, index } = this.#parts
    modem.chat.abandonResults(index)
    this.#wake.now()
  }

  /** `drain`: when nothing waits any more. `stop`: after what is being done now. */
  end(how: 'drain' | 'stop'): void {
    this.#ending = how
    if (how === 'stop') this.#parts.modem.chat.abandonResults(this.#parts.index)
    this.#wake.now()
  }

  async #do(task: Task): Promise<void> {
    const { work, modem, queue } = this.#parts
    const went = await work.run(modem, task)
    if (went.kind === 'done') return
    if (went.kind === 'again') queue.putBack(task)
    if (went.kind === 'failed' && !went.suspicious) return
    // A connection without what was subscribed to is none.
    if (went.kind === 'failed' && task.kind === 'subscribe' && task.again) this.#lost ??= went.error
    await this.#lookAfter(went, task)
  }

  /** Something went wrong that may mean that the connection is gone. A try that was never sent is none if it is. */
  async #lookAfter(went: Exclude<TaskResult, { kind: 'done' }>, task: Task): Promise<void> {
    if (went.error instanceof ClientError) this.#lost ??= went.error
    await this.#look()
    if (went.kind !== 'again') return
    if (this.#lost && !went.sent) task.attempts--
    if (!this.#lost && this.#ending !== 'stop') await this.#wake.wait(this.#pauseMs(task.attempts))
  }

  #pauseMs(attempts: number): number {
    const { settings, random } = this.#parts
    return backoff(attempts, { reconnectPeriod: 1000, maxReconnectPeriod: settings.maxReconnectPeriod }, random)
  }

  async #idle(): Promise<void> {
    const { queue, settings } = this.#parts
    const due = { quiet: false }
    queue.onWork = () => this.#wake.now()
    await this.#wake.wait(settings.checkPeriod || Number.POSITIVE_INFINITY, () => {
      due.quiet = true
    })
    if (due.quiet && !this.#lost && this.#ending === 'no') await this.#look()
  }

  /** Asks the module: a line that says that a connection has ended may be lost. */
  async #look(): Promise<void> {
    const { attempt, modem } = this.#parts
    if (this.#lost || this.#ending === 'stop') return
    try {
      if (!(await attempt.isConnected(modem))) this.#lost ??= new ConnectionLostError('unnoticed')
    } catch (thrown) {
      this.#lost ??= errorOf(thrown)
    }
  }
}
