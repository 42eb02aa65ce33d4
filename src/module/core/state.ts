import type { ServerAddress } from '../../at/commands/server-address.ts'
import type { Scan } from '../../at/syntax/scan-line.ts'
import type { RandomState } from '../../io/runtime/random.ts'
import type { Qos, Version } from '../../mqtt/packet.ts'
import type { Operation, Session, StoredSession } from '../../mqtt/session.ts'
import type {
  LineSettings,
  ModuleSettings,
  Network,
  NonVolatile,
  Power,
  Radio,
  RealTimeClock,
  ScheduledEvent,
  Sim,
  Sockets,
} from '../cellular/state.ts'
import type { InjectedDefect } from './injected-defect.ts'

export type * from '../cellular/state.ts'

/** Everything that the module knows. Plain data: it may be stored, compared and continued from anywhere. */
export interface ModuleState {
  readonly power: Power
  readonly settings: ModuleSettings
  /** What is around the module: nothing that it does changes it. */
  readonly network: Network
  readonly sim: Sim
  readonly radio: Radio
  readonly sockets: Sockets
  readonly realTimeClock: RealTimeClock
  readonly nonVolatile: NonVolatile
  /** What happens by itself, soonest first. */
  readonly scheduled: readonly ScheduledEvent[]
  readonly service: Service
  /** The contexts 0–9 of `+CSSLCFG`. */
  readonly sslContexts: readonly SslContext[]
  /** MQTT sessions that outlive their connections, by client ID and server. */
  readonly sessions: Readonly<Record<string, StoredSession>>
  readonly lines: readonly LineState[]
  readonly nextConnection: number
  /** URCs of the profile's replies that are still to come, the next one first. */
  readonly laterUrcs: readonly { readonly at: number; readonly text: string }[]
  /** Names that a warning was logged for. */
  readonly unknownCommands: readonly string[]
  /** Where the jitter of response times stands. */
  readonly random: RandomState
  /** What faults make it do wrong; none in health. */
  readonly defects: readonly InjectedDefect[]
}

/** What `+CSSLCFG` sets. Files are names in the certificate store, empty while not set. */
export interface SslContext {
  /** 0 SSL 3.0, 1 TLS 1.0, 2 TLS 1.1, 3 TLS 1.2, 4 all. */
  readonly sslVersion: number
  /** 0 none, 1 server, 2 both, 3 client only. */
  readonly authMode: number
  /** 1: the dates of certificates are not checked. */
  readonly ignoreLocalTime: number
  /** Seconds. */
  readonly negotiateTime: number
  readonly caCert: string
  readonly clientCert: string
  readonly clientKey: string
  readonly password: string
  readonly enableSni: number
  readonly ignoreCertCn: number
  readonly useTickets: number
  /** IANA number; 0 or 0xFFFF: all. */
  readonly cipherSuites: number
}

export type Service =
  | { readonly kind: 'stopped' }
  | {
      readonly kind: 'started'
      readonly clients: readonly [ClientSlot, ClientSlot]
      readonly contexts?: ServiceContexts
    }

/** PDP contexts of the MQTT service; none: 1 for all. */
export interface ServiceContexts {
  /** That START activated. */
  readonly started: number
  /** Of CFG `cid`. */
  readonly common: number
  /** Of each client, as CFG `cid` and `scid` have set it. */
  readonly clients: readonly [number, number]
}

export type ClientSlot =
  | { readonly kind: 'free'; readonly sslContext?: number }
  | { readonly kind: 'acquired'; readonly acquired: AcquiredClient }
  | { readonly kind: 'connecting'; readonly acquired: AcquiredClient; readonly attempt: ConnectAttempt }
  | { readonly kind: 'connected'; readonly acquired: AcquiredClient; readonly connection: SlotConnection }
  | { readonly kind: 'disconnecting'; readonly acquired: AcquiredClient; readonly pendingDisconnect: PendingDisconnect }

/** What ACCQ brings and REL takes away. */
export interface AcquiredClient {
  readonly clientId: Uint8Array
  /** 0 TCP, 1 TLS. */
  readonly serverType: 0 | 1
  readonly config: Config
  readonly staged: Staged
  /** Filters that a server has acknowledged, oldest first. */
  readonly filters: readonly Uint8Array[]
  readonly sslContext?: number
  readonly topicInput?: TopicInput
}

/** What SUBTOPIC and UNSUBTOPIC keep for the short SUB and UNSUB, oldest first. */
export interface TopicInput {
  readonly subscribe: readonly { readonly filter: Uint8Array; readonly qos: Qos }[]
  readonly unsubscribe: readonly Uint8Array[]
}

export interface Config {
  readonly checkUtf8: 0 | 1
  /** Seconds. */
  readonly opTimeout: number
  readonly version: Version
  /** Topics as quoted parameters, messages as `+CMQTTRECV`. */
  readonly argTopic?: 0 | 1
  /** `+CMQTTRECV` shows the length of the payload. */
  readonly argLength?: 0 | 1
}

export interface Staged {
  readonly willTopic?: Uint8Array
  readonly willMessage?: { readonly payload: Uint8Array; readonly qos: Qos }
  readonly topic?: Uint8Array
  readonly payload?: Uint8Array
}

/** What CONNECT was given. */
export interface ConnectRequest {
  readonly address: ServerAddress
  /** Seconds. */
  readonly keepaliveTime: number
  readonly cleanSession: 0 | 1
  readonly userName?: Uint8Array
  readonly password?: Uint8Array
  /** The PDP context, when it is not that of the service. */
  readonly cid?: number
}

export interface ConnectAttempt {
  readonly connectionId: number
  readonly request: ConnectRequest
  /** The line that waits for the result. */
  readonly line: number
  /** There once TCP is up and CONNECT has gone out. */
  readonly session?: Session
}

export interface SlotConnection {
  readonly connectionId: number
  readonly request: ConnectRequest
  readonly session: Session
  /** The socket has more than it can send. */
  readonly congested: boolean
  readonly pending?: PendingOperation
}

/** A PUB, SUB or UNSUB that has no result yet. */
export interface PendingOperation {
  readonly command: string
  readonly line: number
  readonly operation: Operation
  /** 0 for a QoS 0 publish that waits for the socket. */
  readonly packetId: number
  /** Of a QoS 0 publish; for the others the session has it. */
  readonly deadline?: number
  readonly filters?: readonly Uint8Array[]
}

/** A DISC whose bytes wait for the socket. */
export interface PendingDisconnect {
  readonly connectionId: number
  readonly line: number
  readonly deadline: number
}

export interface LineState {
  readonly id: number
  readonly name: string
  /** Somebody has the line open. */
  readonly hasHost: boolean
  readonly settings: LineSettings
  /** `+IPR`, bit/s. */
  readonly speed: number
  readonly scan: Scan
  readonly mode: LineMode
  /** The last command line, for `A/`. */
  readonly last: Uint8Array
  /** Typed while a command was executed. */
  readonly typeAhead: Uint8Array
  /** URCs and deferred results that wait for a prompt or a command, oldest first. */
  readonly held: readonly HeldOutput[]
  readonly heldBytes: number
}

export interface HeldOutput {
  readonly bytes: Uint8Array
  readonly urc: boolean
}

export type LineMode =
  | { readonly kind: 'command' }
  /** A command waits for its final result; `line` from `next` on is run afterwards. */
  | { readonly kind: 'executing'; readonly line: Uint8Array; readonly next: number }
  /** A command takes its time; at `until` it is run, and answers. */
  | { readonly kind: 'working'; readonly until: number; readonly delayed: DelayedCommand }
  /** A prompt is open. */
  | {
      readonly kind: 'data'
      readonly call: PromptCall
      readonly wanted: number
      readonly got: Uint8Array
      /** When it gives up without another byte; null: never. */
      readonly deadline: number | null
      /** It has all its bytes and does not end. */
      readonly stuck?: true
    }

/** What is run when its time has come: `line` from `next` on, or a prompt's command with its data. */
export type DelayedCommand =
  | { readonly line: Uint8Array; readonly next: number }
  | { readonly call: PromptCall; readonly data: Uint8Array }

/** A write form that was accepted and waits for its data. */
export interface PromptCall {
  readonly command: string
  readonly form: string
  readonly values: Readonly<Record<string, unknown>>
}
