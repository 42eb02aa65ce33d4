import type { FaultyConnection, FaultyDialer } from '../io/net/faulty-dialer.ts'
import type { Clock, Random } from '../io/runtime/runtime.ts'
import type { FlowDirection } from '../io/wrappers/faulty.ts'
import type { Tap } from '../io/wrappers/tap.ts'
import type { InjectedDefect, Module } from '../module/public.ts'
import type { ReportRow } from './catalogue/field-reports.ts'
import type { Setting } from './holds.ts'
import type { FaultParams, FaultValues } from './params.ts'

/** What a fault acts on. It undoes everything that it sets up in callbacks given to `onStop`. */
export interface FaultContext {
  readonly module: Module
  readonly dialer: FaultyDialer
  readonly clock: Clock
  /** Of this fault alone. */
  readonly random: Random
  /** Puts a tap into a direction of a line, or of all that there are and will be. */
  tapLines(line: string | undefined, direction: FlowDirection, make: (line: LineView) => Tap): void
  /** Puts a tap into every connection that there is and will be. */
  tapConnections(direction: FlowDirection, make: (link: FaultyConnection) => Tap): void
  /** Injects bytes into a line, or into all, that neither side has sent. */
  inject(line: string | undefined, direction: FlowDirection, bytes: Uint8Array): void
  /** The returned function takes it out before the fault ends. */
  injectDefect(defect: InjectedDefect): () => void
  /** Holds a setting of the module's environment; the returned function releases it before the fault ends. */
  hold<T>(setting: Setting<T>, value: T): () => void
  /** Calls back after a while, unless the fault has ended. */
  after(delayMs: number, callback: () => void): void
  onStop(undo: () => void): void
  /** Ends the fault from within. */
  end(): void
}

/** A line as a fault sees it. */
export interface LineView {
  readonly id: number
  readonly name: string
}

/** A fault: its description and what it does. */
export interface Fault<P extends FaultParams = FaultParams> {
  readonly name: string
  /** One sentence: the symptom that a host, or the module, sees. */
  readonly title: string
  readonly group: FaultGroup
  /** Reports from the field that it reproduces; none: none known. */
  readonly reports: readonly ReportRow[]
  readonly params: P
  /** `once`: it happens and is over. `until`: it lasts until it is stopped. */
  readonly lasts: 'once' | 'until'
  start(context: FaultContext, values: FaultValues<P>): void
}

export type FaultGroup = 'network' | 'connection' | 'server' | 'bytes' | 'response' | 'module' | 'device'

/** Keeps the types of the parameters. */
export const fault = <P extends FaultParams>(definition: Fault<P>): Fault => definition as unknown as Fault
