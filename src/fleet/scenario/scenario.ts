import type { Qos } from '../../mqtt/public.ts'

/** A checked scenario: plain data, times in ms, rates a second, shares from 0 to 1, all defaults filled in. */
export interface Scenario {
  readonly name: string
  readonly seed: number
  readonly broker: BrokerChoice
  readonly timing: 'instant' | 'real'
  /** Addresses of this machine that connections come from, in turn; none: the system chooses. */
  readonly sources: readonly string[]
  readonly groups: readonly ModuleGroup[]
  readonly phases: readonly Phase[]
  readonly expect: readonly Expectation[]
}

/** `embedded`: the run brings its own. */
export type BrokerChoice =
  | { readonly kind: 'embedded' }
  | { readonly kind: 'server'; readonly host: string; readonly port: number; readonly tls: boolean }

/** Modules that are alike. */
export interface ModuleGroup {
  readonly name: string
  readonly count: number
  /** Name of a built-in profile, or a file. */
  readonly profile: string
  readonly host: 'lean' | 'driver' | 'transcript'
  /** The file that a host of the kind `transcript` plays. */
  readonly transcript: string | null
  /** Parts of the group by place: shares, whose sum is 1. */
  readonly places: readonly { readonly place: string; readonly share: number }[]
  readonly clientId: string
  readonly keepAliveMs: number
  readonly clean: boolean
  readonly username: string | null
  readonly password: string | null
  readonly will: { readonly topic: string; readonly payload: string; readonly qos: Qos } | null
  readonly tls: GroupTls | null
  readonly reconnect: Reconnect
}

/** How a group's modules speak TLS. Files are on the machine that runs the modules. */
export interface GroupTls {
  /** PEM of the roots; none: the server is not verified. */
  readonly ca: string | null
  /** A folder with an authority that issues a certificate a device. */
  readonly authority: string | null
  /** Files by device: `certs/{client}.pem`. */
  readonly cert: string | null
  readonly key: string | null
  readonly resume: boolean
  readonly version: '1.2' | '1.2-1.3'
}

/** After a lost or a refused connection. `none`: at once, which makes a herd. `never`: it stays away. */
export type Reconnect =
  | { readonly kind: 'driver' }
  | { readonly kind: 'backoff'; readonly firstMs: number; readonly longestMs: number }
  | { readonly kind: 'fixed'; readonly everyMs: number; readonly jitterMs: number }
  | { readonly kind: 'none' }
  | { readonly kind: 'never' }

export interface Phase {
  readonly name: string
  /** From the run's start. */
  readonly startMs: number
  readonly durationMs: number
  readonly actions: readonly FleetAction[]
  readonly storms: readonly Storm[]
}

/** Which modules: groups by name (none: all), and a share of them. */
export interface Selection {
  readonly groups: readonly string[]
  readonly place: string | null
  readonly share: number
}

export type FleetAction =
  | (Selection & { readonly kind: 'connect' | 'disconnect'; readonly overMs: number; readonly rate: number | null })
  | (Selection & { readonly kind: 'subscribe'; readonly topic: string; readonly qos: Qos })
  | PublishAction
  | (Selection & { readonly kind: 'verify'; readonly qos: Qos })
  | (Selection & { readonly kind: 'sleep'; readonly forMs: number; readonly overMs: number })
  | (Selection & { readonly kind: 'power'; readonly state: 'off' | 'on'; readonly overMs: number })
  | (Selection & { readonly kind: 'sim'; readonly state: 'remove' | 'insert'; readonly overMs: number })

export type PublishAction = Selection & {
  readonly kind: 'publish'
  readonly topic: string
  readonly everyMs: number
  readonly jitterMs: number
  readonly qos: Qos
  readonly retain: boolean
  /** Bytes of the payload. */
  readonly size: number
  /** Text with placeholders in place of the usual payload. */
  readonly payload: string | null
  /** Messages that may wait in the host; more fail. */
  readonly waiting: number
  readonly forMs: number
}

/** What goes wrong, `atMs` after the phase began. */
export type Storm = Selection & StormTime & StormKind

export interface StormTime {
  readonly name: string
  readonly atMs: number
  readonly forMs: number
}

export type StormKind =
  | { readonly kind: 'region'; readonly network: 'silent' | 'down' }
  | { readonly kind: 'nat'; readonly idleMs: number }
  | { readonly kind: 'halfOpen' }
  | { readonly kind: 'dns' }
  | { readonly kind: 'certificateExpiry' }
  | { readonly kind: 'clockSkew'; readonly byMs: number }
  | { readonly kind: 'duplicateIds' }
  | { readonly kind: 'brokerRestart'; readonly stop: string | null; readonly start: string | null }

export type Comparison = '<' | '<=' | '==' | '>=' | '>'

/** What has to hold in the report. */
export interface Expectation {
  readonly name: string
  /** A key of the report: `recovery.t95`. */
  readonly key: string
  readonly compare: Comparison
  readonly limit: number | { readonly share: number; readonly of: string }
}

export const moduleCount = ({ groups }: Scenario): number => groups.reduce((sum, { count }) => sum + count, 0)

export const durationOf = ({ phases }: Scenario): number => {
  const last = phases.at(-1)!
  return last.startMs + last.durationMs
}
