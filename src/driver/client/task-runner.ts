import type { ClientIndex } from '../../at/commands/mqtt/mqtt-params.ts'
import { mayHaveBeenDone } from '../commands/errors.ts'
import type { Modem } from '../commands/modem.ts'
import { errorOf } from './client-error.ts'
import { publishMessage, subscribeTo, unsubscribeFrom } from './operations.ts'
import { afterPublish, isPassing } from './outcome.ts'
import type { QoS } from './packets.ts'
import type { ClientSettings } from './settings.ts'
import type { PublishTask, SubscribeTask, Task, UnsubscribeTask } from './task.ts'

/** How a task went. `again`: it is to be tried again; `error`: look whether the connection is still there. */
export type TaskResult =
  | { readonly kind: 'done' }
  | { readonly kind: 'again'; readonly error: Error; readonly sent: boolean }
  | { readonly kind: 'failed'; readonly error: Error; readonly suspicious: boolean }

const done: TaskResult = { kind: 'done' }

/** Does what was asked for, on one client that is connected, and remembers what is subscribed to. */
export class TaskRunner {
  readonly #index: ClientIndex
  readonly #settings: ClientSettings
  readonly #filters = new Map<string, QoS>()

  constructor(index: ClientIndex, settings: ClientSettings) {
    this.#index = index
    this.#settings = settings
  }

  /** Filters that the server has acknowledged, in order. */
  get filters(): ReadonlyMap<string, QoS> {
    return this.#filters
  }

  run(modem: Modem, task: Task): Promise<TaskResult> {
    if (task.kind === 'publish') return this.#publish(modem, task)
    return task.kind === 'subscribe' ? this.#subscribe(modem, task) : this.#unsubscribe(modem, task)
  }

  async #publish(modem: Modem, task: PublishTask): Promise<TaskResult> {
    let sent = false
    const begun = () => {
      sent = true
    }
    try {
      await publishMessage(modem, this.#index, task, { seconds: this.#settings.publishTimeout, begun })
      task.settle({ kind: 'acknowledged' })
      return done
    } catch (thrown) {
      task.attempts++
      const error = errorOf(thrown)
      const { qos, attempts, uncertain: before } = task
      sent &&= mayHaveBeenDone(error)
      const after = afterPublish(error, { ...this.#settings, qos, attempts, before, sent })
      if (after.outcome.kind === 'unknown') task.uncertain = after.outcome
      if (after.kind === 'again') return { kind: 'again', error, sent }
      task.settle(after.outcome)
      return { kind: 'failed', error, suspicious: isPassing(error) }
    }
  }

  async #subscribe(modem: Modem, task: SubscribeTask): Promise<TaskResult> {
    return this.#acknowledged(task, async () => {
      await subscribeTo(modem, this.#index, task.topic, task.qos)
      this.#filters.set(task.topic, task.qos)
    })
  }

  async #unsubscribe(modem: Modem, task: UnsubscribeTask): Promise<TaskResult> {
    return this.#acknowledged(task, async () => {
      await unsubscribeFrom(modem, this.#index, task.topic)
      this.#filters.delete(task.topic)
    })
  }

  /** Subscribing twice does no harm: what is not known is tried again. */
  async #acknowledged(task: SubscribeTask | UnsubscribeTask, run: () => Promise<void>): Promise<TaskResult> {
    try {
      await run()
      task.done()
      return done
    } catch (thrown) {
      task.attempts++
      const error = errorOf(thrown)
      if (isPassing(error) && task.attempts < this.#settings.maxAttempts)
        return { kind: 'again', error, sent: mayHaveBeenDone(error) }
      if (!isPassing(error) && task.kind === 'subscribe') this.#filters.delete(task.topic)
      task.fail(error)
      return { kind: 'failed', error, suspicious: isPassing(error) }
    }
  }
}
