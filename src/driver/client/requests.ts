import type { ClientLifecycle } from './client-lifecycle.ts'
import type { Device } from './device.ts'
import { ClientError, errorOf } from './errors.ts'
import { checkTopic } from './options/topics.ts'
import type { Unsupported } from './options/unsupported.ts'
import type { PublishOutcome } from './outbox.ts'
import type { QoS, SubscriptionGrant } from './packets.ts'
import { checkSize, tooLong } from './publish.ts'

export interface PublishOptions {
  /** 0. */
  readonly qos?: QoS
  readonly retain?: boolean
  readonly dup?: boolean
  /** Of MQTT 5.0: `unsupported`. */
  readonly properties?: object
  /** Called when a message of QoS 1 or 2 is in the outbox. */
  readonly cbStorePut?: () => void
}

export interface SubscribeOptions {
  /** 0. */
  readonly qos?: QoS
  /** Of MQTT 5.0, as the others: `unsupported`. */
  readonly nl?: boolean
  readonly rap?: boolean
  readonly rh?: number
  readonly properties?: object
}

export type SubscriptionMap = Readonly<Record<string, SubscribeOptions>>
export type Topics = string | readonly string[]

/** The longest payload of any family, for as long as the module is not known. */
const longestPayload = 10_240

/** What a user asks of a client: checked, and made into tasks. */
export class Requests {
  readonly #session: ClientLifecycle
  readonly #device: Device
  readonly #unsupported: Unsupported
  /** Filters whose UNSUB has not ended: they are subscribed to for now, but not for long. */
  readonly #leaving: string[] = []

  constructor(session: ClientLifecycle, device: Device, unsupported: Unsupported) {
    this.#session = session
    this.#device = device
    this.#unsupported = unsupported
  }

  publish(topic: string, message: Payload, options?: PublishOptions): Promise<PublishOutcome> {
    return new Promise((resolve) => {
      const fail = (error: Error) => resolve({ kind: 'failed', error })
      try {
        this.#unsupported.leaveOut5(options, ['properties'])
        const request = publishRequest(topic, message, options)
        this.#checkSize(request.payload.length)
        this.#session.add({ kind: 'publish', ...request, attempts: 0, uncertain: undefined, settle: resolve, fail })
        if (request.qos > 0) options?.cbStorePut?.()
      } catch (thrown) {
        fail(errorOf(thrown))
      }
    })
  }

  async subscribe(topics: Topics | SubscriptionMap, options?: SubscribeOptions): Promise<SubscriptionGrant[]> {
    const wanted = subscriptions(topics, options, this.#unsupported).filter((each) => !this.#stays(each))
    await allOrFirstError(wanted.map((each) => this.#subscribe(each)))
    return wanted
  }

  async unsubscribe(topics: Topics, options?: object): Promise<undefined> {
    this.#unsupported.leaveOut5(options, ['properties'])
    const list = topicList(topics)
    if (list.length === 0) throw new ClientError('invalid', 'There is no topic to unsubscribe from.')
    for (const topic of list) checkTopic(topic, 'filter')
    await allOrFirstError(list.map((topic) => this.#unsubscribe(topic)))
    return undefined
  }

  #checkSize(bytes: number): void {
    const modem = this.#device.openModem
    if (modem && this.#session.connected) checkSize(modem, bytes)
    else if (bytes > longestPayload) throw tooLong(bytes, longestPayload)
  }

  #subscribe({ topic, qos }: WantedSubscription): Promise<void> {
    return new Promise((done, fail) => {
      this.#session.add({ kind: 'subscribe', again: false, topic, qos, attempts: 0, done, fail })
    })
  }

  /** Whether it is subscribed to and no UNSUB waits that would end that. */
  #stays({ topic, qos }: WantedSubscription): boolean {
    return this.#session.subscribedTo(topic, qos) && !this.#leaving.includes(topic)
  }

  #unsubscribe(topic: string): Promise<void> {
    this.#leaving.push(topic)
    const unsubscribed = new Promise<void>((done, fail) => {
      this.#session.add({ kind: 'unsubscribe', topic, attempts: 0, done, fail })
    })
    return unsubscribed.finally(() => this.#leaving.splice(this.#leaving.indexOf(topic), 1))
  }
}

async function allOrFirstError(all: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(all)
  const failed = results.find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
}

/** Of MQTT 5.0. */
const of5 = ['properties', 'nl', 'rap', 'rh'] as const

function checkQos(qos: unknown): QoS {
  if (qos === 0 || qos === 1 || qos === 2) return qos
  throw new ClientError('invalid', `The QoS is ${String(qos)}: give 0, 1 or 2.`)
}

interface PublishRequest {
  readonly topic: string
  readonly payload: Uint8Array
  readonly qos: QoS
  readonly retain: boolean
  readonly dup: boolean
}

/** Checks a publish; throws a `ClientError` for values that are not allowed. The bytes are a copy. */
function publishRequest(topic: string, message: unknown, options: PublishOptions | undefined): PublishRequest {
  checkTopic(topic, 'topic')
  const qos = checkQos(options?.qos ?? 0)
  return {
    topic,
    payload: bytesOfMessage(message),
    qos,
    retain: Boolean(options?.retain),
    dup: Boolean(options?.dup) && qos > 0,
  }
}

/** `null` and `undefined` are an empty payload, as with MQTT.js. */
export type Payload = string | Uint8Array | null | undefined

function bytesOfMessage(message: unknown): Uint8Array {
  if (message === null || message === undefined) return new Uint8Array()
  if (typeof message === 'string') return new TextEncoder().encode(message)
  if (message instanceof Uint8Array) return new Uint8Array(message)
  throw new ClientError('invalid', 'A message must be a string or a Uint8Array.')
}

interface WantedSubscription {
  readonly topic: string
  readonly qos: QoS
}

/** A topic, several, or a map of them, each with its QoS. Throws a `ClientError` for values that are not allowed. */
function subscriptions(
  topics: Topics | SubscriptionMap,
  options: SubscribeOptions | undefined,
  unsupported: Unsupported,
): readonly WantedSubscription[] {
  unsupported.leaveOut5(options, of5)
  const each = subscriptionEntries(topics, options)
  if (each.length === 0) throw new ClientError('invalid', 'There is no topic to subscribe to.')
  return each.map(([topic, own]) => {
    unsupported.leaveOut5(own, of5)
    checkTopic(topic, 'filter')
    return { topic, qos: checkQos(own?.qos ?? 0) }
  })
}

const subscriptionEntries = (
  topics: Topics | SubscriptionMap,
  options: SubscribeOptions | undefined,
): readonly (readonly [string, SubscribeOptions | undefined])[] =>
  typeof topics === 'string' || Array.isArray(topics)
    ? topicList(topics as Topics).map((topic) => [topic, options])
    : Object.entries(topics ?? {}).filter(([name]) => name !== 'resubscribe')

const topicList = (topics: Topics): readonly string[] => (typeof topics === 'string' ? [topics] : topics)
