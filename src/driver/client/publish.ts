import { InputError, MqttError, mayHaveBeenDone, UnknownOutcomeError } from '../commands/errors.ts'
import type { AnswerLimits } from '../commands/methods.ts'
import type { Modem } from '../commands/modem.ts'
import { ClientError, errorOf } from './errors.ts'
import type { ClientSettings } from './options/settings.ts'
import type { PublishOutcome, PublishTask, TaskResult } from './outbox.ts'
import type { QoS } from './packets.ts'

/** Publishes on a client that is connected, and settles the task unless it is to be tried again. */
export async function publishTask(
  modem: Modem,
  clientIndex: 0 | 1,
  task: PublishTask,
  settings: ClientSettings,
  limits: AnswerLimits,
): Promise<TaskResult> {
  let sent = false
  const begun = () => {
    sent = true
  }
  try {
    await publishMessage(modem, clientIndex, task, { seconds: settings.publishTimeout, begun, limits })
    task.settle({ kind: 'acknowledged' })
    return { kind: 'done' }
  } catch (thrown) {
    const error = errorOf(thrown)
    return afterFailedTry(task, settings, error, sent && mayHaveBeenDone(error))
  }
}

function afterFailedTry(task: PublishTask, settings: ClientSettings, error: Error, sent: boolean): TaskResult {
  task.attempts++
  const { qos, attempts, uncertain: before } = task
  const after = afterPublish(error, { ...settings, qos, attempts, before, sent })
  if (after.outcome.kind === 'unknown') task.uncertain = after.outcome
  if (after.kind === 'again') return { kind: 'again', error, sent }
  task.settle(after.outcome)
  return { kind: 'failed', error, suspicious: isPassing(error) }
}

/** TOPIC, PAYLOAD, PUB, with nothing of this client between; `begun` is called before PUB: until then nothing can have been published. */
async function publishMessage(
  modem: Modem,
  clientIndex: 0 | 1,
  task: PublishTask,
  { seconds, begun, limits }: { readonly seconds: number; readonly begun: () => void; readonly limits: AnswerLimits },
): Promise<void> {
  const [least, most] = modem.profile.mqtt.pubTimeout
  const pubTimeout = Math.min(most, Math.max(least, seconds))
  const [published] = await modem.exclusive(clientIndex, async () => {
    checkSize(modem, task.payload.length)
    if (task.payload.length === 0 && modem.staged(clientIndex) === 'dirty') throw stagedDirty()
    await modem.mqtt.topic({ clientIndex }, task.topic)
    if (task.payload.length > 0) await modem.mqtt.payload({ clientIndex }, task.payload)
    const flags = { ...(task.retain && { retained: 1 as const }), ...(task.dup && { dup: 1 as const }) }
    begun()
    return [modem.mqtt.publish({ clientIndex, qos: task.qos, pubTimeout, ...flags }, limits)] as const
  })
  await published
}

export function checkSize(modem: Modem, bytes: number): void {
  const most = modem.profile.mqtt.maxPayloadBytes
  if (bytes > most) throw tooLong(bytes, most)
}

export const tooLong = (bytes: number, most: number): ClientError =>
  new ClientError('invalid', `The payload has ${bytes} bytes, the module takes ${most} at most: split it.`)

/** An empty payload is one that is not input; one that is staged would go out instead, and only REL clears it. */
const stagedDirty = (): ClientError =>
  new ClientError('stagedDirty', 'The module may hold a payload from before, which an empty message would send.')

/** What happens to a publish that did not succeed. */
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

/** Whether another try may succeed: the state of the module refused it, or the line lost it. */
export function isPassing(error: Error): boolean {
  if (error instanceof MqttError) return passing.has(error.err)
  if (error instanceof ClientError) return error.code === 'stagedDirty'
  return !(error instanceof InputError)
}

function unknownOf(error: Error): UnknownOutcomeError {
  if (error instanceof UnknownOutcomeError) return error
  const lost = error instanceof MqttError && error.err !== 17
  const command = error instanceof MqttError ? error.command.slice(2) : ''
  return new UnknownOutcomeError(command, lost ? 'connection' : 'acknowledgement', error)
}

/** The error with which a promise of the outcome rejects; undefined: it resolves. */
export const errorOfOutcome = (outcome: PublishOutcome): Error | undefined =>
  outcome.kind === 'acknowledged' ? undefined : outcome.error
