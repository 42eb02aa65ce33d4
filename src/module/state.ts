import type { Scan } from '../at/bytes/scan-line.ts'
import type { ServerAddress } from '../at/commands/server-address.ts'
import type { Qos, Version } from '../mqtt/packet.ts'
import type { Operation, Session, StoredSession } from '../mqtt/session.ts'

/** Everything that the module knows. Plain data: it may be stored, compared and continued from anywhere. */
export interface ModuleState {
  readonly power: Power
  readonly settings: Settings
  /** What is around the module: nothing that it does changes it. */
  readonly network: Network
  readonly sim: Sim
  readonly radio: Radio
  readonly sockets: Sockets
  readonly calendar: Calendar
  readonly kept: Kept
  /** What happens by itself, soonest first. */
  readonly agenda: readonly Appointment[]
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
}

/**
 * `booting`: `awake` once the first boot line is out; before it, bytes are lost. `leaving`: `OK` of a command that
 * ends it is out; nothing is read any more.
 */
export type Power =
  | { readonly kind: 'off' }
  | { readonly kind: 'booting'; readonly awake: boolean }
  | { readonly kind: 'on' }
  | { readonly kind: 'leaving' }

/** Something that happens at a time of its own. */
export interface Appointment {
  readonly at: number
  readonly event: LifeEvent
}

export type LifeEvent =
  /** The profile's boot line with this index. */
  | { readonly kind: 'bootLine'; readonly index: number }
  | { readonly kind: 'registered' }
  /** What a network loss prints, before the end of a life. */
  | { readonly kind: 'farewell' }
  | { readonly kind: 'restart' }
  | { readonly kind: 'down' }

/** Settings of the whole module; a reset brings their defaults back. */
export interface Settings {
  /** `+CMEE`: 0 a bare `ERROR`, 1 numbers, 2 words. */
  readonly errorReports: 0 | 1 | 2
  /** `+CREG`, `+CGREG`, `+CEREG`: 0 no URC, 1 the state, 2 state and cell. */
  readonly registrationReports: { readonly [D in RegistrationDomain]: 0 | 1 | 2 }
  /** `+CGEREP` */
  readonly contextEvents: number
  /** `+CTZR` */
  readonly zoneReports: number
}

/** `+CREG`, `+CGREG`, `+CEREG`. */
export type RegistrationDomain = 'circuit' | 'packet' | 'eps'

/** The simulated network. */
export interface Network {
  /** `silent`: registered, but nothing comes through. */
  readonly coverage: 'up' | 'down' | 'silent'
  /** As `+CSQ` shows it: 0–31, 99 unknown. */
  readonly signal: number
  /** What it says to this SIM. */
  readonly admits: 'home' | 'roaming' | 'denied'
  /** APNs for which no PDP context is activated, lower case. */
  readonly refusedApns: readonly string[]
  /** Local time minus UTC, quarters of an hour. */
  readonly zone: number
}

export interface Card {
  readonly pin: string
  readonly puk: string
  /** The PIN is asked at start. */
  readonly asksPin: boolean
  readonly pinTries: number
  readonly pukTries: number
}

/** `unread`: the module has not looked yet. `locked`: PIN or PUK is pending. The card keeps its tries wherever it is. */
export interface Sim {
  readonly kind: 'removed' | 'unread' | 'locked' | 'ready'
  /** It does not answer. */
  readonly busy: boolean
  readonly card: Card
}

/** The module's side of the network. */
export interface Radio {
  /** `+CFUN`. */
  readonly fun: Fun
  /** As `+CREG` shows it: 0 not searching, 1 home, 2 searching, 3 denied, 5 roaming. */
  readonly registration: 0 | 1 | 2 | 3 | 5
  /** What `+CGATT` wants. */
  readonly attaches: boolean
  /** `+COPS`. */
  readonly operatorMode: 0 | 1 | 2 | 4
  readonly operatorFormat: 0 | 1 | 2
  /** `+CNMP` */
  readonly networkMode: number
  /** By cid. */
  readonly contexts: readonly PdpContext[]
}

/** 0 minimum, 1 full, 4 radio off, 5 as 1, 7 offline, 8 SIM off. */
export type Fun = 0 | 1 | 4 | 5 | 7 | 8

export interface PdpContext {
  readonly cid: number
  readonly type: string
  readonly apn: string
  readonly login?: PdpLogin
  /** While it is active. */
  readonly bearer?: Bearer
}

export interface PdpLogin {
  /** 1 PAP, 2 CHAP. */
  readonly type: number
  readonly user: string
  readonly password: string
}

/** What the network gave; a new APN counts from the next activation. */
export interface Bearer {
  readonly apn: string
  readonly type: string
}

/** The socket service of `+NETOPEN`; `options`: the values of `+CIPCCFG`. */
export interface Sockets {
  readonly cid?: number
  readonly reading: 0 | 1
  readonly family: 1 | 6
  readonly options: readonly number[]
}

/** The module's clock: it showed `shown` (ms since 1970) at `at`; `zone` once a host or the network has told it. */
export interface Calendar {
  readonly at: number
  readonly shown: number
  readonly zone?: number
}

/** What outlives every reset and power-off, beside certificates and PDP contexts. */
export interface Kept {
  readonly imei: string
  /** `+CTZU` */
  readonly zoneUpdate: number
  /** What `AT&W` stored. */
  readonly port?: Port
}

/** Settings of a line; `AT&W` stores them. */
export interface Port {
  readonly echo: boolean
  readonly verbose: 0 | 1
  readonly quiet: 0 | 1
  readonly carrier: 0 | 1
  readonly terminalReady: 0 | 1 | 2
  /** 0 none, 1 XON/XOFF, 2 RTS / CTS; towards the module and from it. */
  readonly flow: readonly [dce: number, dte: number]
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
  | { readonly kind: 'started'; readonly clients: readonly [Client, Client]; readonly contexts?: ServiceContexts }

/** PDP contexts of the MQTT service; none: 1 for all. */
export interface ServiceContexts {
  /** That START activated. */
  readonly started: number
  /** Of CFG `cid`. */
  readonly common: number
  /** Of each client, as CFG `cid` and `scid` have set it. */
  readonly clients: readonly [number, number]
}

export type ClientIndex = 0 | 1

export type Client =
  | { readonly kind: 'free'; readonly sslContext?: number }
  | { readonly kind: 'acquired'; readonly own: Acquisition }
  | { readonly kind: 'connecting'; readonly own: Acquisition; readonly attempt: Attempt }
  | { readonly kind: 'connected'; readonly own: Acquisition; readonly link: Link }
  | { readonly kind: 'disconnecting'; readonly own: Acquisition; readonly farewell: Farewell }

/** What ACCQ brings and REL takes away. */
export interface Acquisition {
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
}

export interface Attempt {
  readonly connection: number
  readonly request: ConnectRequest
  /** The line that waits for the result. */
  readonly line: number
  /** There once TCP is up and CONNECT has gone out. */
  readonly session?: Session
}

export interface Link {
  readonly connection: number
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
export interface Farewell {
  readonly connection: number
  readonly line: number
  readonly deadline: number
}

export interface LineState {
  readonly id: number
  readonly name: string
  /** Somebody has the line open. */
  readonly hasHost: boolean
  readonly port: Port
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
  /** A prompt is open. */
  | {
      readonly kind: 'data'
      readonly call: PromptCall
      readonly wanted: number
      readonly got: Uint8Array
      /** When it gives up without another byte; null: never. */
      readonly deadline: number | null
    }

/** A write form that was accepted and waits for its data. */
export interface PromptCall {
  readonly command: string
  readonly form: string
  readonly values: Readonly<Record<string, unknown>>
}
