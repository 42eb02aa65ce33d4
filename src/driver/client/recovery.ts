import type { Random } from '../../io/runtime/runtime.ts'
import { CertificateError, type CertificateErrorCode } from '../certificates/certificate-error.ts'
import { InputError, MqttError, UnknownOutcomeError } from '../commands/errors.ts'
import { OnlineError, type OnlineErrorCode, PortBusyError, PortClosedError } from '../protocol/errors.ts'
import { ClientError, ConnectionLostError, type LossCause } from './errors.ts'

/** What is done before the next attempt to connect, from soft to hard; each includes the softer ones. */
export const recoveryActions = ['query', 'disconnect', 'release', 'restart', 'radio', 'reset', 'hard'] as const
export type RecoveryAction = (typeof recoveryActions)[number]

/**
 * What made an attempt or a connection fail. `refused`: the server refuses this client. `server`: it can't be reached,
 * or does not speak MQTT or TLS as it should. `network`: the mobile network. `module`: the module does not do what it
 * should. `staged`: it holds a payload that only REL clears. `silent`: it answers nothing. `port`: the port is gone.
 * `fatal`: another attempt would do harm, or could not help.
 */
export type FailureCause = 'refused' | 'server' | 'network' | 'module' | 'staged' | 'silent' | 'port' | 'fatal'

/** The failures in a row since a connection lasted, and the action that they have led to. */
export interface RecoveryState {
  readonly action: RecoveryAction
  /** Attempts in a row that failed. */
  readonly failures: number
  /** Of those, since this action was chosen. */
  readonly failuresOfAction: number
}

export const freshRecovery: RecoveryState = { action: 'query', failures: 0, failuresOfAction: 0 }

export interface RecoveryContext {
  /** The other client of the module is connected: no action may end its connection. */
  readonly otherConnected: boolean
  readonly hasHardReset: boolean
}

/** After how many failures the next harder action is taken, and the hardest that helps against this cause. */
export const escalationTable: Readonly<
  Record<FailureCause, { readonly failures: number; readonly hardest: RecoveryAction }>
> = {
  refused: { failures: 3, hardest: 'release' },
  server: { failures: 4, hardest: 'radio' },
  network: { failures: 2, hardest: 'reset' },
  module: { failures: 2, hardest: 'hard' },
  staged: { failures: 1, hardest: 'release' },
  silent: { failures: 2, hardest: 'hard' },
  port: { failures: Number.POSITIVE_INFINITY, hardest: 'query' },
  fatal: { failures: Number.POSITIVE_INFINITY, hardest: 'query' },
}

/** The next harder action, or the same again. Behind the hardest one it begins anew from `release`: softer ones have been tried. */
export function afterFailure(recovery: RecoveryState, cause: FailureCause, context: RecoveryContext): RecoveryState {
  const failures = recovery.failures + 1
  const failuresOfAction = recovery.failuresOfAction + 1
  if (failuresOfAction < escalationTable[cause].failures) return { action: recovery.action, failures, failuresOfAction }
  return { action: nextAction(recovery.action, cause, hardestFor(cause, context)), failures, failuresOfAction: 0 }
}

/** A module that answers nothing takes no command either: only `hard` helps. */
function nextAction(action: RecoveryAction, cause: FailureCause, hardest: RecoveryAction): RecoveryAction {
  if (cause === 'silent') return hardest === 'hard' ? 'hard' : action
  if (cause === 'staged') return 'release'
  return isSofter(action, hardest) ? recoveryActions[recoveryActions.indexOf(action) + 1]! : softer('release', hardest)
}

function hardestFor(cause: FailureCause, { otherConnected, hasHardReset }: RecoveryContext): RecoveryAction {
  return softer(escalationTable[cause].hardest, otherConnected ? 'release' : hasHardReset ? 'hard' : 'reset')
}

const isSofter = (a: RecoveryAction, b: RecoveryAction): boolean =>
  recoveryActions.indexOf(a) < recoveryActions.indexOf(b)

const softer = (a: RecoveryAction, b: RecoveryAction): RecoveryAction => (isSofter(a, b) ? a : b)

const networkCodes: ReadonlySet<number> = new Set([7, 8, 9, 16])
const serverCodes: ReadonlySet<number> = new Set([3, 6, 17, 24, 25, 26, 29, 32, 34])
const refusedCodes: ReadonlySet<number> = new Set([27, 28, 30, 31])
/** What only a person can correct; a PIN that is tried again may lock the SIM. */
const fatalOnline: ReadonlySet<OnlineErrorCode> = new Set(['pinWanted', 'pinWrong', 'pukWanted', 'apnRefused'] as const)
const fatalCertificate: ReadonlySet<CertificateErrorCode> = new Set([
  'badPem',
  'tooLong',
  'incomplete',
  'notSupported',
] as const)
/** A restart of the module counts as `network`: that it restarted does not show that it is faulty. */
const causeOfLoss: Readonly<Record<LossCause, FailureCause>> = {
  closed: 'server',
  reset: 'server',
  unnoticed: 'server',
  network: 'network',
  restart: 'network',
  recovery: 'network',
  port: 'port',
}

/** `reconnectOnConnackError`: what a server refuses today it may accept tomorrow. */
export function failureCauseOf(error: Error, options: { readonly reconnectOnConnackError: boolean }): FailureCause {
  if (error instanceof ConnectionLostError) return causeOfLoss[error.code]
  if (error instanceof MqttError)
    return isStartTooEarly(error) ? 'network' : causeOfCode(error.err, options.reconnectOnConnackError)
  if (error instanceof OnlineError)
    return fatalOnline.has(error.code) ? 'fatal' : error.code === 'noAnswer' ? 'silent' : 'network'
  if (error instanceof UnknownOutcomeError) return error.missing === 'closed' ? 'port' : 'module'
  if (error instanceof ClientError) return causeOfClientError(error)
  if (error instanceof CertificateError) return fatalCertificate.has(error.code) ? 'fatal' : 'module'
  if (error instanceof InputError) return 'fatal'
  return isOfPort(error) ? 'port' : 'module'
}

/** A76XX: the packet data is not up. Of other commands 1 says that the server refused. */
const isStartTooEarly = ({ command, err }: MqttError): boolean => command === 'AT+CMQTTSTART' && err === 1

function causeOfCode(code: number, reconnectOnConnackError: boolean): FailureCause {
  if (refusedCodes.has(code)) return reconnectOnConnackError ? 'refused' : 'fatal'
  if (serverCodes.has(code)) return 'server'
  return networkCodes.has(code) ? 'network' : 'module'
}

function causeOfClientError({ code }: ClientError): FailureCause {
  if (code === 'stagedDirty') return 'staged'
  return code === 'notReady' ? 'module' : 'fatal'
}

/** `SetupError` is compared by name: the driver may not import the class, which is of `io/`. */
const isOfPort = (error: Error): boolean =>
  error instanceof PortClosedError || error instanceof PortBusyError || error.name === 'SetupError'

/** The wait before attempt `n` (1, 2, …) in ms: doubled each time, bounded; the upper half of it is by chance. */
export function backoff(n: number, { reconnectPeriod, maxReconnectPeriod }: BackoffSettings, random: Random): number {
  if (n <= 1) return reconnectPeriod
  const longest = Math.max(reconnectPeriod, maxReconnectPeriod)
  const whole = Math.min(longest, reconnectPeriod * 2 ** Math.min(n - 1, 30))
  return whole * (0.5 + 0.5 * random.next())
}

export interface BackoffSettings {
  readonly reconnectPeriod: number
  readonly maxReconnectPeriod: number
}
