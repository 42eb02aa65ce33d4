import type { FaultyConnection, FaultyDialer } from '../io/net/faulty-dialer.ts'
import type { Clock, Random } from '../io/runtime/runtime.ts'
import type { FaultyStream, FlowDirection } from '../io/wrappers/faulty.ts'
import type { Tap } from '../io/wrappers/tap.ts'
import type { InjectedDefect, Module } from '../module/public.ts'
import type { Fault, FaultContext, LineView } from './fault.ts'
import type { Holds, Setting } from './holds.ts'
import { actsIn, WatchedTap, watchedDialer } from './touched.ts'

/** A line of the module that faults can be put into. */
export interface FaultyLine extends LineView {
  readonly stream: FaultyStream
}

/** What running faults share. */
export interface FaultHost {
  readonly module: Module
  readonly dialer: FaultyDialer
  readonly clock: Clock
  lines(): readonly FaultyLine[]
  /** The returned function takes it back. */
  injectDefect(defect: InjectedDefect): () => void
  readonly holds: Holds
}

/** A fault that was started. */
export class RunningFault implements FaultContext {
  readonly id: number
  readonly fault: Fault
  readonly values: Readonly<Record<string, unknown>>
  readonly startedMs: number
  readonly random: Random
  over = false
  #touched = false
  /** It asked for the connections: without one it touches nothing. */
  #dialed = false
  readonly #taps: WatchedTap[] = []
  readonly #host: FaultHost
  readonly #ended: (running: RunningFault) => void
  readonly #undo: (() => void)[] = []
  readonly #lineRules: ((line: FaultyLine) => void)[] = []

  constructor(
    host: FaultHost,
    id: number,
    fault: Fault,
    values: Readonly<Record<string, unknown>>,
    random: Random,
    ended: (running: RunningFault) => void,
  ) {
    this.#host = host
    this.id = id
    this.fault = fault
    this.values = values
    this.random = random
    this.startedMs = host.clock.now()
    this.#ended = ended
  }

  get module(): Module {
    return this.#host.module
  }
  get dialer(): FaultyDialer {
    this.#dialed = true
    return watchedDialer(this.#host.dialer, this.#touch)
  }
  get clock(): Clock {
    return this.#host.clock
  }

  /** Whether anything was otherwise because of it. */
  get touched(): boolean {
    return this.#touched || this.#taps.some(({ keeps }) => keeps)
  }

  readonly #touch = (): void => {
    this.#touched = true
  }

  begin(): void {
    this.fault.start(this, this.values as never)
    // What was over at once has acted on the module itself.
    if (this.over && !this.#dialed) this.#touch()
  }

  /** Takes back everything, the newest first. */
  stop(): void {
    if (this.over) return
    this.over = true
    for (let undo = this.#undo.pop(); undo; undo = this.#undo.pop()) undo()
    this.#ended(this)
  }

  /** A line that came after the fault. */
  lineCame(line: FaultyLine): void {
    for (const rule of this.#lineRules) rule(line)
  }

  readonly end = (): void => this.stop()

  readonly onStop = (undo: () => void): void => {
    this.#undo.push(undo)
  }

  readonly after = (delayMs: number, callback: () => void): void => {
    const cancel = this.clock.after(delayMs, () => {
      this.#forget(cancel)
      callback()
    })
    this.onStop(cancel)
  }

  readonly injectDefect = (defect: InjectedDefect): (() => void) => {
    this.onStop(this.module.observeSteps((step) => this.#touched || (actsIn(defect, step) && this.#touch())))
    return this.#undoable(this.#host.injectDefect(defect))
  }

  readonly hold = <T>(setting: Setting<T>, value: T): (() => void) => {
    this.#touch()
    return this.#undoable(this.#host.holds.hold(setting, value))
  }

  readonly inject = (name: string | undefined, direction: FlowDirection, bytes: Uint8Array): void => {
    for (const line of this.#host.lines()) {
      if (name !== undefined && name !== line.name) continue
      this.#touch()
      line.stream.inject(direction, bytes)
    }
  }

  readonly tapLines = (name: string | undefined, direction: FlowDirection, make: (line: LineView) => Tap): void => {
    const rule = (line: FaultyLine): void => {
      if (name === undefined || name === line.name)
        this.#tap(
          () => make(line),
          (tap) => line.stream.tap(direction, tap),
        )
    }
    this.#lineRules.push(rule)
    for (const line of this.#host.lines()) rule(line)
  }

  readonly tapConnections = (direction: FlowDirection, make: (link: FaultyConnection) => Tap): void => {
    const rule = (link: FaultyConnection): void =>
      this.#tap(
        () => make(link),
        (tap) => link.tap(direction, tap),
      )
    this.onStop(this.dialer.onConnection(rule))
    for (const link of this.dialer.connections()) rule(link)
  }

  /** Undone at the end, or before it by the returned function. */
  #undoable(undo: () => void): () => void {
    this.onStop(undo)
    return () => {
      if (this.#forget(undo)) undo()
    }
  }

  /** Effects that have ended by themselves need not be undone. */
  #forget(undo: () => void): boolean {
    const index = this.#undo.lastIndexOf(undo)
    if (index >= 0) this.#undo.splice(index, 1)
    return index >= 0
  }

  /** Takes the tap out last: what its maker gives to `onStop` runs while the tap is still in place. */
  #tap(make: () => Tap, put: (tap: Tap) => () => void): void {
    let takeOut = (): void => {}
    this.onStop(() => takeOut())
    const tap = new WatchedTap(make(), this.#touch)
    this.#taps.push(tap)
    takeOut = put(tap)
  }
}
