import type { ClientLifecycle } from './client-lifecycle.ts'
import type { Device } from './device.ts'
import { ClientError, errorOf } from './errors.ts'
import { checkTopic } from './options/topics.ts'
import type { PublishOutcome } from './outbox.ts'
import type { QoS, SubscriptionGrant } from './packets.ts'
import { checkSize, tooLong } from './publish.ts'

export interface PublishOptions {
  /** 0. */
  readonly qos?: QoS
  readonly retain?: boolean
  readonly dup?: boolean
}

export interface SubscribeOptions {
  /** 0. */
  readonly qos?: QoS
}

export type SubscriptionMap = Readonly<Record<string, SubscribeOptions>>
export type Topics = string | readonly string[]

/** The longest payload of any family, for as long as the module is not known. */
const longestPayload = 10_240

/** What a user asks of a client: checked, and made into tasks. */
export class Requests {
  readonly #session: ClientLifecycle
  readonly #device: Device
  /** Filters whose UNSUB has not ended: they are subscribed to for now, but not for long. */
  readonly #leaving: string[] = []

  constructor(session: ClientLifecycle, device: Device) {
    this.#session = session
    this.#device = device
  }

  publish(topic: string, message: string | Uint8Array, options?: PublishOptions): Promise<PublishOutcome> {
    return new Promise((resolve) => {
      const fail = (error: Error) => resolve({ kind: 'failed', error })
      try {
        const request = publishRequest(topic, message, options)
        this.#checkSize(request.payload.length)
        this.#session.add({ kind: 'publish', ...request, attempts: 0, uncertain: undefined, settle: resolve, fail })
      } catch (thrown) {
        fail(errorOf(thrown))
      }
    })
  }

  async subscribe(topics: Topics | SubscriptionMap, options?: SubscribeOptions): Promise<readonly SubscriptionGrant[]> {
    const wanted = subscriptions(topics, options).filter((each) => !this.#stays(each))
    await allOrFirstError(wanted.map((each) => this.#subscribe(each)))
    return wanted
  }

  async unsubscribe(topics: Topics): Promise<void> {
    const list = topicList(topics)
    for (const topic of list) checkTopic(topic, 'filter')
    await allOrFirstError(list.map((topic) => this.#unsubscribe(topic)))
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

/** Options of MQTT 5.0. */
const of5 = ['properties', 'nl', 'rap', 'rh'] as const

function refuse5(options: object | undefined): void {
  for (const name of of5)
    if ((options as Readonly<Record<string, unknown>> | undefined)?.[name] !== undefined)
      throw new ClientError('unsupported', `The module speaks MQTT 3.1.1 and 3.1: leave out ${name}, which is of 5.0.`)
}

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
  refuse5(options)
  checkTopic(topic, 'topic')
  const qos = checkQos(options?.qos ?? 0)
  return {
    topic,
    payload: bytesOfMessage(message),
    qos,
    retain: options?.retain === true,
    dup: options?.dup === true && qos > 0,
  }
}

function bytesOfMessage(message: unknown): Uint8Array {
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
): readonly WantedSubscription[] {
  refuse5(options)
  const each: readonly (readonly [string, SubscribeOptions | undefined])[] =
    typeof topics === 'string' || Array.isArray(topics)
      ? topicList(topics as Topics).map((topic) => [topic, options])
      : Object.entries(topics as SubscriptionMap).filter(([name]) => name !== 'resubscribe')
  return each.map(([topic, own]) => {
    refuse5(own)
    checkTopic(topic, 'filter')
    return { topic, qos: checkQos(own?.qos ?? 0) }
  })
}

const topicList = (topics: Topics): readonly string[] => (typeof topics === 'string' ? [topics] : topics)
