import { mayHaveBeenDone, RefusedError } from '../commands/errors.ts'
import type { AnswerLimits } from '../commands/methods.ts'
import type { Modem } from '../commands/modem.ts'
import type { ConnectedClient } from './attempt.ts'
import { errorOf } from './errors.ts'
import type { ClientSettings } from './options/settings.ts'
import type { SubscribeTask, TaskResult, UnsubscribeTask } from './outbox.ts'
import type { QoS } from './packets.ts'
import { isPassing } from './publish.ts'

/** Subscribes and unsubscribes on a client that is connected, and remembers what is subscribed to. */
export class Subscriptions {
  readonly #settings: ClientSettings
  readonly #filters = new Map<string, QoS>()

  constructor(settings: ClientSettings) {
    this.#settings = settings
  }

  /** Filters that the server has acknowledged, in order. */
  get filters(): ReadonlyMap<string, QoS> {
    return this.#filters
  }

  async run(
    { modem, index }: ConnectedClient,
    task: SubscribeTask | UnsubscribeTask,
    limits: AnswerLimits,
  ): Promise<TaskResult> {
    const forms = task.kind === 'subscribe' ? subscribeForms(modem, index, task) : unsubscribeForms(modem, index, task)
    return this.#tried(task, () => send(modem, index, forms, limits))
  }

  /** The server has acknowledged it. */
  acknowledged(task: SubscribeTask | UnsubscribeTask): void {
    if (task.kind === 'subscribe') this.#filters.set(task.topic, task.qos)
    else this.#filters.delete(task.topic)
    task.done()
  }

  /** Subscribing twice does no harm: what is not known is tried again. */
  async #tried(task: SubscribeTask | UnsubscribeTask, run: () => Promise<void>): Promise<TaskResult> {
    try {
      await run()
      this.acknowledged(task)
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

interface Forms {
  readonly long: (limits: AnswerLimits) => Promise<unknown>
  /** Inputs the topic for the short form. */
  readonly topic: () => Promise<unknown>
  readonly short: (limits: AnswerLimits) => Promise<unknown>
}

const subscribeForms = (modem: Modem, clientIndex: 0 | 1, { topic, qos }: SubscribeTask): Forms => ({
  long: (limits) => modem.mqtt.subscribe({ clientIndex, qos }, topic, limits),
  topic: () => modem.command(`AT+CMQTTSUBTOPIC=${clientIndex},${byteLength(topic)},${qos}`, { data: topic }),
  short: (limits) => modem.mqtt.subscribe.subscribeStaged({ clientIndex }, limits),
})

const unsubscribeForms = (modem: Modem, clientIndex: 0 | 1, { topic }: UnsubscribeTask): Forms => ({
  long: (limits) => modem.mqtt.unsubscribe({ clientIndex }, topic, limits),
  topic: () => modem.command(`AT+CMQTTUNSUBTOPIC=${clientIndex},${byteLength(topic)}`, { data: topic }),
  short: (limits) => modem.mqtt.unsubscribe.unsubscribeStaged({ clientIndex }, limits),
})

/** Between the commands of no other block; the result, which may not come, is awaited behind it. */
async function send(
  modem: Modem,
  clientIndex: 0 | 1,
  { long, topic, short }: Forms,
  limits: AnswerLimits,
): Promise<void> {
  const [sent] = await modem.exclusive(clientIndex, async () => [long(limits)] as const)
  try {
    await sent
  } catch (error) {
    if (!lacksLongForm(modem, error)) throw error
    const [again] = await modem.exclusive(clientIndex, async () => {
      await topic()
      return [short(limits)] as const
    })
    await again
  }
}

/** Some firmwares have only the forms that take the topic from CMQTTSUBTOPIC: they refuse the others without a code. */
const lacksLongForm = (modem: Modem, error: unknown): boolean =>
  error instanceof RefusedError && modem.profile.mqtt.hasTopicInput

const byteLength = (text: string): number => new TextEncoder().encode(text).length
