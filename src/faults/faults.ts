import type { FaultyDialer } from '../io/net/faulty-dialer.ts'
import { seededRandom } from '../io/runtime/random.ts'
import type { Clock, Log } from '../io/runtime/runtime.ts'
import type { ByteStream } from '../io/stream.ts'
import { type FaultyStream, type FlowDirection, faulty } from '../io/wrappers/faulty.ts'
import type { Tap } from '../io/wrappers/tap.ts'
import type { InjectedDefect, Module } from '../module/public.ts'
import { findFault } from './catalogue/catalogue.ts'
import { CommandWatch, fitsGlob } from './command-watch.ts'
import type { Fault } from './fault.ts'
import { type FaultListener, type FaultRecord, FaultRecords, type WaitingFault } from './fault-records.ts'
import { Holds } from './holds.ts'
import { FaultError, readParams } from './params.ts'
import { type FaultHost, type FaultyLine, RunningFault } from './running-fault.ts'

export interface FaultsOptions {
  readonly clock: Clock
  readonly log: Log
  /** A 32-bit integer: the same one gives the same faults. */
  readonly seed: number
  /** The one that the module was given. */
  readonly dialer: FaultyDialer
}

/** How long a fault lasts that does not end by itself; nothing given: until it is stopped. */
export interface FaultDuration {
  readonly forMs?: number | undefined
  /** It ends before the next command line after so many. */
  readonly forCommands?: number | undefined
}

export interface ActiveFault {
  readonly id: number
  readonly name: string
  readonly params: Readonly<Record<string, unknown>>
  /** Of the clock. */
  readonly startedMs: number
}

/** `ends`: it ends faults, so it is called before the others, which may start the same fault again. */
interface CommandListener {
  readonly tell: (command: string) => void
  readonly ends: boolean
}

interface CheckedFault {
  readonly fault: Fault
  readonly values: Readonly<Record<string, unknown>>
}

/** A fault that waits for a command. */
interface ArmedFault {
  readonly id: number
  readonly name: string
  readonly disarm: () => void
}

/** So many run at once: each looks at every byte or command. */
const mostFaults = 1000

/** Named faults of one module: started, listed, stopped. */
export class Faults implements FaultHost {
  readonly module: Module
  readonly dialer: FaultyDialer
  readonly clock: Clock
  readonly seed: number
  readonly holds = new Holds()
  readonly #records = new FaultRecords()
  readonly #log: Log
  readonly #lines: FaultyLine[] = []
  readonly #running: RunningFault[] = []
  readonly #armed: ArmedFault[] = []
  readonly #defects: { readonly defect: InjectedDefect }[] = []
  readonly #commandListeners = new Set<CommandListener>()
  readonly #watches: (() => void)[] = []
  readonly #lineRules = new Set<{ readonly rule: (line: FaultyLine) => void }>()
  #started = 0

  constructor(module: Module, { clock, log, seed, dialer }: FaultsOptions) {
    this.module = module
    this.clock = clock
    this.#log = log
    this.seed = seed
    this.dialer = dialer
  }

  /** Makes a stream a line of the module that faults can be put into. Returns the line's number. */
  attach(stream: ByteStream, name: string): number {
    const tampered: FaultyStream = faulty(stream)
    const line = { name, stream: tampered, id: this.module.attach(tampered, name) }
    this.#lines.push(line)
    if (this.#commandListeners.size > 0) this.#watch(line)
    for (const { rule } of this.#lineRules) rule(line)
    for (const running of this.#running) running.lineCame(line)
    return line.id
  }

  /** Takes a line away; its stream stays open, and what faults do to it ends with them. */
  detach(line: number): void {
    this.module.detach(line)
    const index = this.#lines.findIndex(({ id }) => id === line)
    if (index >= 0) this.#lines.splice(index, 1)
  }

  /** Starts a fault and returns its number; `waited`: as which it waited. Throws a `FaultError` on an unknown name or parameter. */
  start(
    name: string,
    params: Readonly<Record<string, unknown>> = {},
    span: FaultDuration = {},
    waited?: WaitingFault,
  ): number {
    const checked = this.#checked(name, params)
    return this.#begin(++this.#started, checked, span, waited)
  }

  /**
   * Starts a fault once, before the next command line that fits a glob, such as `AT+CMQTTPUB*`; that line is the first of
   * `forCommands`. Returns its number. Throws a `FaultError` as `start` does.
   */
  startAtCommand(
    glob: string,
    name: string,
    params: Readonly<Record<string, unknown>> = {},
    { forMs, forCommands }: FaultDuration = {},
  ): number {
    const checked = this.#checked(name, params)
    const id = ++this.#started
    const waited = this.waits(name, glob)
    const span = { forMs, forCommands: forCommands === undefined ? undefined : forCommands - 1 }
    const disarm = this.onCommand((command) => {
      if (!fitsGlob(command, glob) || !this.#armed.includes(armed)) return
      // While this listener is there, the watch on the line that passes now stays the same.
      this.#begin(id, checked, span, waited)
      this.#disarm(armed)
    })
    const armed = { id, name, disarm }
    this.#armed.push(armed)
    return id
  }

  #checked(name: string, params: Readonly<Record<string, unknown>>): CheckedFault {
    const fault = findFault(name)
    const values = readParams(name, fault.params, params)
    this.#checkLine(values.line)
    if (this.#running.length + this.#armed.length >= mostFaults)
      throw new FaultError(`There are ${mostFaults} faults already: end one of them first.`)
    return { fault, values }
  }

  #begin(id: number, { fault, values }: CheckedFault, span: FaultDuration, waited: WaitingFault | undefined): number {
    const running = new RunningFault(this, id, fault, values, this.#randomOf(id), (ended) => this.#forget(ended))
    this.#running.push(running)
    this.#records.started(running, waited)
    this.#log.log('info', 'fault started', { fault: fault.name, id, params: values })
    running.begin()
    if (!running.over) this.#limit(running, span)
    return id
  }

  /** Ends a fault by its number, or all of a name, also one that still waits for a command; how many there were. */
  stop(which: string | number): number {
    const found = this.#running.filter(({ id, fault }) => which === id || which === fault.name)
    const waiting = this.#armed.filter(({ id, name }) => which === id || which === name)
    for (const armed of waiting) this.#disarm(armed)
    for (const running of found) running.stop()
    return found.length + waiting.length
  }

  /** How many there were. */
  stopAll(): number {
    const count = this.#running.length + this.#armed.length
    for (const armed of [...this.#armed]) this.#disarm(armed)
    for (const running of [...this.#running].reverse()) running.stop()
    return count
  }

  #disarm(armed: ArmedFault): void {
    armed.disarm()
    this.#armed.splice(this.#armed.indexOf(armed), 1)
  }

  /** Ends all, and forgets what there was; those that follow have the numbers, and the chance, of the first ones. */
  fresh(): void {
    this.stopAll()
    this.#started = 0
    this.#records.forget()
  }

  /** Notes that a fault is to start later, at what `at` says. */
  waits(name: string, at: string): WaitingFault {
    return this.#records.waits(name, at)
  }

  /** What became of those that were asked for since the start, or since `fresh`; the last thousand. */
  records(): readonly FaultRecord[] {
    return this.#records.all()
  }

  /** Tells of each that starts and ends. The returned function ends it. */
  watch(listener: FaultListener): () => void {
    return this.#records.watch(listener)
  }

  /** The faults that are active, the oldest first. */
  active(): readonly ActiveFault[] {
    return this.#running.map(({ id, fault, values, startedMs }) => ({
      id,
      name: fault.name,
      params: values,
      startedMs,
    }))
  }

  /** Calls with each command line, without its CR, before the module gets it. The returned function ends it. */
  onCommand(tell: CommandListener['tell'], ends = false): () => void {
    const entry = { tell, ends }
    this.#commandListeners.add(entry)
    if (this.#commandListeners.size === 1) for (const line of this.#lines) this.#watch(line)
    return () => {
      this.#commandListeners.delete(entry)
      if (this.#commandListeners.size === 0) for (const unwatch of this.#watches.splice(0)) unwatch()
    }
  }

  /** Puts a tap into every line that there is and will be. The returned function takes them out. */
  tapLines(direction: FlowDirection, make: () => Tap): () => void {
    const undo: (() => void)[] = []
    const entry = { rule: ({ stream }: FaultyLine) => void undo.push(stream.tap(direction, make())) }
    this.#lineRules.add(entry)
    for (const line of this.#lines) entry.rule(line)
    return () => {
      this.#lineRules.delete(entry)
      for (const takeOut of undo) takeOut()
    }
  }

  lines(): readonly FaultyLine[] {
    return this.#lines
  }

  injectDefect(defect: InjectedDefect): () => void {
    const entry = { defect }
    this.#defects.push(entry)
    this.#setDefects()
    return () => {
      this.#defects.splice(this.#defects.indexOf(entry), 1)
      this.#setDefects()
    }
  }

  #setDefects(): void {
    this.module.injectDefect(this.#defects.map(({ defect }) => defect))
  }

  /** Each fault has its own random source, so that other faults do not change its numbers. */
  #randomOf(id: number) {
    return seededRandom((this.seed ^ Math.imul(id, 0x9e3779b1)) | 0)
  }

  #checkLine(line: unknown): void {
    if (line === undefined || this.#lines.some(({ name }) => name === line)) return
    const names = this.#lines.map(({ name }) => JSON.stringify(name)).join(', ')
    throw new FaultError(`There is no line ${JSON.stringify(line)}: there is ${names || 'none'}.`)
  }

  #limit(running: RunningFault, { forMs, forCommands }: FaultDuration): void {
    if (forMs !== undefined) running.after(forMs, () => running.stop())
    if (forCommands === undefined) return
    let left = forCommands
    running.onStop(
      this.onCommand(() => {
        if (left-- === 0) running.stop()
      }, true),
    )
  }

  #forget(running: RunningFault): void {
    this.#running.splice(this.#running.indexOf(running), 1)
    this.#records.ended(running, this.clock.now())
    this.#log.log('info', 'fault ended', { fault: running.fault.name, id: running.id })
  }

  #watch({ id, stream }: FaultyLine): void {
    const tell = (command: string): void => {
      const listeners = [...this.#commandListeners]
      for (const listener of listeners) if (listener.ends) listener.tell(command)
      for (const listener of listeners) if (!listener.ends) listener.tell(command)
    }
    this.#watches.push(stream.tap('in', new CommandWatch(this.module, id, tell)))
  }
}
