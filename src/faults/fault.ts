import type { FaultyDialer, FaultyLink } from '../io/net/faulty-dialer.ts'
import type { Clock, Random } from '../io/runtime/runtime.ts'
import type { FlowDirection } from '../io/wrappers/faulty.ts'
import type { Tap } from '../io/wrappers/tap.ts'
import type { InjectedDefect, Module } from '../module/public.ts'
import type { ReportRow } from './catalogue/field-reports.ts'
import type { Setting } from './holds.ts'
import type { FaultParams, FaultValues } from './params.ts'

/** What a fault acts on. Everything that it sets up it also takes back, by what it gives to `onStop`. */
export interface FaultContext {
  readonly module: Module
  readonly dialer: FaultyDialer
  readonly clock: Clock
  /** Of this fault alone. */
  readonly random: Random
  /** Puts a tap into a direction of a line, or of all that there are and will be. */
  tapLines(line: string | undefined, direction: FlowDirection, make: (line: LineView) => Tap): void
  /** Puts a tap into every connection that there is and will be. */
  tapLinks(direction: FlowDirection, make: (link: FaultyLink) => Tap): void
  /** Bytes on a line, or on all, that nobody sent. */
  inject(line: string | undefined, direction: FlowDirection, bytes: Uint8Array): void
  injectDefect(defect: InjectedDefect): void
  /** Holds what is around the module in a state; the returned function lets go before the fault ends. */
  hold<T>(setting: Setting<T>, value: T): () => void
  /** Calls back after a while, unless the fault has ended. */
  after(delayMs: number, callback: () => void): void
  onStop(undo: () => void): void
  /** It has ended by itself. */
  end(): void
}

/** A line as a fault sees it. */
export interface LineView {
  readonly name: string
}

/** A fault: what there is to know of it, and how it acts. */
export interface Fault<P extends FaultParams = FaultParams> {
  readonly name: string
  /** One sentence: what a host, or the module, gets to see. */
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
