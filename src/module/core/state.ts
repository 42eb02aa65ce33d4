import type { RandomState } from '../../io/runtime/random.ts'
import type { CellularState } from './cellular-state.ts'
import type { InjectedDefect } from './injected-defect.ts'
import type { LineSettings, LineState } from './line-state.ts'
import type { ServiceState } from './service-state.ts'

export type * from './cellular-state.ts'
export type * from './line-state.ts'
export type * from './service-state.ts'

/** Everything that the module knows. Plain data: it may be stored, compared and continued from anywhere. */
export interface ModuleState {
  readonly lines: readonly LineState[]
  readonly service: ServiceState
  readonly cellular: CellularState
  readonly nonVolatile: NonVolatile
  /** What faults make it do wrong; empty without faults. */
  readonly defects: readonly InjectedDefect[]
  readonly schedule: Schedule
  /** Source of the jitter of response times. */
  readonly random: RandomState
  /** Names that a warning was logged for. */
  readonly unknownCommands: readonly string[]
}

/** What outlives every reset and power-off, beside certificates and PDP contexts. */
export interface NonVolatile {
  readonly imei: string
  /** `+CTZU` */
  readonly zoneUpdate: number
  /** What `AT&W` stored. */
  readonly lineSettings?: LineSettings
}

/** What happens later without another input. */
export interface Schedule {
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
  /** The profile's boot line with this index. */
  | { readonly kind: 'bootLine'; readonly index: number }
  | { readonly kind: 'registered' }
  /** What a network loss prints, before the end of a life. */
  | { readonly kind: 'networkLoss' }
  | { readonly kind: 'restart' }
  | { readonly kind: 'down' }
