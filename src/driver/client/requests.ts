import {
  type PublishOptions,
  publishRequest,
  type SubscribeOptions,
  type SubscriptionMap,
  subscriptions,
  type Topics,
  topicList,
  type WantedSubscription,
} from './arguments.ts'
import { errorOf } from './client-error.ts'
import type { ClientLifecycle } from './client-lifecycle.ts'
import type { Device } from './device.ts'
import { checkSize, tooLong } from './operations.ts'
import type { PublishOutcome } from './outcome.ts'
import type { SubscriptionGrant } from './packets.ts'
import { checkTopic } from './topics.ts'

/** The longest payload of any family, for as long as the module is not known. */
const longestPayload = 10_240

/** What is asked of a client, checked and given to its session. */
export class Requests {
  readonly #session: ClientLifecycle
  readonly #device: Device

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
    const wanted = subscriptions(topics, options).filter(({ topic, qos }) => !this.#session.subscribedTo(topic, qos))
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

  #unsubscribe(topic: string): Promise<void> {
    return new Promise((done, fail) => {
      this.#session.add({ kind: 'unsubscribe', topic, attempts: 0, done, fail })
    })
  }
}

async function allOrFirstError(all: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(all)
  const failed = results.find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
}
