import type { Profile } from '../../at/profiles/profile.ts'
import type { HostPort, LinePace, SerialAddress } from '../addresses.ts'

/** The options of `atmqtt module`. `undefined`: not given, so the default, or the next free port or name; `false`: `--no-…`. */
export interface ModuleCliOptions {
  readonly tcp?: HostPort | false
  readonly pty?: string | false
  readonly broker?: HostPort | false
  readonly brokerTls?: HostPort | false
  readonly brokerRequireCert?: boolean
  /** The folder that is kept when the module ends: certificates, and the broker's authority. */
  readonly state?: string
  readonly brokerUser?: Readonly<Record<string, string>>
  readonly tcpConnect?: HostPort
  readonly serial?: SerialAddress
  readonly stdio?: boolean
  readonly control?: HostPort
  /** What clients of the control port have to send first. */
  readonly controlToken?: string
  readonly trace?: string
  /** Bytes at which the trace begins a new file. */
  readonly traceLimit?: number
  readonly pcapng?: string
  /** A schedule of faults. */
  readonly faults?: string
  /** 0–4294967295; a random one when not given. */
  readonly seed?: number
  readonly profile: Profile
  readonly timing: 'instant' | 'real'
  /** Every line but a serial port is as slow as a UART. */
  readonly baud?: LinePace
  /** `open`: off until a line is opened. */
  readonly power: 'start' | 'open'
  /** The SIM asks for it at start. */
  readonly simPin?: string
  /** `false`: `--no-sim`. */
  readonly sim?: boolean
  readonly log: LogChoice
  readonly json?: boolean
}

/** `--no-broker` switches off the TLS port too, unless `--broker-tls` is given. */
export const wantsBrokerTls = ({ broker, brokerTls }: ModuleCliOptions): boolean =>
  brokerTls === undefined ? broker !== false : brokerTls !== false

export const wantsBroker = (options: ModuleCliOptions): boolean => options.broker !== false || wantsBrokerTls(options)

export const timings = ['instant', 'real'] as const
export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const
type LogChoice = (typeof logLevels)[number]
