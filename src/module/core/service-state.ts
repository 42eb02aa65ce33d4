import type { ServerAddress } from '../../at/commands/server-address.ts'
import type { Qos, Version } from '../../mqtt/packet.ts'
import type { Operation, Session, StoredSession } from '../../mqtt/session.ts'

/** The MQTT service, and what it needs and keeps while it is stopped. */
export interface ServiceState {
  readonly mqtt: MqttService
  /** The contexts 0–9 of `+CSSLCFG`. */
  readonly sslContexts: readonly SslContext[]
  /** MQTT sessions that outlive their connections, by client ID and server. */
  readonly sessions: Readonly<Record<string, StoredSession>>
  /** Number of the next connection that is dialled. */
  readonly nextConnection: number
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

export type MqttService =
  /** `refusedReads`: how often each read form was refused since the service stopped. */
  | { readonly kind: 'stopped'; readonly refusedReads?: Readonly<Record<string, number>> }
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

/** Data of a client from ACCQ to REL. */
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

/** Topics of SUBTOPIC and UNSUBTOPIC for the short SUB and UNSUB, oldest first. */
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

/** Parameters of CONNECT. */
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
  /** Set once TCP is up and CONNECT is sent. */
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
  /** How its result is named when it is printed: `+CMQTTPUB`. Faults look for this name. */
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
