import type { PublishOutcome } from './outcome.ts'
import type { QoS } from './packets.ts'

/** What a client does one after the other. `attempts`: tries whose outcome is not known. */
export type Task = PublishTask | SubscribeTask | UnsubscribeTask

export interface PublishTask {
  readonly kind: 'publish'
  readonly topic: string
  readonly payload: Uint8Array
  readonly qos: QoS
  readonly retain: boolean
  readonly dup: boolean
  attempts: number
  /** The last try may have been done: a late result may still tell. */
  uncertain: boolean
  readonly settle: (outcome: PublishOutcome) => void
  /** It was not published. */
  readonly fail: (error: Error) => void
}

export interface SubscribeTask {
  readonly kind: 'subscribe'
  /** Nobody asked for it: the connection is a new one. */
  readonly again: boolean
  readonly topic: string
  readonly qos: QoS
  attempts: number
  readonly done: () => void
  readonly fail: (error: Error) => void
}

export interface UnsubscribeTask {
  readonly kind: 'unsubscribe'
  readonly topic: string
  attempts: number
  readonly done: () => void
  readonly fail: (error: Error) => void
}
