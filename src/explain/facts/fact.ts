import type { FormKind } from '../../at/syntax/parse-line.ts'
import type { LogSide } from '../readers/reader.ts'
import type { CommandAnswer, Misuse, ModelVerdict } from './verdict.ts'

/** A row of the log as a finding quotes it. */
export interface QuotedRow {
  readonly row: number
  readonly side: LogSide
  /** One character a byte. */
  readonly text: string
}

/** What a log tells of the MQTT service of its module. `unknown`: it began before the log. */
export interface BelievedState {
  readonly service: 'unknown' | 'stopped' | 'started'
  readonly clients: readonly [BelievedClient, BelievedClient]
}

export interface BelievedClient {
  readonly state: 'unknown' | 'free' | 'acquired' | 'connecting' | 'connected'
  readonly topic: boolean
  readonly payload: boolean
  /** A PUB, SUB or UNSUB that has no result yet. */
  readonly pending: boolean
}

interface FactBase {
  /** The rows that it stands on, in order. */
  readonly rows: readonly QuotedRow[]
  /** The log's own time of the last of them. */
  readonly ms?: number
  /** Counts the facts of a log: which was complete first. */
  readonly at: number
  /** The count when it began; none: it has one row. */
  readonly from?: number
}

/** How a response ended. `none`: nothing came before the next command, or the end of the log. */
export type ExchangeEnding = 'ok' | 'error' | 'cme' | 'cms' | 'other' | 'none'

/** A command and its response. */
export interface Exchange extends FactBase {
  readonly kind: 'exchange'
  /** Upper case, as in the definitions: `+CMQTTPUB`, `E`. `AT` alone: ''. */
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
  /** How the host ended the line, where the log shows it. */
  readonly lineEnd?: 'cr' | 'lf' | 'crlf' | 'none'
  /** Bytes that its prompt asked for; none: no prompt. */
  readonly wanted?: number
  readonly prompted: boolean
  /** Bytes of data that the log shows. */
  readonly got: number
  /** From the command to its end. */
  readonly tookMs?: number
  /** It is the last command of the log: an answer may have been cut off. */
  readonly last: boolean
  /** The log tells that its host has gone behind it, or that it is over: nothing was cut off. */
  readonly ended?: true
  /** Data came though no prompt had come. */
  readonly blind?: true
  /** What the log tells of the module before it; of refused commands. */
  readonly believed?: BelievedState
}

/** `+CMQTTCONNECT: 0,32`, `+NETOPEN: 1`. */
export interface ResultFact extends FactBase {
  readonly kind: 'result'
  readonly name: string
  readonly client?: number
  readonly code: number
  readonly believed?: BelievedState
  /** Since its command. */
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
  /** The host restarted the module, or itself, since the start before. */
  readonly asked: boolean
  /** Since the start before. */
  readonly sinceMs?: number
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

/** A line that is neither text nor a reply: bytes that were mangled. */
export interface GarbledFact extends FactBase {
  readonly kind: 'garbled'
  readonly text: string
}

/** A line that is nearly something that a module says. */
export interface MangledFact extends FactBase {
  readonly kind: 'mangled'
  readonly text: string
  readonly meant: string
  readonly how: 'lost' | 'changed' | 'added'
}

/** A received message. */
export interface MessageFact extends FactBase {
  readonly kind: 'message'
  readonly topicLength: number
  readonly payloadLength: number
  /** RXEND has come. */
  readonly complete: boolean
  /** A command line stands in it. */
  readonly holdsCommand: boolean
  readonly text: string
}

/** A final result that no command waits for. */
export interface StrayFact extends FactBase {
  readonly kind: 'stray'
  readonly text: string
}

/** A CONNECT, with all that the log tells of its settings. */
export interface AttemptFact extends FactBase {
  readonly kind: 'attempt'
  readonly client: number
  /** Of `tcp://`; without one: ''. */
  readonly scheme: string
  readonly host: string
  readonly port: number
  /** `<server_type>` of ACCQ; none: the log does not show it. */
  readonly tls?: boolean
  /** By name in lower case, what AT+CSSLCFG has set for its SSL context. */
  readonly ssl: Readonly<Record<string, string>>
  readonly keepAlive?: number
  readonly user?: string
  readonly hasPassword: boolean
  readonly clientId?: string
  /** Of CFG `version`, or ACCQ. */
  readonly version?: string
  readonly line: string
  /** `<err>`; `ok`; a bare `ERROR`; none: the log does not show how it ended. */
  readonly outcome: number | 'ok' | 'ERROR' | 'none'
  /** From the command to its result. */
  readonly tookMs?: number
}

/** A command that was refused, as the model of the module sees it. */
export interface JudgedFact extends FactBase {
  readonly kind: 'judged'
  readonly name: string
  readonly exchange: Exchange
  readonly answer: CommandAnswer
  /** What is wrong with the line itself. */
  readonly misuse?: Misuse
  /** A module of another family takes the line. */
  readonly otherFamily: boolean
  /** In which situation a module answers so; of commands of the MQTT service. */
  readonly verdict?: ModelVerdict
}

export type Fact =
  | Exchange
  | ResultFact
  | ValueFact
  | BootFact
  | PrintFact
  | HostBootFact
  | GarbledFact
  | StrayFact
  | MangledFact
  | MessageFact
  | AttemptFact
  | JudgedFact
export type FactKind = Fact['kind']
export type FactOf<K extends FactKind> = Extract<Fact, { readonly kind: K }>
