import { mayHaveBeenDone, RefusedError } from '../commands/errors.ts'
import type { Modem } from '../commands/modem.ts'
import { errorOf } from './errors.ts'
import type { ClientSettings } from './options/settings.ts'
import type { SubscribeTask, TaskResult, UnsubscribeTask } from './outbox.ts'
import type { QoS } from './packets.ts'
import { isPassing } from './publish.ts'

/** Subscribes and unsubscribes on a client that is connected, and remembers what is subscribed to. */
export class Subscriptions {
  readonly #index: 0 | 1
  readonly #settings: ClientSettings
  readonly #filters = new Map<string, QoS>()

  constructor(index: 0 | 1, settings: ClientSettings) {
    this.#index = index
    this.#settings = settings
  }

  /** Filters that the server has acknowledged, in order. */
  get filters(): ReadonlyMap<string, QoS> {
    return this.#filters
  }

  run(modem: Modem, task: SubscribeTask | UnsubscribeTask): Promise<TaskResult> {
    return task.kind === 'subscribe' ? this.#subscribe(modem, task) : this.#unsubscribe(modem, task)
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
      return { kind: 'done' }
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

function subscribeTo(modem: Modem, clientIndex: 0 | 1, topic: string, qos: QoS): Promise<void> {
  return modem.exclusive(clientIndex, async () => {
    try {
      await modem.mqtt.subscribe({ clientIndex, qos }, topic)
    } catch (error) {
      if (!lacksLongForm(modem, error)) throw error
      await modem.command(`AT+CMQTTSUBTOPIC=${clientIndex},${byteLength(topic)},${qos}`, { data: topic })
      await modem.mqtt.subscribe.subscribeStaged({ clientIndex })
    }
  })
}

function unsubscribeFrom(modem: Modem, clientIndex: 0 | 1, topic: string): Promise<void> {
  return modem.exclusive(clientIndex, async () => {
    try {
      await modem.mqtt.unsubscribe({ clientIndex }, topic)
    } catch (error) {
      if (!lacksLongForm(modem, error)) throw error
      await modem.command(`AT+CMQTTUNSUBTOPIC=${clientIndex},${byteLength(topic)}`, { data: topic })
      await modem.mqtt.unsubscribe.unsubscribeStaged({ clientIndex })
    }
  })
}

/** Some firmwares have only the forms that take the topic from CMQTTSUBTOPIC: they refuse the others without a code. */
const lacksLongForm = (modem: Modem, error: unknown): boolean =>
  error instanceof RefusedError && modem.profile.mqtt.hasTopicInput

const byteLength = (text: string): number => new TextEncoder().encode(text).length
