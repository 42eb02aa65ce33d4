import type { ClientError } from './client-error.ts'
import type { Device } from './device.ts'
import type { ConnackPacket, MessagePacket, PublishedPacket, SubscriptionGrant } from './packets.ts'

export interface ClientEvents<P extends Uint8Array> {
  connect: [packet: ConnackPacket]
  message: [topic: string, payload: P, packet: MessagePacket<P>]
  reconnect: []
  /** `why`: it was not `end`. */
  close: [why: Error | undefined]
  offline: []
  error: [error: Error]
  /** It goes on, but less well than it should: `unverified`, `damaged`, `dropped`. */
  warning: [warning: ClientError]
  end: []
}

/** What differs between Node and browsers. */
export interface ClientParts<P extends Uint8Array> {
  readonly device: Device
  /** Ends with this client. */
  readonly ownsDevice: boolean
  readonly payloadOf: (bytes: Uint8Array) => P
  /** Where warnings go that nobody listens to. */
  readonly warn?: (text: string) => void
}

export type PublishCallback = (error?: Error, packet?: PublishedPacket) => void
export type SubscribeCallback = (error: Error | null, granted?: readonly SubscriptionGrant[]) => void
export type DoneCallback = (error?: Error) => void
