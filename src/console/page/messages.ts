import type { DeviceState } from '../device-state.ts'
import type { Ask, CommandHelp, FaultHelp, Hello, OperationHelp, TimelineRow } from '../protocol.ts'
import type { RowFilter } from './store/filter.ts'
import type { Rates } from './store/rates.ts'
import type { StoreFigures } from './store/row-store.ts'

/** Without its number. */
export type ServerQuestion = Ask extends infer Each ? (Each extends Ask ? Omit<Each, 'id'> : never) : never

/** From the page to its worker, which has the connection and the rows. */
export type ToWorker =
  | { readonly connect: { readonly url: string; readonly token: string } }
  /** A JSON array of frames that a server would send. */
  | { readonly file: string }
  | { readonly filter: RowFilter }
  /** Which rows are in view: from a place on, or the last ones. */
  | { readonly view: { readonly from: number | 'end'; readonly count: number } }
  | { readonly pause: boolean }
  | { readonly select: number | undefined }
  /** Selects a row and brings it into view. */
  | { readonly reveal: RowTarget }
  /** Answered by `answer` or `failure` with the same number. */
  | { readonly ask: ServerQuestion; readonly number: number }
  /** Rows that were given up, from the server again. */
  | { readonly earlier: true }
  /** Two files side by side, or one after the other. */
  | { readonly align: boolean }

/** A row by its number, at a time, at a place among those that are shown, or so many from the selected one. */
export type RowTarget =
  | { readonly seq: number }
  | { readonly t: number }
  | { readonly place: number }
  | { readonly step: number }
  /** The next finding, action or gap, or the one before. */
  | { readonly event: 1 | -1 }
  /** The next finding; behind the last one the first. */
  | { readonly finding: true }

export type ConnectionState = 'connecting' | 'open' | 'lost' | 'ended' | 'refused'

export interface Window {
  /** Place of the first row among those that are shown. */
  readonly from: number
  readonly rows: readonly TimelineRow[]
  /** In the place of `rows`, two files side by side. */
  readonly pairs?: readonly RowPair[]
  /** Among all that are kept. */
  readonly findings: number
  /** Places at which the two differ. */
  readonly differences: number
  /** Rows that can be scrolled to: all that are shown, or those until the pause. */
  readonly total: number
  readonly figures: StoreFigures
  /** Rows that came since the pause. */
  readonly held: number
  readonly lines: readonly string[]
  /** Earlier rows are with the server. */
  readonly hasEarlier: boolean
}

export interface RowPair {
  readonly left?: TimelineRow
  readonly right?: TimelineRow
  readonly same: boolean
}

export interface RowSelection {
  readonly row: TimelineRow
  /** In order of time, the row itself included. */
  readonly chain: readonly TimelineRow[]
  /** As the row has left it; undefined: not known any more. */
  readonly state: DeviceState | undefined
}

/** From the worker to the page. */
export type FromWorker =
  | { readonly connection: ConnectionState; readonly sentence?: string }
  | { readonly hello: Hello }
  | { readonly operations: readonly OperationHelp[] }
  | { readonly faults: readonly FaultHelp[] }
  | { readonly commands: readonly CommandHelp[] }
  | { readonly window: Window }
  /** As of the last row in the timeline, when it has changed. */
  | { readonly state: DeviceState }
  | { readonly selection: RowSelection | undefined }
  /** Where a row stands that was asked for. */
  | { readonly revealed: { readonly place: number; readonly seq: number } }
  | { readonly rates: Rates }
  | { readonly number: number; readonly answer: ServerAnswer }
  | { readonly number: number; readonly failure: string }

export interface ServerAnswer {
  readonly done: Readonly<Record<string, unknown>>
  /** All parts in one. */
  readonly parts: string
  readonly rows: readonly TimelineRow[]
}

/** Both included. */
export interface RowRange {
  readonly from: number
  readonly to: number
}
