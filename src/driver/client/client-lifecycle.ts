import { textOf } from '../../at/syntax/bytes.ts'
import { RefusedError } from '../commands/errors.ts'
import type { Received } from '../protocol/answer.ts'
import { within } from '../protocol/wait.ts'
import { Attempt, type ConnectedClient } from './attempt.ts'
import type { Device, SlotOwner } from './device.ts'
import { DuplicateIdWatch } from './duplicate-id.ts'
import { ClientError, type ClientErrorCode, ConnectionLostError, errorOf } from './errors.ts'
import { type ClientLifecycleEvents, type ClientLifecycleState, isOver, takesWork } from './lifecycle-state.ts'
import type { ClientSettings } from './options/settings.ts'
import { Outbox, type Task } from './outbox.ts'
import { OverdueKinds } from './overdue-kinds.ts'
import { EarlyMessages } from './received-messages.ts'
import { afterFailure, backoff, failureCauseOf, freshRecovery, type RecoveryState } from './recovery.ts'
import { Subscriptions } from './subscribe.ts'
import { TaskLoop } from './task-loop.ts'
import { Wake } from './wake.ts'

/** A connection that lasted so long, in ms, resets the recovery. */
const heldMs = 30_000
/** How long `end` waits for what is on its way, for what can't be interrupted, and for DISC and REL, in ms. */
const drainMs = 30_000
const stopMs = 10_000
const leaveMs = 45_000

/** One client of the module, from its first attempt to its end: connects, recovers, ends. */
export class ClientLifecycle implements SlotOwner {
  readonly #device: Device
  readonly #settings: ClientSettings
  readonly #events: ClientLifecycleEvents
  readonly #outbox: Outbox
  readonly #subscriptions: Subscriptions
  readonly #overdue = new OverdueKinds()
  readonly #duplicateId: DuplicateIdWatch
  readonly #attempt: Attempt
  readonly #wanted: 0 | 1 | undefined
  readonly #wake: Wake
  #state: ClientLifecycleState = { kind: 'connecting', again: false }
  readonly #early = new EarlyMessages()
  #running: Promise<void> = Promise.resolve()
  /** What the module has lost while the client was being connected: it explains a bare ERROR. */
  #lostMeanwhile: Error | undefined
  /** A listener wants the next attempt at once. */
  #hurried = false

  constructor(device: Device, settings: ClientSettings, events: ClientLifecycleEvents, wanted?: 0 | 1) {
    const { clock } = device.options
    this.#device = device
    this.#settings = settings
    this.#events = events
    this.#outbox = new Outbox(clock, settings)
    this.#wake = new Wake(clock)
    this.#duplicateId = new DuplicateIdWatch(settings.clientId)
    device.take(this, wanted)
    this.#wanted = wanted
    this.#subscriptions = new Subscriptions(settings)
    const attemptEvents = {
      recovered: () => {
        this.#lostMeanwhile = undefined
      },
      ended: () => isOver(this.#state),
      warning: (code: ClientErrorCode, text: string) => events.warning(new ClientError(code, text)),
      acquired: () => {
        this.#early.ours = true
      },
    }
    this.#attempt = new Attempt(device, this, settings, attemptEvents, wanted)
  }

  get state(): ClientLifecycleState {
    return this.#state
  }

  /** Which of the module's two clients it is; undefined until the module has told which is free. */
  get index(): 0 | 1 | undefined {
    return this.#attempt.index
  }

  get connected(): boolean {
    return this.#state.kind === 'connected'
  }

  /** Tasks that wait. */
  get waiting(): number {
    return this.#outbox.size
  }

  start(): void {
    this.#running = this.#run()
  }

  /** After its end: begins again, and keeps what was subscribed to. */
  restart(): void {
    this.#device.take(this, this.#wanted)
    this.#early.forget()
    this.#outbox.reopen()
    this.#state = { kind: 'connecting', again: true }
    this.#events.reconnecting()
    this.start()
  }

  /** The next attempt is made now, if it waits for that. */
  hurry(): void {
    this.#hurried = this.#state.kind === 'waiting'
    this.#wake.now()
  }

  add(task: Task): void {
    if (!takesWork(this.#state)) return task.fail(this.#whyEnded())
    if (task.kind === 'publish' && task.qos === 0 && !this.connected && !this.#settings.queueQoSZero)
      return task.fail(new ClientError('offline', 'There is no connection, and queueQoSZero is off.'))
    this.#outbox.add(task)
  }

  /** Whether a filter is subscribed to, with at least this QoS. */
  subscribedTo(filter: string, qos: number): boolean {
    return (this.#subscriptions.filters.get(filter) ?? -1) >= qos
  }

  /** Disconnects and gives the module's client back. `force`: what waits is not done before. Bounded, and never rejects. */
  async finish(force: boolean): Promise<void> {
    const { clock } = this.#device.options
    const state = this.#state
    // Giving up releases the module's client, too: the device must not be closed before that is done.
    if (isOver(state)) return void (await within(clock, leaveMs, this.#running))
    if (state.kind === 'connected' && !force) {
      this.#state = { ...state, draining: true }
      state.connection.end('drain')
      await within(clock, drainMs, this.#running)
    }
    await this.#stop(force)
    this.#state = { kind: 'ended' }
  }

  message(message: Received): void {
    if (this.connected) this.#events.message(message)
    else this.#early.put(message)
  }

  warning(warning: ClientError): void {
    this.#events.warning(warning)
  }

  damaged(reason: string): void {
    this.#events.warning(
      new ClientError('damaged', `A message was damaged on the line and is not delivered: ${reason}.`),
    )
  }

  lost(error: Error): void {
    if (this.#state.kind === 'connected') this.#state.connection.lose(error)
    else this.#lostMeanwhile = error
  }

  unasked(text: string): void {
    if (this.#state.kind === 'connected') this.#state.connection.unasked(text)
  }

  late(name: string, code: number): void {
    if (name === '+CMQTTPUB' && code === 0) this.#outbox.acknowledgeLate()
  }

  end(): Promise<void> {
    return this.#events.end()
  }

  wantsFilter(filter: string): boolean {
    return [...this.#subscriptions.filters.keys()].some((name) => textOf(new TextEncoder().encode(name)) === filter)
  }

  async #run(): Promise<void> {
    for (let recovery = freshRecovery; !isOver(this.#state); ) {
      const { error, lastedMs } = await this.#once(recovery)
      if (error === undefined || isOver(this.#state)) return
      recovery = await this.#afterwards(error, lastedMs >= heldMs ? freshRecovery : recovery)
    }
  }

  /** One attempt, and the connection until its end. No error: `end` was called. */
  async #once({ action }: RecoveryState): Promise<{ readonly error?: Error; readonly lastedMs: number }> {
    const { clock } = this.#device.options
    let since = clock.now()
    try {
      const connected = await this.#attempt.run(action)
      since = clock.now()
      const error = await this.#connected(connected)
      return { ...(error && { error }), lastedMs: clock.now() - since }
    } catch (thrown) {
      return { error: (thrown instanceof RefusedError && this.#lostMeanwhile) || errorOf(thrown), lastedMs: 0 }
    }
  }

  async #connected({ modem, index }: ConnectedClient): Promise<Error | undefined> {
    if (isOver(this.#state)) return undefined
    const { clock, random } = this.#device.options
    const connection = new TaskLoop({
      ...{ modem, clock, random, index, attempt: this.#attempt, outbox: this.#outbox },
      ...{ subscriptions: this.#subscriptions, settings: this.#settings, overdue: this.#overdue },
      warn: (warning) => this.#events.warning(warning),
    })
    this.#state = { kind: 'connected', connection, draining: false }
    const since = clock.now()
    if (this.#settings.resubscribe) this.#resubscribe()
    this.#events.connected()
    for (const message of this.#early.take()) this.#events.message(message)
    const error = await connection.run()
    if (!error) return undefined
    const lastedMs = clock.now() - since
    const warning = this.#duplicateId.ended(error, lastedMs)
    if (warning) this.#events.warning(warning)
    return this.#duplicateId.named(error, lastedMs)
  }

  #resubscribe(): void {
    this.#outbox.drop((task) => task.kind === 'subscribe' && task.again)
    for (const [topic, qos] of [...this.#subscriptions.filters].reverse())
      this.#outbox.putBack({
        ...{ kind: 'subscribe', again: true, topic, qos, attempts: 0, done: () => {} },
        fail: (error) => this.#events.error(error),
      })
  }

  /** Emits what happened, and waits before the next attempt. */
  async #afterwards(error: Error, recovery: RecoveryState): Promise<RecoveryState> {
    const cause = failureCauseOf(error, this.#settings)
    const before = this.#state
    if (cause === 'fatal' || this.#settings.reconnectPeriod === 0) return this.#giveUp(error, recovery)
    // As with MQTT.js, `reconnecting` is not yet true in the first `error`. A listener may end the client.
    if (before.kind === 'connecting') this.#events.error(error)
    if (isOver(this.#state)) return recovery
    this.#state = { kind: 'waiting' }
    if (!(before.kind === 'connecting' && before.again)) this.#events.offline()
    this.#events.closed(error)
    const next = afterFailure(recovery, cause, {
      otherConnected: this.#device.otherConnected(this) || this.#attempt.strangerConnected,
      hasHardReset: this.#device.options.hardReset !== undefined,
    })
    const waitMs = backoff(next.failures, this.#settings, this.#device.options.random)
    if (!isOver(this.#state) && !this.#hurried) await this.#wake.wait(waitMs)
    this.#hurried = false
    if (isOver(this.#state)) return next
    this.#state = { kind: 'connecting', again: true }
    this.#events.reconnecting()
    return next
  }

  /** For a fatal failure, or when reconnecting is switched off. */
  async #giveUp(error: Error, recovery: RecoveryState): Promise<RecoveryState> {
    this.#state = { kind: 'ended', why: error }
    this.#outbox.close(error)
    if (!(error instanceof ConnectionLostError)) this.#events.error(error)
    this.#events.closed(error)
    await this.#leave(true)
    await this.#events.gaveUp()
    return recovery
  }

  async #stop(force: boolean): Promise<void> {
    const { clock } = this.#device.options
    const was = this.#state
    if (was.kind === 'connected') was.connection.end('stop')
    this.#state = { kind: 'ending' }
    this.#outbox.close(this.#whyEnded())
    this.#wake.now()
    await within(clock, stopMs, this.#running)
    await this.#leave(force)
  }

  /** Bounded: what is not released in time is cleared by who acquires the client next. */
  async #leave(force: boolean): Promise<void> {
    await within(this.#device.options.clock, leaveMs, this.#giveBack(force))
    this.#device.freeSlot(this)
  }

  async #giveBack(force: boolean): Promise<void> {
    const modem = this.#device.openModem
    if (modem && !modem.chat.closed) await this.#attempt.leave(modem, force)
    await this.#device.leave(this)
  }

  #whyEnded(): Error {
    const why = this.#state.kind === 'ended' ? this.#state.why : undefined
    return why ?? new ClientError('ended', 'The client has ended: connect again.')
  }
}
