/** The module as a device in a cellular network. */
export interface CellularState {
  readonly power: Power
  readonly settings: ModuleSettings
  /** The simulated network: no command changes it. */
  readonly network: Network
  readonly sim: Sim
  readonly radio: Radio
  readonly sockets: Sockets
  readonly clock: RealTimeClock
}

/**
 * `booting`: `awake` from the first boot line on; before it, input is lost. `leaving`: the `OK` of a restart or
 * power-off command is written; input is not read any more.
 */
export type Power =
  | { readonly kind: 'off' }
  | { readonly kind: 'booting'; readonly awake: boolean }
  | { readonly kind: 'on' }
  | { readonly kind: 'leaving' }

/** Settings of the whole module; a reset brings their defaults back. */
export interface ModuleSettings {
  /** `+CMEE`: 0 a bare `ERROR`, 1 numbers, 2 words. */
  readonly errorReports: 0 | 1 | 2
  /** `+CREG`, `+CGREG`, `+CEREG`: 0 no URC, 1 the state, 2 state and cell. */
  readonly registrationReports: { readonly [D in RegistrationDomain]: 0 | 1 | 2 }
  /** `+CGEREP` */
  readonly contextEvents: number
  /** `+CTZR` */
  readonly zoneReports: number
  /** What commands keep that change nothing else, by name: the values of their read form. */
  readonly stored: Readonly<Record<string, readonly string[]>>
}

/** `+CREG`, `+CGREG`, `+CEREG`. */
export type RegistrationDomain = 'circuit' | 'packet' | 'eps'

/** The simulated network. */
export interface Network {
  /** `silent`: registered, but nothing comes through. */
  readonly coverage: 'up' | 'down' | 'silent'
  /** As `+CSQ` shows it: 0–31, 99 unknown. */
  readonly signal: number
  /** How it admits this SIM. */
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

/** `unread`: not read yet. `locked`: PIN or PUK is needed. A removed card keeps its counts of tries. */
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

/** Given by the network at activation; a new APN counts from the next one. */
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
  /** Names whose addresses are being asked for, the oldest first. */
  readonly lookups: readonly PendingLookup[]
}

export interface PendingLookup {
  readonly lookup: number
  /** The line whose command asks. */
  readonly line: number
  readonly host: string
  /** `+CPING`; none: `+CDNSGIP`. */
  readonly ping?: Ping
}

export interface Ping {
  readonly count: number
  readonly size: number
  readonly ttl: number
}

/** The clock of the module: it showed `shown` (ms since 1970) at `at`; `zone` once a host or the network has set it. */
export interface RealTimeClock {
  readonly at: number
  readonly shown: number
  readonly zone?: number
}
