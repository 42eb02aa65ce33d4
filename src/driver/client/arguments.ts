import { ClientError } from './client-error.ts'
import type { QoS } from './packets.ts'
import { checkTopic } from './topics.ts'

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

/** MQTT.js takes a callback in place of options. */
export function optionsAnd<O, C>(options: O | C | undefined, callback: C | undefined): [O | undefined, C | undefined] {
  return typeof options === 'function' ? [undefined, options as C] : [options as O | undefined, callback]
}

export function endArguments<C>(force: unknown, options: unknown, callback: C | undefined): [boolean, C | undefined] {
  const found = [force, options, callback].find((argument) => typeof argument === 'function')
  return [force === true, found as C | undefined]
}

const of5 = ['properties', 'nl', 'rap', 'rh'] as const

function refuse5(options: object | undefined): void {
  for (const name of of5)
    if ((options as Readonly<Record<string, unknown>> | undefined)?.[name] !== undefined)
      throw new ClientError('unsupported', `The module speaks MQTT 3.1.1 and 3.1: leave out ${name}, which is of 5.0.`)
}

export function checkQos(qos: unknown): QoS {
  if (qos === 0 || qos === 1 || qos === 2) return qos
  throw new ClientError('invalid', `The QoS is ${String(qos)}: give 0, 1 or 2.`)
}

export interface PublishRequest {
  readonly topic: string
  readonly payload: Uint8Array
  readonly qos: QoS
  readonly retain: boolean
  readonly dup: boolean
}

/** Throws for what can't be published. The bytes are a copy. */
export function publishRequest(topic: string, message: unknown, options: PublishOptions | undefined): PublishRequest {
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

export interface WantedSubscription {
  readonly topic: string
  readonly qos: QoS
}

/** A topic, several, or a map of them, with their QoS. Throws for what can't be subscribed to. */
export function subscriptions(
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

export const topicList = (topics: Topics): readonly string[] => (typeof topics === 'string' ? [topics] : topics)
