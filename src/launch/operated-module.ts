import type { Content } from '../at/commands/content.ts'
import type { Profile } from '../at/profiles/profile.ts'
import type { Broker } from '../broker/embedded-broker.ts'
import { EventFeed, type OperationContext, operations, type StateView, viewState } from '../control/public.ts'
import type { ActiveFault, FaultDuration, FaultRecord, Faults } from '../faults/public.ts'
import type { Clock } from '../io/runtime/runtime.ts'
import type { LossOptions, Module, RadioChange, SimAction } from '../module/public.ts'
import { EventQueue, type StreamedEvent } from './event-queue.ts'
import type { RunEvidence } from './evidence/run-evidence.ts'
import { UsageError } from './usage-error.ts'

/** When a fault starts, and how long it lasts. */
export interface FaultWhen extends FaultDuration {
  /** A glob: `AT+CMQTTPUB*`. */
  readonly onCommand?: string
}

/** What the operations act on. */
export interface OperatedParts {
  readonly profile: Profile
  readonly module: Module
  readonly faults: Faults
  readonly clock: Clock
  /** What events and snapshots leave out beside secrets. */
  readonly leftOut?: readonly Content[]
  /** Restores the module and what is around it. */
  readonly fresh: () => void
  /** None: it was not asked for. */
  readonly evidence: (() => RunEvidence) | undefined
  /** None: there is no embedded broker, or it can not be driven. */
  readonly embedded?: Broker | undefined
}

/**
 * A module with the operations of the control port (docs/reference/control.md) as methods, with the same words; what they
 * do not allow is a `UsageError`.
 */
export abstract class OperatedModule {
  readonly profile: Profile
  /** What `events()` and the trace are made from. */
  protected readonly feed: EventFeed
  /** @internal What a console shows and drives. */
  readonly operated: OperatedParts
  readonly #ends: (() => Promise<void> | void)[] = []
  readonly #queues = new Set<EventQueue>()
  #closing: Promise<void> | undefined

  constructor(operated: OperatedParts) {
    this.profile = operated.profile
    this.operated = operated
    this.feed = new EventFeed(operated.module, operated.clock, operated.leftOut)
  }

  /** @internal Called when the module is closed, before anything else. */
  whenClosing(end: () => Promise<void> | void): void {
    this.#ends.push(end)
  }

  /** Ends what the module is made of. */
  protected abstract shut(): Promise<void>

  /** `down`: no coverage. `silent`: registered, but nothing comes through. `announce`: servers are told of lost connections. */
  network(state: 'down' | 'up' | 'silent', options: LossOptions = {}): void {
    this.#do('network', { state, ...options })
  }

  /** `off`: a power cut. `on`: it boots. */
  power(state: 'on' | 'off', options: LossOptions = {}): void {
    this.#do('power', { state, ...options })
  }

  sim(state: SimAction, options: LossOptions = {}): void {
    this.#do('sim', { state, ...options })
  }

  /** Changes the signal, the admission, the refused APNs or the time zone; what is not named stays. */
  radio(change: RadioChange, options: LossOptions = {}): void {
    this.#do('radio', { ...change, ...options })
  }

  /** Prints CR LF *text* CR LF on every line that has a host. */
  urc(text: string): void {
    this.#do('urc', { text })
  }

  /** Starts a fault of the catalogue, with `onCommand` before the next command line that fits it; returns its number. */
  fault(name: string, params: Readonly<Record<string, unknown>> = {}, when: FaultWhen = {}): number {
    return this.#do('fault', { name, params, ...when }).id as number
  }

  /** Ends a fault by its number, all of a name, or all (`'all'`); returns how many there were. */
  endFault(fault: number | string): number {
    return this.#do('endFault', { fault }).ended as number
  }

  /** The faults that are active, the oldest first. */
  faults(): readonly ActiveFault[] {
    return this.operated.faults.active()
  }

  /** What became of the faults that were asked for since the start or `fresh()`: whether each started, and touched anything. */
  faultRecords(): readonly FaultRecord[] {
    return this.operated.faults.records()
  }

  /** As a power cut and a new start. */
  reset(options: LossOptions = {}): void {
    this.#do('reset', { ...options })
  }

  /** As if it had been closed and made again: nothing that happened since then is left. */
  fresh(): void {
    this.#do('fresh', {})
  }

  /**
   * What its lines and connections carry, decoded, secrets as `***`, from this call on. Up to 10,000 events wait to be
   * taken; then the oldest are dropped, and an event says how many. Ends with `close()`.
   */
  events(): AsyncIterableIterator<StreamedEvent> {
    const queue = new EventQueue(() => {
      unwatch()
      this.#queues.delete(queue)
    })
    const unwatch = this.feed.watch((event) => queue.push(event))
    if (this.#closing) queue.end()
    else this.#queues.add(queue)
    return queue
  }

  /**
   * Which behaviours the hosts relied on so far, by how they are known (docs/guide/evidence.md). A `UsageError` where
   * `evidence` was not among the options.
   */
  evidence(): RunEvidence {
    const { evidence } = this.operated
    if (!evidence) throw new UsageError('evidence() needs the option evidence: start the module with evidence: true.')
    return evidence()
  }

  /** What the module knows, as JSON: bytes escaped, no passwords. */
  snapshot(): StateView {
    return viewState(this.operated.module.state(), this.operated.leftOut)
  }

  /** Ends everything that belongs to it. A second call waits for the first. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    for (const end of this.#ends) await end()
    await this.shut()
    for (const queue of this.#queues) queue.end()
    this.#queues.clear()
  }

  #do(name: string, request: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    const context: OperationContext = { ...this.operated, streamEvents() {} }
    const reply = operations[name]!.perform(context, withoutUndefined(request))
    if (!reply.ok) throw new UsageError(reply.error)
    return reply
  }
}

const withoutUndefined = (request: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined))
