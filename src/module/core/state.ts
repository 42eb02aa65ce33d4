import type { BootLine } from '../../at/profiles/profile.ts'
import type { RandomState } from '../../io/runtime/random.ts'
import type { CellularState } from './cellular-state.ts'
import type { InjectedDefect } from './injected-defect.ts'
import type { LineSettings, LineState } from './line-state.ts'
import type { ServiceState } from './service-state.ts'

export type * from './cellular-state.ts'
export type * from './line-state.ts'
export type * from './service-state.ts'

/** The whole state of a module. Plain data: it can be stored, compared and continued anywhere. */
export interface ModuleState {
  readonly lines: readonly LineState[]
  readonly service: ServiceState
  readonly cellular: CellularState
  readonly nonVolatile: NonVolatile
  /** Injected by faults. */
  readonly defects: readonly InjectedDefect[]
  readonly schedule: ScheduleState
  /** Source of the jitter of response times. */
  readonly random: RandomState
  /** Names that a warning was logged for. */
  readonly unknownCommands: readonly string[]
}

/** Survives reset and power-off, like certificates and PDP contexts. */
export interface NonVolatile {
  readonly imei: string
  /** `+CTZU` */
  readonly zoneUpdate: number
  /** What `AT&W` stored. */
  readonly lineSettings?: LineSettings
}

/** What is to happen later. */
export interface ScheduleState {
  /** Soonest first. */
  readonly events: readonly ScheduledEvent[]
  /** URCs of the profile's replies that are still to come, the next one first. */
  readonly urcs: readonly { readonly at: number; readonly text: string }[]
}

export interface ScheduledEvent {
  readonly at: number
  readonly event: PowerEvent
}

export type PowerEvent =
  /** `last`: the module has started with it. */
  | { readonly kind: 'bootLine'; readonly line: BootLine; readonly last: boolean }
  | { readonly kind: 'registered' }
  /** The network is lost before a restart or power-off: URCs follow. */
  | { readonly kind: 'networkLoss' }
  | { readonly kind: 'restart' }
  | { readonly kind: 'down' }
