import type { Profile } from '../at/profiles/profile.ts'
import { EventFeed, type OperationContext, operations, type StateView, viewState } from '../control/public.ts'
import type { ActiveFault, FaultDuration, Faults } from '../faults/public.ts'
import { nodeClock } from '../io/runtime/clock-node.ts'
import type { ByteStream } from '../io/stream.ts'
import type { LossOptions, Module, RadioChange, SimAction } from '../module/public.ts'
import type { AttachedStream } from './attached-stream.ts'
import { EventQueue, type StreamedEvent } from './event-queue.ts'
import { UsageError } from './usage-error.ts'

/** Where a module is reached; what was not asked for is undefined. */
export interface ModuleAddresses {
  /** A path, such as `/tmp/ttyAT0`. */
  readonly pty?: string | undefined
  /** `127.0.0.1:7672` */
  readonly tcp?: string | undefined
  /** `mqtt://127.0.0.1:1883` */
  readonly broker?: string | undefined
  /** `mqtts://127.0.0.1:8883` */
  readonly brokerTls?: string | undefined
  /** `127.0.0.1:7673` */
  readonly control?: string | undefined
  /** The file of the root certificate of the embedded broker's authority. */
  readonly ca?: string | undefined
  /** The folder with the module's certificates. */
  readonly state: string
  /** Of all that is random: given again, it makes the same faults. */
  readonly seed: number
}

interface Parts extends ModuleAddresses {
  readonly profile: Profile
  readonly notes: readonly string[]
  readonly module: Module
  readonly faults: Faults
  readonly fresh: () => void
  readonly attach: (stream: ByteStream, name: string) => AttachedStream
  readonly inputEnded: Promise<void> | undefined
  readonly close: () => Promise<void>
}

/**
 * A module that runs, with its lines, its broker and its control port. The methods are the operations of the control port
 * (docs/reference/control.md), with the same words; what they do not allow is a `UsageError`.
 */
export class RunningModule implements ModuleAddresses {
  readonly pty: string | undefined
  readonly tcp: string | undefined
  readonly broker: string | undefined
  readonly brokerTls: string | undefined
  readonly control: string | undefined
  readonly ca: string | undefined
  readonly state: string
  readonly seed: number
  readonly profile: Profile
  /** Sentences for whoever started it: defaults that were taken, ports that other machines reach. */
  readonly notes: readonly string[]
  /** With `stdio`: fulfilled when standard input has ended and everything typed has been answered. */
  readonly inputEnded: Promise<void> | undefined
  readonly #parts: Parts
  readonly #feed: EventFeed
  readonly #queues = new Set<EventQueue>()
  #closing: Promise<void> | undefined

  /** @internal `startModule` makes it. */
  constructor(parts: Parts) {
    this.pty = parts.pty
    this.tcp = parts.tcp
    this.broker = parts.broker
    this.brokerTls = parts.brokerTls
    this.control = parts.control
    this.ca = parts.ca
    this.state = parts.state
    this.seed = parts.seed
    this.profile = parts.profile
    this.notes = parts.notes
    this.inputEnded = parts.inputEnded
    this.#parts = parts
    this.#feed = new EventFeed(parts.module, nodeClock)
  }

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

  /** Starts a fault of the catalogue and returns its number. */
  fault(name: string, params: Readonly<Record<string, unknown>> = {}, duration: FaultDuration = {}): number {
    return this.#do('fault', { name, params, ...duration }).id as number
  }

  /** Ends a fault by its number, all of a name, or all (`'all'`); returns how many there were. */
  endFault(fault: number | string): number {
    return this.#do('endFault', { fault }).ended as number
  }

  /** The faults that are active, the oldest first. */
  faults(): readonly ActiveFault[] {
    return this.#parts.faults.active()
  }

  /** As a power cut and a new start. */
  reset(options: LossOptions = {}): void {
    this.#do('reset', { ...options })
  }

  /** As if it had been closed and started again at the same addresses: nothing that happened since the start is left. */
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
    const unwatch = this.#feed.watch((event) => queue.push(event))
    if (this.#closing) queue.end()
    else this.#queues.add(queue)
    return queue
  }

  /** What the module knows, as JSON: bytes escaped, no passwords. */
  snapshot(): StateView {
    return viewState(this.#parts.module.state())
  }

  /** Makes a byte stream one more line of the module, such as the `accepted` end of a `memoryLine()` of `atmqtt/driver`. */
  attach(stream: ByteStream, name: string): void {
    this.#parts.attach(stream, name)
  }

  /** Ends everything that was started: lines, broker, control port, files. A second call waits for the first. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    await this.#parts.close()
    for (const queue of this.#queues) queue.end()
    this.#queues.clear()
  }

  #do(name: string, request: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    const context: OperationContext = { ...this.#parts, streamEvents() {} }
    const reply = operations[name]!.perform(context, withoutUndefined(request))
    if (!reply.ok) throw new UsageError(reply.error)
    return reply
  }
}

const withoutUndefined = (request: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined))
