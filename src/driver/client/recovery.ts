/** What is done before the next attempt to connect, from soft to hard; each includes what is softer. */
export const recoveryActions = ['query', 'disconnect', 'release', 'restart', 'radio', 'reset', 'hard'] as const
export type RecoveryAction = (typeof recoveryActions)[number]

/**
 * Whose trouble it is. `refused`: the server does not want this client. `server`: it can't be reached, or does not
 * speak MQTT or TLS as it should. `network`: the mobile network. `module`: it does not do what it should. `staged`: it
 * holds what only REL clears. `silent`: it answers nothing. `port`: the line is gone. `fatal`: trying again does harm,
 * or can't help.
 */
export type FailureCause = 'refused' | 'server' | 'network' | 'module' | 'staged' | 'silent' | 'port' | 'fatal'

/** What happened in a row without a connection that held. */
export interface RecoveryState {
  readonly action: RecoveryAction
  /** Attempts in a row that failed. */
  readonly failures: number
  /** Of those, since the last climb. */
  readonly failuresOfAction: number
}

export const freshRecovery: RecoveryState = { action: 'query', failures: 0, failuresOfAction: 0 }

export interface RecoveryContext {
  /** The other client of the module is connected: nothing may be done that would take its connection. */
  readonly otherConnected: boolean
  readonly hasHardReset: boolean
}

/** How many failures one rung is worth, and how far up it helps. */
export const escalationTable: Readonly<
  Record<FailureCause, { readonly failures: number; readonly highest: RecoveryAction }>
> = {
  refused: { failures: 3, highest: 'release' },
  server: { failures: 4, highest: 'radio' },
  network: { failures: 2, highest: 'reset' },
  module: { failures: 2, highest: 'hard' },
  staged: { failures: 1, highest: 'release' },
  silent: { failures: 2, highest: 'hard' },
  port: { failures: Number.POSITIVE_INFINITY, highest: 'query' },
  fatal: { failures: Number.POSITIVE_INFINITY, highest: 'query' },
}

/** The next step up, or the same again; softer ones have been tried. At the top it begins anew from `release`. */
export function afterFailure(recovery: RecoveryState, cause: FailureCause, around: RecoveryContext): RecoveryState {
  const failures = recovery.failures + 1
  const failuresOfAction = recovery.failuresOfAction + 1
  if (failuresOfAction < escalationTable[cause].failures) return { action: recovery.action, failures, failuresOfAction }
  return { action: next(recovery.action, cause, topOf(cause, around)), failures, failuresOfAction: 0 }
}

/** A module that answers nothing can be told nothing: there is only the last resort. */
function next(action: RecoveryAction, cause: FailureCause, top: RecoveryAction): RecoveryAction {
  if (cause === 'silent') return top === 'hard' ? 'hard' : action
  if (cause === 'staged') return 'release'
  return isLower(action, top) ? recoveryActions[recoveryActions.indexOf(action) + 1]! : lower('release', top)
}

function topOf(cause: FailureCause, { otherConnected, hasHardReset }: RecoveryContext): RecoveryAction {
  return lower(escalationTable[cause].highest, otherConnected ? 'release' : hasHardReset ? 'hard' : 'reset')
}

const isLower = (a: RecoveryAction, b: RecoveryAction): boolean =>
  recoveryActions.indexOf(a) < recoveryActions.indexOf(b)

const lower = (a: RecoveryAction, b: RecoveryAction): RecoveryAction => (isLower(a, b) ? a : b)
