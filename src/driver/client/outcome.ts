import { MqttError, mayHaveBeenDone, UnknownOutcomeError } from '../modem/errors.ts'
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
export type AfterPublish =
  | { readonly kind: 'settle'; readonly outcome: PublishOutcome }
  /** Try again once the connection is known to be there. */
  | { readonly kind: 'again' }

export interface Attempted {
  readonly qos: QoS
  readonly clean: boolean
  readonly resend: boolean
  /** Tries whose outcome is not known, this one included. */
  readonly attempts: number
  readonly maxAttempts: number
}

/** Codes of a refusal that have to do with the connection or the module, not with the message: it was not published. */
const passing: ReadonlySet<number> = new Set([4, 5, 6, 7, 8, 9, 11, 14, 15, 16, 17, 18, 20, 23])

/** A publish is never repeated where that could double a QoS 2 message or one of QoS 0. */
export function afterPublish(error: Error, attempted: Attempted): AfterPublish {
  const { qos, clean, resend, attempts, maxAttempts } = attempted
  if (!mayHaveBeenDone(error)) return isPassing(error) && attempts < maxAttempts ? again : failed(error)
  if (qos === 1 && resend && attempts < maxAttempts) return again
  return { kind: 'settle', outcome: { kind: 'unknown', error: unknownOf(error), kept: qos === 2 && !clean } }
}

const again: AfterPublish = { kind: 'again' }
const failed = (error: Error): AfterPublish => ({ kind: 'settle', outcome: { kind: 'failed', error } })

/** Whether the same thing may succeed later: the state refused it, or the line lost it before it could be done. */
export function isPassing(error: Error): boolean {
  if (error instanceof MqttError) return passing.has(error.code)
  return !['InputError', 'ClientError'].includes(error.name)
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
