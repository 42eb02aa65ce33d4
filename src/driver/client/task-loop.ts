import type { Clock, Random } from '../../io/runtime/runtime.ts'
import type { AnswerLimits } from '../commands/methods.ts'
import type { Modem } from '../commands/modem.ts'
import type { Attempt } from './attempt.ts'
import { ClientError, ConnectionLostError, errorOf } from './errors.ts'
import type { ClientSettings } from './options/settings.ts'
import type { Outbox, Task, TaskResult } from './outbox.ts'
import { isRefusedAsBusy, isTimeout, isUnanswered, type OverdueKinds, unansweredWarning } from './overdue-kinds.ts'
import { publishTask } from './publish.ts'
import { backoff } from './recovery.ts'
import type { Subscriptions } from './subscribe.ts'
import { Wake } from './wake.ts'

export interface TaskLoopParts {
  readonly modem: Modem
  readonly index: 0 | 1
  readonly attempt: Attempt
  readonly outbox: Outbox
  readonly overdue: OverdueKinds
  readonly subscriptions: Subscriptions
  readonly settings: ClientSettings
  readonly clock: Clock
  readonly random: Random
  readonly warn: (warning: ClientError) => void
}

type FailedTry = Exclude<TaskResult, { kind: 'done' }>

/**
 * One connection, from CONNECT to its end: takes task after task from the outbox, and asks for the connection when none
 * waits. Tasks of a kind whose answers do not come are tried beside the others.
 */
export class TaskLoop {
  readonly #parts: TaskLoopParts
  readonly #wake: Wake
  readonly #pause: Wake
  /** By task, until its try has ended. */
  #beside: Map<Task, Promise<void>> | undefined
  #lost: Error | undefined
  #ending: 'no' | 'drain' | 'stop' = 'no'
  /** A line that looks like a result and is that of no command. */
  #unasked: string | undefined

  constructor(parts: TaskLoopParts) {
    this.#parts = parts
    this.#wake = new Wake(parts.clock)
    this.#pause = new Wake(parts.clock)
  }

  get modem(): Modem {
    return this.#parts.modem
  }

  /** Resolves with why it was lost; undefined: it was to end. */
  async run(): Promise<Error | undefined> {
    this.#parts.outbox.onWork = () => this.#wake.now()
    let more = true
    while (more && !this.#isOver) more = await this.#next()
    await Promise.all(this.#beside?.values() ?? [])
    return this.#lost
  }

  /** The connection has ended. */
  lose(error: Error): void {
    this.#lost ??= error
    const { modem, index } = this.#parts
    modem.chat.abandonResults(index)
    this.#wakeUp()
  }

  /** `drain`: when no task waits any more. `stop`: after the task that is running. */
  end(how: 'drain' | 'stop'): void {
    this.#ending = how
    if (how === 'stop') this.#parts.modem.chat.abandonResults(this.#parts.index)
    this.#wakeUp()
  }

  /** A line that looks like a result of this client, and that no command has. */
  unasked(text: string): void {
    this.#unasked = text
  }

  get #isOver(): boolean {
    return this.#lost !== undefined || this.#ending === 'stop'
  }

  #wakeUp(): void {
    this.#wake.now()
    this.#pause.now()
  }

  /** False: nothing is left, and it is to end. */
  async #next(): Promise<boolean> {
    const { outbox, overdue, clock } = this.#parts
    const beside = outbox.take((task) => overdue.isDue(task.kind, clock.now()) && !this.#isHeld(task))
    if (beside) this.#startBeside(beside)
    const task = outbox.take((each) => !overdue.has(each.kind) && !this.#isHeld(each))
    if (task) await this.#try(task, {})
    else if (this.#ending === 'drain' && outbox.size + (this.#beside?.size ?? 0) === 0) return false
    else if (!beside) await this.#idle()
    return true
  }

  /** One of its kind, or one for the same filter, is being tried. */
  #isHeld({ kind, topic }: Task): boolean {
    const filter = kind === 'publish' ? undefined : topic
    if (!this.#beside) return false
    return [...this.#beside.keys()].some(
      (task) => task.kind === kind || (task.kind !== 'publish' && task.topic === filter),
    )
  }

  #startBeside(task: Task): void {
    const tried = this.#try(task, { holds: 'own' }).then(() => {
      this.#beside?.delete(task)
      this.#wake.now()
    })
    this.#beside ??= new Map()
    this.#beside.set(task, tried)
  }

  async #try(task: Task, limits: AnswerLimits): Promise<void> {
    const { subscriptions, modem, index, settings, overdue, clock } = this.#parts
    const since = clock.now()
    if (task.kind !== 'publish') this.#unasked = undefined
    const result = await (task.kind === 'publish'
      ? publishTask(modem, index, task, settings, limits)
      : subscriptions.run({ modem, index }, task, limits))
    const answered = result.kind === 'done' || (result.kind === 'failed' && !result.suspicious)
    if (answered) overdue.answered(task.kind)
    else await this.#afterFailedTry(result, task, clock.now() - since, limits.holds !== 'own')
  }

  async #afterFailedTry(result: FailedTry, task: Task, tookMs: number, alone: boolean): Promise<void> {
    if (result.kind === 'again') this.#parts.outbox.putBack(task)
    if (isRefusedAsBusy(result.error) && alone && (this.#beside?.size ?? 0) > 0) return this.#afterBusy(task)
    // A connection on which a subscription could not be made again is given up: its messages would be missed.
    if (result.kind === 'failed' && task.kind === 'subscribe' && task.again) this.#lost ??= result.error
    await this.#checkAfter(result, task)
    const pauseMs = this.#postpone(result, task, tookMs)
    if (result.kind === 'again' && alone && !this.#parts.overdue.has(task.kind) && !this.#isOver)
      await this.#pause.wait(pauseMs)
  }

  /** What is tried beside it keeps the module busy. */
  async #afterBusy(task: Task): Promise<void> {
    task.attempts--
    await Promise.race(this.#beside?.values() ?? [])
  }

  /** The failure may mean that the connection is gone. A try that was never sent does not count then, nor where another program is in the way. */
  async #checkAfter(result: FailedTry, task: Task): Promise<void> {
    if (result.error instanceof ClientError) this.#lost ??= result.error
    await this.#checkConnection()
    const excused = this.#lost !== undefined || this.#parts.modem.chat.disturbed
    if (excused && result.kind === 'again' && !result.sent) task.attempts--
  }

  /** Says when the kind of a task that was not answered is tried again, and returns how long that is. */
  #postpone(result: FailedTry, task: Task, tookMs: number): number {
    const { overdue, clock, warn, modem } = this.#parts
    const again = result.kind === 'again'
    const unanswered = !this.#lost && isUnanswered(result.error)
    const cut = this.#isCutOff(result, task)
    // While the module waits for a SUBACK it publishes nothing: half of the time is for the others.
    const share = cut || (isTimeout(result.error) && task.kind !== 'publish') ? tookMs : 0
    const pauseMs = Math.max(again && !this.#lost ? this.#backoff(task.attempts) : 0, share)
    if (!unanswered && !cut && !overdue.has(task.kind)) return pauseMs
    overdue.postpone(task.kind, clock.now() + pauseMs)
    // What another program on the port causes is told as that.
    if (unanswered && !modem.chat.disturbed && overdue.tell(task.kind))
      warn(unansweredWarning(task, result.error, again, this.#unasked))
    return pauseMs
  }

  /** A SUB or UNSUB without an answer when the connection ended. */
  #isCutOff(result: FailedTry, { kind }: Task): boolean {
    return this.#lost !== undefined && kind !== 'publish' && result.kind === 'again' && result.sent
  }

  #backoff(attempts: number): number {
    const { settings, random } = this.#parts
    return backoff(attempts, { reconnectPeriod: 1000, maxReconnectPeriod: settings.maxReconnectPeriod }, random)
  }

  async #idle(): Promise<void> {
    const { overdue, settings, clock } = this.#parts
    const untilCheck = settings.checkPeriod || Number.POSITIVE_INFINITY
    const untilDue = overdue.untilDue(clock.now())
    const due = { quiet: false }
    await this.#wake.wait(Math.min(untilCheck, untilDue), () => {
      due.quiet = untilCheck <= untilDue
    })
    if (due.quiet && !this.#lost && this.#ending === 'no') await this.#checkConnection()
  }

  /** Asks the module: the line that says that a connection has ended can get lost. */
  async #checkConnection(): Promise<void> {
    const { attempt, modem } = this.#parts
    if (this.#isOver) return
    try {
      if (!(await attempt.isConnected(modem))) this.#lost ??= new ConnectionLostError('unnoticed')
    } catch (thrown) {
      this.#lost ??= errorOf(thrown)
    }
  }
}
