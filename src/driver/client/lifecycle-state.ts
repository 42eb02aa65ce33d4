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

/** Whether something new may be asked for. */
export const takesWork = (state: ClientLifecycleState): boolean =>
  !isOver(state) && !(state.kind === 'connected' && state.draining)
