import type { AdvisedCause } from '../at/adviser.ts'
import type { PacketView } from '../control/public.ts'
import type { DeviceState } from './device-state.ts'

/**
 * What server and page of a console say to each other over `/stream`, one JSON object a frame, of 64 KiB at most. Times are
 * ms of one monotonic clock, with fractions; texts have one character a byte; secrets are `***` before there is a row.
 */
export const protocolVersion = 1
/** Bytes a frame may have, in both directions. */
export const maxFrameBytes = 65_536
/** There is a whole state every so many rows, and the changes between. */
export const snapshotEvery = 1000
/** A row carries so many of its bytes; the rest is asked for with `bytesOf`. */
export const maxRowBytes = 4096
/** Rows that are sent to who asks for none in particular. */
export const tailRows = 10_000

/** `view` sees; `drive` may also act. */
export type Role = 'view' | 'drive'

/** `at-in`, `mqtt-in`: into the module, from its host or its server. */
export type RowKind = TimelineRow['kind']

interface RowBase {
  /** Counts up from 1, without gaps. */
  readonly seq: number
  readonly t: number
  /** Rows that belong together have the same: command, prompt, data, packet, acknowledgement, result, URC. */
  readonly chain?: number
  /** Of two files side by side, which. */
  readonly file?: number
}

/** A command line, data behind a prompt, or a line or prompt of the module. */
export interface AtRow extends RowBase {
  readonly kind: 'at-in' | 'at-out'
  readonly line: string
  /** With its line end. At most `maxRowBytes`; what was secret is `***`. */
  readonly bytes: string
  /** Of the whole, where `bytes` is its beginning. */
  readonly length?: number
  /** `command` typed or echoed; `data` behind a prompt; `urc` unasked; `final`: the result code that ends a response; `result` comes later. */
  readonly part: 'command' | 'echo' | 'prompt' | 'data' | 'information' | 'final' | 'result' | 'urc'
  /** Of a command: a `result` follows its answer, unless that is an error. */
  readonly defers?: true
  readonly client?: number
}

/** An MQTT packet, or bytes that are none. */
export interface MqttRow extends RowBase {
  readonly kind: 'mqtt-in' | 'mqtt-out'
  /** Counts up with each connection that the module opens. */
  readonly connection: number
  readonly client?: number
  readonly bytes: string
  readonly length?: number
  /** Strings in it are cut as `bytes` is. None: the bytes are no MQTT. */
  readonly packet?: PacketView
}

/** Something was done to the module: from a page, the control port, a program, or a schedule of faults. */
export interface ActRow extends RowBase {
  readonly kind: 'act'
  /** An operation of the control port, `faultEnded`, `publish`, or `type`. */
  readonly op: string
  /** `fault socket-reset started` */
  readonly text: string
  readonly data?: Readonly<Record<string, unknown>>
}

/** A cause of what goes wrong, as `atmqtt explain` tells it. */
export interface FindingRow extends RowBase, AdvisedCause {
  readonly kind: 'finding'
  readonly line: string
  /** `+CMQTTSUB`: the last command among these rows, and its client. None: the line as a whole. */
  readonly command?: string
  readonly client?: number
  /** The rows on which it rests, by `seq`; those of long before are left out. */
  readonly rows?: readonly number[]
}

/** What has changed in the state before the next row: a JSON merge patch (RFC 7396). */
export interface StateRow extends RowBase {
  readonly kind: 'state'
  readonly patch: object
}

/** Rows that are not there (any more), `from` to `to`; its `seq` is `to`. */
export interface GapRow extends RowBase {
  readonly kind: 'gap'
  readonly from: number
  readonly to: number
  readonly why: string
}

/** A sentence about the console itself, or about a line that came or went. */
export interface NoteRow extends RowBase {
  readonly kind: 'note'
  readonly text: string
}

export type TimelineRow = AtRow | MqttRow | ActRow | FindingRow | StateRow | GapRow | NoteRow

/** The first message of a page. `after`: it has all rows up to that one of that run; null or 0: the last ones, or all. */
export interface Greeting {
  readonly token: string
  readonly run?: string
  readonly after: number | null
}

/** What follows. Each is answered with `done` or `error` of the same `id`; `parts` come before. */
export type Ask =
  /** Does an operation: of the control port, or one of `ConsoleOperation`. For `drive` only. */
  | { readonly id: number; readonly do: { readonly op: string; readonly [field: string]: unknown } }
  /** `done`: `StateAt`. */
  | { readonly id: number; readonly stateAt: number }
  /** `rows` of the same `id`, then `done`: `RowsDone`. */
  | { readonly id: number; readonly rowsFrom: number; readonly count: number }
  /** Of a row whose `length` says that there are more; `part`s, then `done`: {}. */
  | { readonly id: number; readonly bytesOf: number }
  /** `part`s of base64, then `done`: `ExportDone`. */
  | { readonly id: number; readonly export: ExportKind; readonly from: number; readonly to: number }
  /** What can follow the line that was typed so far. `done`: `CompletionReply`. */
  | { readonly id: number; readonly complete: string }
  /** Two files side by side. `part`s of JSON, then `done`: {}: together an array of `AlignedPair`. */
  | { readonly id: number; readonly align: true }

export type ExportKind = 'trace' | 'at' | 'pcapng' | 'report'

/** Operations beside those of the control port. */
export type ConsoleOperation =
  /** On a line of the console's own, `console`. With `end: 'none'` without the CR: data behind a prompt. */
  | { readonly op: 'type'; readonly text: string; readonly end?: 'cr' | 'none' }
  /** From the embedded broker to all that subscribe. */
  | {
      readonly op: 'publish'
      readonly topic: string
      readonly payload: string
      readonly qos?: 0 | 1 | 2
      readonly retain?: boolean
    }
  /** `done`: { topics: { topic, bytes, qos }[] }, those that the embedded broker keeps. */
  | { readonly op: 'retained' }

/** The state before row `seq` + 1. */
export interface StateAt {
  readonly seq: number
  readonly state: DeviceState
}

/** `first`: the oldest row that can still be had. */
export interface RowsDone {
  readonly first: number
  readonly last: number
}

export interface ExportDone {
  /** `atmqtt-1-200.at` */
  readonly name: string
  readonly type: string
}

export interface CompletionReply {
  readonly hits: readonly string[]
  /** The forms of the command, one a line. */
  readonly hint?: string
}

/** What two files have at the same place: rows of the first and of the second, by `seq`. */
export interface AlignedPair {
  readonly left?: number
  readonly right?: number
  readonly same: boolean
}

/** From the server; `rows`, `snapshot` and `ended` come unasked. */
export type ServerMessage =
  | { readonly hello: Hello }
  /** Behind `hello`: texts for actions, and definitions, in pieces. */
  | { readonly operations: readonly OperationHelp[] }
  | { readonly faults: readonly FaultHelp[] }
  | { readonly commands: readonly CommandHelp[] }
  | { readonly rows: readonly TimelineRow[]; readonly id?: number }
  | { readonly snapshot: StateAt }
  /** The module, or the recording, has ended: no more rows. The connection stays for questions. */
  | { readonly ended: string }
  | { readonly id: number; readonly part: string }
  | { readonly id: number; readonly done: object }
  | { readonly id: number; readonly error: string }
  /** The token is wrong, or a message was none: the connection ends. */
  | { readonly error: string }

export interface Hello {
  readonly protocol: typeof protocolVersion
  readonly role: Role
  /** Another one: another module, whose rows begin anew. */
  readonly run: string
  /** Of atmqtt. */
  readonly version: string
  /** None: of a real module that has not told. */
  readonly profile?: { readonly name: string; readonly model: string }
  readonly source: Source
  /** The date at which `t` was 0. */
  readonly clockStart: string
  /** Rows that can be had; 0: there is none. */
  readonly first: number
  readonly last: number
  /** There is an embedded broker to publish from. */
  readonly broker: boolean
}

/** `module`: a virtual one that runs; `line`: what a real one says; `file`: what was saved. */
export type Source =
  | { readonly kind: 'module' }
  | { readonly kind: 'line'; readonly name: string }
  | { readonly kind: 'file'; readonly names: readonly string[]; readonly shapes: readonly string[] }

/** An operation of the control port, for whoever makes a button of it. */
export interface OperationHelp {
  readonly op: string
  readonly title: string
  readonly fields: readonly FieldHelp[]
}

export interface FieldHelp {
  readonly name: string
  /** `it must be …` */
  readonly allowed: string
  readonly optional: boolean
  readonly words?: readonly string[]
}

export interface FaultHelp {
  readonly name: string
  readonly title: string
  readonly group: string
  /** It lasts until it is stopped. */
  readonly lasts: 'once' | 'until'
  readonly params: readonly FaultParamHelp[]
}

export interface FaultParamHelp {
  readonly name: string
  /** `whole number, 0–60000`; `boolean, true or false`; `"in", "out"` */
  readonly range: string
  /** What it is when it is not given; none: nothing. */
  readonly preset?: unknown
  /** With its unit. */
  readonly meaning: string
}

/** A command that the profile has. */
export interface CommandHelp {
  /** `+CMQTTPUB` */
  readonly name: string
  readonly title: string
  /** `AT+CMQTTPUB=<client_index>,<qos>,…` */
  readonly forms: readonly string[]
}
