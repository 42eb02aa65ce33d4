import type { PublishOutcome } from './outcome.ts'
import type { QoS } from './packets.ts'

/** What a client does one after the other. `attempts`: tries that did not succeed. */
export type Task = PublishTask | SubscribeTask | UnsubscribeTask

/** It is not to be tried again. */
export function failTask(task: Task, error: Error): void {
  if (task.kind === 'publish' && task.uncertain) task.settle(task.uncertain)
  else task.fail(error)
}

export interface PublishTask {
  readonly kind: 'publish'
  readonly topic: string
  readonly payload: Uint8Array
  readonly qos: QoS
  readonly retain: boolean
  readonly dup: boolean
  attempts: number
  /** A try may have been done: this is the outcome unless a later one, or a late result, tells. */
  uncertain: PublishOutcome | undefined
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
