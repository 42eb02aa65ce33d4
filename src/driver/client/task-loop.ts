import type { Clock, Random } from '../../io/runtime/runtime.ts'
import type { Modem } from '../commands/modem.ts'
import type { Attempt } from './attempt.ts'
import { ClientError, ConnectionLostError, errorOf } from './errors.ts'
import type { ClientSettings } from './options/settings.ts'
import type { Outbox, Task, TaskResult } from './outbox.ts'
import { publishTask } from './publish.ts'
import { backoff } from './recovery.ts'
import type { Subscriptions } from './subscribe.ts'
import { Wake } from './wake.ts'

export interface TaskLoopParts {
  readonly modem: Modem
  readonly index: 0 | 1
  readonly attempt: Attempt
  readonly outbox: Outbox
  readonly subscriptions: Subscriptions
  readonly settings: ClientSettings
  readonly clock: Clock
  readonly random: Random
}

type FailedTry = Exclude<TaskResult, { kind: 'done' }>

/** One connection, from CONNECT to its end: takes task after task from the outbox, and asks for the connection when none waits. */
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
      const task = this.#parts.outbox.take()
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

  /** `drain`: when no task waits any more. `stop`: after the task that is running. */
  end(how: 'drain' | 'stop'): void {
    this.#ending = how
    if (how === 'stop') this.#parts.modem.chat.abandonResults(this.#parts.index)
    this.#wake.now()
  }

  async #do(task: Task): Promise<void> {
    const { subscriptions, modem, index, settings } = this.#parts
    const run = task.kind === 'publish' ? publishTask(modem, index, task, settings) : subscriptions.run(modem, task)
    const result = await run
    if (result.kind !== 'done') await this.#afterFailedTry(result, task)
  }

  async #afterFailedTry(result: FailedTry, task: Task): Promise<void> {
    if (result.kind === 'again') this.#parts.outbox.putBack(task)
    if (result.kind === 'failed' && !result.suspicious) return
    // A connection on which a subscription could not be made again is given up: its messages would be missed.
    if (result.kind === 'failed' && task.kind === 'subscribe' && task.again) this.#lost ??= result.error
    await this.#checkAfter(result, task)
  }

  /** The failure may mean that the connection is gone. If it is, a try that was never sent does not count. */
  async #checkAfter(result: FailedTry, task: Task): Promise<void> {
    if (result.error instanceof ClientError) this.#lost ??= result.error
    await this.#checkConnection()
    if (result.kind !== 'again') return
    if (this.#lost && !result.sent) task.attempts--
    if (!this.#lost && this.#ending !== 'stop') await this.#wake.wait(this.#pauseMs(task.attempts))
  }

  #pauseMs(attempts: number): number {
    const { settings, random } = this.#parts
    return backoff(attempts, { reconnectPeriod: 1000, maxReconnectPeriod: settings.maxReconnectPeriod }, random)
  }

  async #idle(): Promise<void> {
    const { outbox, settings } = this.#parts
    const due = { quiet: false }
    outbox.onWork = () => this.#wake.now()
    await this.#wake.wait(settings.checkPeriod || Number.POSITIVE_INFINITY, () => {
      due.quiet = true
    })
    if (due.quiet && !this.#lost && this.#ending === 'no') await this.#checkConnection()
  }

  /** Asks the module: the line that says that a connection has ended can get lost. */
  async #checkConnection(): Promise<void> {
    const { attempt, modem } = this.#parts
    if (this.#lost || this.#ending === 'stop') return
    try {
      if (!(await attempt.isConnected(modem))) this.#lost ??= new ConnectionLostError('unnoticed')
    } catch (thrown) {
      this.#lost ??= errorOf(thrown)
    }
  }
}
