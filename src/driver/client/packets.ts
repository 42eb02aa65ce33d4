import type { ClientError } from './errors.ts'

export type QoS = 0 | 1 | 2

/** A message from the server. What the line doesn't tell stays `undefined`. */
export interface MessagePacket<P extends Uint8Array = Uint8Array> {
  readonly cmd: 'publish'
  readonly topic: string
  readonly payload: P
  readonly qos: undefined
  readonly retain: undefined
  readonly dup: undefined
  readonly messageId: undefined
  /** Of MQTT 5.0: never there. */
  readonly properties?: PublishProperties<P> | undefined
}

/** What MQTT 5.0 adds to a message. */
export interface PublishProperties<P extends Uint8Array = Uint8Array> {
  payloadFormatIndicator?: boolean
  messageExpiryInterval?: number
  topicAlias?: number
  responseTopic?: string
  correlationData?: P
  userProperties?: Record<string, string | string[]>
  subscriptionIdentifier?: number | number[]
  contentType?: string
}

/** What `connect` tells. The line does not say whether the server had a session. */
export interface ConnackPacket {
  readonly cmd: 'connack'
  readonly returnCode: 0
  readonly sessionPresent: undefined
  /** Of MQTT 5.0: never there. */
  readonly properties?: Readonly<Record<string, unknown>> | undefined
}

/** What was published, QoS 1 and 2. The module chooses the packet identifier, and does not tell it. */
export interface PublishedPacket<P extends Uint8Array = Uint8Array> {
  readonly cmd: 'publish'
  readonly topic: string
  readonly payload: string | P
  readonly qos: QoS
  readonly retain: boolean
  readonly dup: boolean
  readonly messageId: undefined
}

/** `qos`: the one that was asked for; which one the server granted the line doesn't tell. */
export interface SubscriptionGrant {
  readonly topic: string
  readonly qos: QoS
}

/** A message as `for await (const message of client)` gives it. */
export interface ReceivedMessage<P extends Uint8Array = Uint8Array> {
  readonly topic: string
  readonly payload: P
  readonly packet: MessagePacket<P>
}

/** A message, sent or received. Of a received one the line tells neither QoS nor the flags. */
export interface PublishPacket<P extends Uint8Array> {
  cmd: 'publish'
  topic: string
  payload: string | P
  qos: QoS | undefined
  retain: boolean | undefined
  dup: boolean | undefined
  messageId?: number | undefined
  length?: number | undefined
  properties?: PublishProperties<P> | undefined
}

export interface IConnackPacket {
  cmd: 'connack'
  returnCode?: number | undefined
  reasonCode?: number | undefined
  sessionPresent: boolean | undefined
  properties?: Readonly<Record<string, unknown>> | undefined
}

/** Of MQTT 5.0, from the server: never there. */
export interface IDisconnectPacket {
  cmd: 'disconnect'
  reasonCode?: number
  properties?: Readonly<Record<string, unknown>>
}

interface OtherPacket {
  cmd: Exclude<PacketName, 'publish' | 'connack' | 'disconnect'>
  messageId?: number | undefined
  length?: number | undefined
}

type PacketName =
  | ('auth' | 'connack' | 'connect' | 'disconnect' | 'pingreq' | 'pingresp' | 'puback' | 'pubcomp')
  | ('publish' | 'pubrel' | 'pubrec' | 'suback' | 'subscribe' | 'unsuback' | 'unsubscribe')

export type AnyPacket<P extends Uint8Array> = PublishPacket<P> | IConnackPacket | IDisconnectPacket | OtherPacket

/** What a client emits. */
export interface ClientEvents<P extends Uint8Array> {
  connect: [packet: ConnackPacket]
  message: [topic: string, payload: P, packet: MessagePacket<P>]
  reconnect: []
  /** `why`: it was not `end`. */
  close: [why: Error | undefined]
  offline: []
  error: [error: Error]
  /** It goes on, but less well than it should. */
  warning: [warning: ClientError]
  end: []
  /** These are MQTT.js's, and never emitted; whoever listens is told so by a warning. */
  packetsend: [packet: AnyPacket<P>]
  packetreceive: [packet: AnyPacket<P>]
  outgoingEmpty: []
  /** A DISCONNECT of the server, which MQTT 5.0 has. */
  disconnect: [packet: IDisconnectPacket]
}

/** As with MQTT.js, `null` when there was no error. */
export type PublishCallback<P extends Uint8Array = Uint8Array> = (error?: Error, packet?: PublishedPacket<P>) => void
export type SubscribeCallback = (
  error: Error | null,
  granted?: SubscriptionGrant[],
  packet?: { cmd: 'suback'; granted: number[] },
) => void
export type UnsubscribeCallback = (error?: Error, packet?: { cmd: 'unsuback' }) => void
export type DoneCallback = (error?: Error) => void

export const connack: ConnackPacket = { cmd: 'connack', returnCode: 0, sessionPresent: undefined }

const text = new TextDecoder()

export function messageOf<P extends Uint8Array>(topic: Uint8Array, payload: P): ReceivedMessage<P> {
  const name = text.decode(topic)
  const packet: MessagePacket<P> = {
    cmd: 'publish',
    topic: name,
    payload,
    qos: undefined,
    retain: undefined,
    dup: undefined,
    messageId: undefined,
  }
  return { topic: name, payload, packet }
}
