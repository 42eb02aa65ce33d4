import { CertificateError, type CertificateErrorCode } from '../certificates/certificate-error.ts'
import { InputError, MqttError, UnknownOutcomeError } from '../commands/errors.ts'
import { OnlineError, type OnlineErrorCode, PortClosedError } from '../protocol/errors.ts'
import { ClientError } from './client-error.ts'
import { ConnectionLostError, type LossCause } from './connection-lost.ts'
import type { FailureCause } from './recovery.ts'

const network: ReadonlySet<number> = new Set([7, 8, 9, 16])
const server: ReadonlySet<number> = new Set([3, 6, 17, 24, 25, 26, 29, 32, 34])
const refused: ReadonlySet<number> = new Set([27, 28, 30, 31])
/** What only a person can put right; a PIN that is tried again may lock the SIM. */
const config: ReadonlySet<OnlineErrorCode> = new Set(['pinWanted', 'pinWrong', 'pukWanted', 'apnRefused'] as const)
const lasting: ReadonlySet<CertificateErrorCode> = new Set(['badPem', 'tooLong', 'incomplete', 'notSupported'] as const)
/** A reset of the module is no failure of an attempt: nothing has to be climbed for it. */
const losses: Readonly<Record<LossCause, FailureCause>> = {
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
  if (error instanceof ConnectionLostError) return losses[error.code]
  if (error instanceof MqttError) return troubleOfCode(error.code, options.reconnectOnConnackError)
  if (error instanceof OnlineError)
    return config.has(error.code) ? 'fatal' : error.code === 'noAnswer' ? 'silent' : 'network'
  if (error instanceof UnknownOutcomeError) return error.missing === 'closed' ? 'port' : 'module'
  if (error instanceof ClientError) return troubleOfClient(error)
  if (error instanceof CertificateError) return lasting.has(error.code) ? 'fatal' : 'module'
  if (error instanceof InputError) return 'fatal'
  return error instanceof PortClosedError || isSetup(error) ? 'port' : 'module'
}

function troubleOfCode(code: number, reconnectOnConnackError: boolean): FailureCause {
  if (refused.has(code)) return reconnectOnConnackError ? 'refused' : 'fatal'
  if (server.has(code)) return 'server'
  return network.has(code) ? 'network' : 'module'
}

function troubleOfClient({ code }: ClientError): FailureCause {
  if (code === 'stagedDirty') return 'staged'
  return code === 'notReady' ? 'module' : 'fatal'
}

/** A port that could not be opened: whoever opens it has errors of their own. */
const isSetup = (error: Error): boolean => error.name === 'SetupError'
