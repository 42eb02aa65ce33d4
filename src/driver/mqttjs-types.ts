/** MQTT.js's names for types: what it exports under them, programs for it write. Those with bytes have a parameter here; the entries fill it in. */

import type { ClientOptions } from './client/options/options.ts'
import type {
  ClientEvents,
  ConnackPacket,
  DoneCallback,
  IDisconnectPacket,
  QoS,
  SubscribeCallback,
} from './client/packets.ts'
import type { PublishOptions, SubscribeOptions } from './client/requests.ts'

type Writable<T> = { -readonly [K in keyof T]: T[K] }

export type BaseMqttProtocol = 'mqtt' | 'mqtts' | 'tcp' | 'ssl' | 'tls'
export type MqttProtocol = BaseMqttProtocol

export type ISecureClientOptions = Writable<
  Pick<ClientOptions, 'key' | 'cert' | 'ca' | 'rejectUnauthorized' | 'passphrase' | 'servername'>
>

/** Options that are ignored, with a warning. */
interface IgnoredOptions {
  log?: (...args: never[]) => void
  properties?: object
  authPacket?: object
  customHandleAcks?: (...args: never[]) => void
  wsOptions?: object
  transformWsUrl?: (...args: never[]) => string
  createWebsocket?: (...args: never[]) => unknown
  messageIdProvider?: object
  timerVariant?: unknown
  reschedulePings?: boolean
  writeCache?: boolean
  subscribeBatchSize?: number
  encoding?: string
  binary?: boolean
  objectMode?: boolean
  browserBufferSize?: number
  browserBufferTimeout?: number
  forceNativeWebSocket?: boolean
  autoUseTopicAlias?: boolean
  autoAssignTopicAlias?: boolean
  defaultProtocol?: string
}

/** Options as programs fill them in, one after the other. */
export type MqttJsOptions<Options> = Writable<Options> & IgnoredOptions

export type StorePutCallback = () => void
export type IClientPublishOptions = Writable<PublishOptions>
export interface IClientReconnectOptions {
  incomingStore?: object
  outgoingStore?: object
}
export interface IClientSubscribeProperties {
  properties?: object
}
export type IClientUnsubscribeProperties = IClientSubscribeProperties
export type IClientSubscribeOptions = Writable<SubscribeOptions> & { qos: QoS }
export interface ISubscriptionRequest extends IClientSubscribeOptions {
  topic: string
}
export interface ISubscriptionGrant {
  topic: string
  qos: QoS
}
export type ISubscriptionMap = { [topic: string]: IClientSubscribeOptions } & { resubscribe?: boolean }

export type OnConnectCallback = (packet: ConnackPacket) => void
export type OnDisconnectCallback = (packet: IDisconnectPacket) => void
export type ClientSubscribeCallback = SubscribeCallback
export type OnCloseCallback = () => void
export type OnErrorCallback = (error: Error | ErrorWithReasonCode) => void
export type CloseCallback = DoneCallback
export type VoidCallback = () => void

/** An error of CONNECT whose code is CONNACK's. */
export type ErrorWithReasonCode = Error & { code: number }

/** The listener of each event. */
export type EventCallbacks<P extends Uint8Array> = {
  [K in keyof ClientEvents<P>]: (...args: ClientEvents<P>[K]) => void
}
