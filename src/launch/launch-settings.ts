import type { Content } from '../at/commands/content.ts'
import type { Profile } from '../at/profiles/profile.ts'
import { hostAndPort, isLoopback } from '../io/transports/tcp-socket.ts'
import type { ModuleConfigOptions } from '../module/public.ts'
import type { HostPort, LinePace, SerialAddress } from './addresses.ts'
import { UsageError } from './usage-error.ts'

/** How a module is started. `undefined`: the default, or the next free port or name; `false`: not at all. */
export interface LaunchSettings {
  readonly tcp?: HostPort | false
  /** `true`: it must be there, under any name. */
  readonly pty?: string | boolean
  readonly broker?: HostPort | false
  readonly brokerTls?: HostPort | false
  readonly brokerRequireCert?: boolean
  /** The folder that is kept when the module ends: certificates, and the broker's authority. */
  readonly state?: string
  readonly brokerUser?: Readonly<Record<string, string>>
  readonly tcpConnect?: HostPort
  readonly serial?: SerialAddress
  readonly stdio?: boolean
  readonly control?: HostPort | false
  /** What clients of the control port have to send first. */
  readonly controlToken?: string
  readonly trace?: string
  /** Bytes at which the trace begins a new file. */
  readonly traceLimit?: number
  readonly pcapng?: string
  /** Notes what hosts rely on; a file: and writes it at the end. */
  readonly evidence?: string | boolean
  /** The grade that a report in JUnit requires. */
  readonly requireGrade?: RequiredGrade
  /** What traces, captures, events and snapshots leave out beside secrets. */
  readonly redact?: readonly Content[]
  /** A schedule of faults. */
  readonly faults?: string
  /** 0–4294967295; a random one when not given. */
  readonly seed?: number
  readonly profile: Profile
  readonly timing: Timing
  /** Every line but a serial port is as slow as a UART. */
  readonly baud?: LinePace
  /** `open`: off until a line is opened. */
  readonly power: PowerAt
  /** The SIM asks for it at start. */
  readonly simPin?: string
  /** `false`: there is none. */
  readonly sim?: boolean
  readonly log: LogChoice
}

export const timings = ['instant', 'real'] as const
export type Timing = (typeof timings)[number]
export const powerTimes = ['start', 'open', 'each-open'] as const
export type PowerAt = (typeof powerTimes)[number]
export const requiredGrades = ['note', 'A', 'B', 'C', 'D'] as const
export type RequiredGrade = (typeof requiredGrades)[number]
export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogChoice = (typeof logLevels)[number]

/** Without a broker there is no TLS port either, unless it is asked for. */
export const wantsBrokerTls = ({ broker, brokerTls }: LaunchSettings): boolean =>
  brokerTls === undefined ? broker !== false : brokerTls !== false

export const wantsBroker = (settings: LaunchSettings): boolean => settings.broker !== false || wantsBrokerTls(settings)

/** The module's own settings. */
export const moduleOptionsOf = (settings: LaunchSettings): ModuleConfigOptions => {
  const { timing, power, sim, simPin, baud, serial } = settings
  return {
    timing,
    power,
    hasSim: sim !== false,
    ...(simPin !== undefined && { simPin }),
    ...((baud ?? serial) && { bootSpeed: (baud ?? serial)!.baud }),
  }
}

/** How the settings are called where they are given: on the command line, or in an object. */
export interface SettingNames {
  /** `--trace-limit`, `traceLimit` */
  of(setting: keyof LaunchSettings): string
  /** `--trace FILE`, `trace: 'FILE'` */
  with(setting: keyof LaunchSettings, value: string): string
}

/** Throws a `UsageError` for settings that do not go together. */
export function checkSettings(settings: LaunchSettings, names: SettingNames): void {
  const flaw = flawOf(settings, names)
  if (flaw !== undefined) throw new UsageError(flaw)
}

/** A variable of a script that is not set would name the folder it runs in, or keep nobody out. */
const neverEmpty = ['state', 'pty', 'trace', 'pcapng', 'evidence', 'faults', 'controlToken'] as const

function flawOf(settings: LaunchSettings, names: SettingNames): string | undefined {
  const empty = neverEmpty.find((name) => settings[name] === '')
  if (empty) return `${names.of(empty)} is empty: give it a value, or leave it out.`
  const { traceLimit, trace, brokerUser, brokerRequireCert, controlToken, control } = settings
  if (traceLimit !== undefined && trace === undefined)
    return `${names.of('traceLimit')} needs a trace: give ${names.with('trace', 'FILE')}.`
  if (brokerUser && !wantsBroker(settings))
    return `${names.of('brokerUser')} needs a broker: give ${names.with('broker', 'HOST:PORT')}.`
  if (brokerRequireCert && !wantsBrokerTls(settings))
    return `${names.of('brokerRequireCert')} needs the TLS port of the broker: give ${names.with('brokerTls', 'HOST:PORT')}.`
  if (controlToken !== undefined && !control)
    return `${names.of('controlToken')} is for the control port: give ${names.with('control', 'HOST:PORT')} too.`
  if (control && !controlToken && !isLoopback(control.host))
    return `Other machines reach ${names.with('control', hostAndPort(control.host, control.port))}, and may do everything: give ${names.with('controlToken', 'TOKEN')} too, or listen on 127.0.0.1.`
  return undefined
}
