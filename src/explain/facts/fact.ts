import type { FormKind } from '../../at/syntax/parse-line.ts'
import type { LogSide } from '../readers/reader.ts'

/** A row of the log as a finding quotes it. */
export interface QuotedRow {
  readonly row: number
  readonly side: LogSide
  /** One character a byte. */
  readonly text: string
}

interface FactBase {
  /** The rows that it stands on, in order. */
  readonly rows: readonly QuotedRow[]
  /** The log's own time of the last of them. */
  readonly ms?: number
  /** Counts the facts of a log: which came first. */
  readonly at: number
}

/** How a response ended. `none`: nothing came before the next command, or the end of the log. */
export type ExchangeEnding = 'ok' | 'error' | 'cme' | 'cms' | 'other' | 'none'

/** A command and its response. */
export interface Exchange extends FactBase {
  readonly kind: 'exchange'
  /** Upper case, as in the definitions: `+CMQTTPUB`, `E`. */
  readonly name: string
  readonly form: FormKind | 'unreadable'
  /** As typed, without quotes; an empty parameter is ''. */
  readonly args: readonly string[]
  /** The whole command line. */
  readonly line: string
  readonly ending: ExchangeEnding
  /** Of `+CME ERROR: 3`. */
  readonly code?: number
  /** Of `+CME ERROR: SIM failure`. */
  readonly words?: string
  /** Whether the module printed anything at all before the next command. */
  readonly heard: boolean
  readonly info: readonly string[]
  readonly echoed: boolean
  /** Bytes that its prompt asked for; none: no prompt. */
  readonly wanted?: number
  readonly prompted: boolean
  /** Bytes of data that the log shows. */
  readonly got: number
  /** From the command to its end. */
  readonly tookMs?: number
  /** Behind the last command of the log nothing is to be expected. */
  readonly last: boolean
}

/** `+CMQTTCONNECT: 0,32`, `+NETOPEN: 1`. */
export interface ResultFact extends FactBase {
  readonly kind: 'result'
  readonly name: string
  readonly client?: number
  readonly code: number
  /** From its command. */
  readonly afterMs?: number
}

/** `+CSQ: 99,99`: values of an information line, or of a URC. */
export interface ValueFact extends FactBase {
  readonly kind: 'value'
  readonly name: string
  /** Without quotes. */
  readonly values: readonly string[]
  readonly text: string
  /** It came unasked. */
  readonly urc: boolean
}

/** A line that a module prints when it starts. */
export interface BootFact extends FactBase {
  readonly kind: 'boot'
  readonly text: string
  /** The first line of a start. */
  readonly first: boolean
}

/** The host's own text, as far as a rule looks for it. */
export interface PrintFact extends FactBase {
  readonly kind: 'print'
  readonly text: string
}

/** The host itself started. */
export interface HostBootFact extends FactBase {
  readonly kind: 'hostBoot'
  readonly text: string
}

export type Fact = Exchange | ResultFact | ValueFact | BootFact | PrintFact | HostBootFact
export type FactKind = Fact['kind']
export type FactOf<K extends FactKind> = Extract<Fact, { readonly kind: K }>
