import type { Received } from '../protocol/answer.ts'
import type { ClientError } from './errors.ts'
import type { TaskLoop } from './task-loop.ts'

/** What a client is doing. */
export type ClientLifecycleState =
  /** `again`: it was connected before, or has tried before. */
  | { readonly kind: 'connecting'; readonly again: boolean }
  /** `draining`: `end` was called, what waits is done before. */
  | { readonly kind: 'connected'; readonly connection: TaskLoop; readonly draining: boolean }
  /** Until the next attempt. */
  | { readonly kind: 'waiting' }
  | { readonly kind: 'ending' }
  /** `why`: it has given up. */
  | { readonly kind: 'ended'; readonly why?: Error }

export const isReconnecting = (state: ClientLifecycleState): boolean =>
  state.kind === 'waiting' || (state.kind === 'connecting' && state.again)

export const isOver = (state: ClientLifecycleState): boolean => state.kind === 'ending' || state.kind === 'ended'

/** Whether new tasks are accepted. */
export const takesWork = (state: ClientLifecycleState): boolean =>
  !isOver(state) && !(state.kind === 'connected' && state.draining)

/** The events of a lifecycle, for its client. */
export interface ClientLifecycleEvents {
  connected(): void
  message(message: Received): void
  error(error: Error): void
  /** It goes on, but less well than it should. */
  warning(warning: ClientError): void
  /** The first time without a connection since there was one. */
  offline(): void
  /** `why`: it was not `end`. */
  closed(why?: Error): void
  reconnecting(): void
  /** There is no other attempt; the module's client is released. */
  gaveUp(): Promise<void>
  /** The device is closed: the client is to end. */
  end(): Promise<void>
}
