import type { StateView } from '../control/public.ts'

/** The module as a row has left it. What is not known is not there. By number, name or id, so that a patch is short. */
export interface DeviceState {
  /** From a log or a real line, as `explain` infers it. */
  readonly inferred?: boolean
  readonly power?: string
  readonly sim?: StateView['sim']
  readonly network?: Partial<Omit<StateView['network'], 'contexts'>>
  /** PDP contexts. */
  readonly contexts?: Readonly<Record<string, ContextState>>
  readonly service?: string
  /** `0` and `1`, while the service is started. */
  readonly clients?: Readonly<Record<string, ClientState>>
  /** SSL contexts that are not as they are at first. */
  readonly tls?: Readonly<Record<string, TlsState>>
  /** By name. */
  readonly lines?: Readonly<Record<string, LineStatus>>
  /** Faults that run, by number. */
  readonly faults?: Readonly<Record<string, FaultStatus>>
}

export interface ContextState {
  readonly type: string
  readonly apn: string
  readonly active: boolean
}

/** What there is of it depends on `kind`: `free`, `acquired`, `connecting`, `connected`, `disconnecting`, `unknown`. */
export interface ClientState {
  readonly kind: string
  readonly clientId?: string
  /** 0 TCP, 1 TLS. */
  readonly serverType?: number
  readonly config?: object
  readonly filters?: readonly string[]
  readonly staged?: {
    readonly topic?: string
    readonly payloadBytes?: number
    readonly willTopic?: string
    readonly willBytes?: number
  }
  readonly sslContext?: number
  /** `tcp://host:port` as the command has it. */
  readonly server?: string
  readonly keepaliveTime?: number
  readonly cleanSession?: number
  readonly userName?: string
  readonly congested?: boolean
  /** A PUB, SUB or UNSUB that has no result yet. */
  readonly pending?: { readonly command: string; readonly packetId?: number }
}

export interface TlsState {
  readonly sslVersion: number
  readonly authMode: number
  readonly caCert: string
  readonly clientCert: string
  readonly clientKey: string
  readonly enableSni: number
}

export interface LineStatus {
  readonly hasHost: boolean
  readonly echo: boolean
  /** `command`, `executing`, or `data` with the command that waits for it. */
  readonly mode: string
  readonly command?: string
  readonly wanted?: number
}

export interface FaultStatus {
  readonly name: string
  readonly params: object
  readonly startedMs: number
}
