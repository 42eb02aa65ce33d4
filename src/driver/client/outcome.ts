import { InputError, MqttError, UnknownOutcomeError } from '../commands/errors.ts'
import { ClientError } from './client-error.ts'
import type { QoS } from './packets.ts'

/** How a publish has ended. */
export type PublishOutcome =
  /** QoS 0: the bytes are on their way. QoS 1 and 2: the server has it. */
  | { readonly kind: 'acknowledged' }
  /** It was not published. */
  | { readonly kind: 'failed'; readonly error: Error }
  /**
   * The server may have it, or not. `kept`: the module's session holds it (QoS 2, `clean: false`) and sends it with DUP
   * after its next CONNECT: publishing it again would make a second message.
   */
  | { readonly kind: 'unknown'; readonly error: UnknownOutcomeError; readonly kept: boolean }

/** What is to be done with a publish that did not succeed. */
export interface AfterPublish {
  /** `again`: once the connection is known to be there. */
  readonly kind: 'settle' | 'again'
  /** How it has ended, if it is not tried again. */
  readonly outcome: PublishOutcome
}

export interface Attempted {
  /** The server may have it. */
  readonly sent: boolean
  readonly qos: QoS
  readonly clean: boolean
  readonly resend: boolean
  /** Tries, this one included. */
  readonly attempts: number
  readonly maxAttempts: number
  /** The outcome of an earlier try that is not known. */
  readonly before?: PublishOutcome | undefined
}

/** Codes of a refusal that have to do with the connection or the module, not with the message: it was not published. */
const passing: ReadonlySet<number> = new Set([4, 5, 6, 7, 8, 9, 11, 14, 15, 16, 17, 18, 20, 23])

/** A publish is never repeated where that could double a QoS 2 message or one of QoS 0. */
export function afterPublish(error: Error, attempted: Attempted): AfterPublish {
  const { qos, clean, resend, attempts, maxAttempts, before, sent } = attempted
  const more = attempts < maxAttempts
  if (!sent) {
    const outcome = before ?? ({ kind: 'failed', error } as const)
    return isPassing(error) && more ? { kind: 'again', outcome } : { kind: 'settle', outcome }
  }
  const outcome = { kind: 'unknown', error: unknownOf(error), kept: qos === 2 && !clean } as const
  return { kind: qos === 1 && resend && more ? 'again' : 'settle', outcome }
}

/** Whether the same thing may succeed later: the state refused it, or the line lost it before it could be done. */
export function isPassing(error: Error): boolean {
  if (error instanceof MqttError) return passing.has(error.code)
  if (error instanceof ClientError) return error.code === 'stagedDirty'
  return !(error instanceof InputError)
}

export function unknownOf(error: Error): UnknownOutcomeError {
  if (error instanceof UnknownOutcomeError) return error
  const lost = error instanceof MqttError && error.code !== 17
  const command = error instanceof MqttError ? error.command.slice(2) : ''
  return new UnknownOutcomeError(command, lost ? 'connection' : 'acknowledgement', error)
}

/** The error with which a promise of the outcome rejects; undefined: it resolves. */
export const errorOfOutcome = (outcome: PublishOutcome): Error | undefined =>
  outcome.kind === 'acknowledged' ? undefined : outcome.error
