import { MqttError, UnknownOutcomeError } from '../commands/errors.ts'
import { ClientError } from './errors.ts'
import type { Task } from './outbox.ts'

/**
 * Kinds of tasks whose last answer did not come. They are tried one at a time beside the others, which go on; kept from
 * one connection to the next.
 */
export class OverdueKinds {
  /** Made when one is overdue, as most never are. */
  #dueAt: Map<Task['kind'], number> | undefined
  #told: Set<Task['kind']> | undefined

  has(kind: Task['kind']): boolean {
    return this.#dueAt?.has(kind) === true
  }

  /** Whether the next task of an overdue kind may be tried now. */
  isDue(kind: Task['kind'], now: number): boolean {
    return (this.#dueAt?.get(kind) ?? Number.POSITIVE_INFINITY) <= now
  }

  /** How long until the next one may be tried, in ms. */
  untilDue(now: number): number {
    if (!this.#dueAt) return Number.POSITIVE_INFINITY
    const waits = [...this.#dueAt.values()].map((at) => at - now).filter((ms) => ms > 0)
    return Math.min(Number.POSITIVE_INFINITY, ...waits)
  }

  postpone(kind: Task['kind'], dueAt: number): void {
    this.#dueAt ??= new Map()
    this.#dueAt.set(kind, dueAt)
  }

  /** Whether it was not told yet that a kind is overdue. */
  tell(kind: Task['kind']): boolean {
    this.#told ??= new Set()
    const first = !this.#told.has(kind)
    this.#told.add(kind)
    return first
  }

  answered(kind: Task['kind']): void {
    this.#dueAt?.delete(kind)
    this.#told?.delete(kind)
  }
}

const timeout = 17
const busy = 14

/** The module, or the server behind it, has not answered in time. */
export const isUnanswered = (error: Error): error is UnknownOutcomeError | MqttError =>
  error instanceof UnknownOutcomeError ? error.missing === 'result' : isTimeout(error)

/** The module has waited for the server, and refused other operations (14) meanwhile. */
export const isTimeout = (error: Error): boolean =>
  error instanceof MqttError && error.accepted && error.err === timeout

export const isRefusedAsBusy = (error: Error): boolean =>
  error instanceof MqttError && !error.accepted && error.err === busy

/** What is missing. `instead`: a line that came in place of the result; `again`: it is tried again. */
export function unansweredWarning(
  task: Task,
  error: UnknownOutcomeError | MqttError,
  again: boolean,
  instead: string | undefined,
): ClientError {
  const what = `${error.command} for "${task.topic}"`
  const missing = isTimeout(error)
    ? `The server has not acknowledged ${what} in time`
    : `No result has come for ${what}${instead === undefined ? '' : `, but "${instead}", which may be the result under another name`}`
  return new ClientError(
    'unanswered',
    `${missing}: other operations go on${again ? ', this one is tried again' : ''}.`,
    error,
  )
}
