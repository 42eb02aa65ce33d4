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
}

/** What `connect` tells. The line does not say whether the server had a session. */
export interface ConnackPacket {
  readonly cmd: 'connack'
  readonly returnCode: 0
  readonly sessionPresent: undefined
}

/** What was published, QoS 1 and 2. The module chooses the packet identifier, and does not tell it. */
export interface PublishedPacket {
  readonly cmd: 'publish'
  readonly topic: string
  readonly payload: Uint8Array | string
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

/** What a client emits. */
export interface ClientEvents<P extends Uint8Array> {
  connect: [packet: ConnackPacket]
  message: [topic: string, payload: P, packet: MessagePacket<P>]
  reconnect: []
  /** `why`: it was not `end`. */
  close: [why: Error | undefined]
  offline: []
  error: [error: Error]
  /** It goes on, but less well than it should: `unverified`, `damaged`, `dropped`, `unanswered`, `duplicateId`, `takenOver`. */
  warning: [warning: ClientError]
  end: []
}

export type PublishCallback = (error?: Error, packet?: PublishedPacket) => void
export type SubscribeCallback = (error: Error | null, granted?: readonly SubscriptionGrant[]) => void
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
