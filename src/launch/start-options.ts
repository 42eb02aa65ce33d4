import type { Profile } from '../at/profiles/profile.ts'
import { type HostPort, parseBaud, parseHostPort, parsePort } from './addresses.ts'
import { defaults, oneOfWords, parsePin, parseSeed, parseSize } from './choices.ts'
import {
  type LaunchSettings,
  type LogChoice,
  logLevels,
  type PowerAt,
  powerTimes,
  type SettingNames,
  type Timing,
  timings,
} from './launch-settings.ts'
import { chooseProfile } from './profile-choice.ts'
import { UsageError } from './usage-error.ts'

/** The options of `atmqtt module`, by the same words (docs/reference/cli.md). Every part is off unless it is named. */
export interface StartOptions {
  /** The name of a built-in profile, a file that ends in `.json`, or a profile; `sim767x` where not given. */
  readonly profile?: string | Profile
  /** A path for the symlink; `true`: `ttyAT0` in the folder for temporary files, or the next free number. Linux only. */
  readonly pty?: boolean | string
  /** `HOST:PORT`; `true`: a free port of 127.0.0.1. The same for `broker`, `brokerTls` and `control`. */
  readonly tcp?: boolean | string
  /** `HOST:PORT` of a host that listens. */
  readonly tcpConnect?: string
  /** `DEVICE` or `DEVICE:BAUD`. */
  readonly serial?: string
  /** Standard input and output of this process are a line. */
  readonly stdio?: boolean
  readonly broker?: boolean | string
  readonly brokerTls?: boolean | string
  /** The TLS port refuses clients without a certificate of its authority. */
  readonly brokerRequireCert?: boolean
  /** Logins that the broker asks for: passwords by name. */
  readonly brokerUser?: Readonly<Record<string, string>>
  readonly control?: boolean | string
  readonly controlToken?: string
  /** The folder of the certificates; a fresh one that is removed at the end where not given. */
  readonly state?: string
  /** 0 to 4294967295 */
  readonly seed?: number
  readonly timing?: Timing
  /** Bits a second, `115200`, or with flow control `'115200,rtscts'`. */
  readonly baud?: number | string
  readonly power?: PowerAt
  /** `false`: no card. */
  readonly sim?: boolean
  /** 4 to 8 digits, asked for at start. */
  readonly simPin?: string
  /** A file with a schedule. */
  readonly faults?: string
  /** A file. */
  readonly trace?: string
  /** Bytes, or as in `'64MiB'`; at least 4 KiB. */
  readonly traceLimit?: number | string
  /** A file. */
  readonly pcapng?: string
  /** `true`: `evidence()` tells what hosts relied on. A file: it is written there at the end, too. */
  readonly evidence?: boolean | string
  /** What goes to standard error; `warn` where not given. */
  readonly log?: LogChoice
}

type Reader = (option: string) => (value: unknown) => unknown

const anyPort: HostPort = { host: '127.0.0.1', port: 0 }

const ofText =
  (parse: (option: string) => (text: string) => unknown): Reader =>
  (option) =>
  (value) =>
    parse(option)(String(value))

const flag: Reader = (option) => (value) => {
  if (typeof value === 'boolean') return value
  throw new UsageError(`${option} ${String(value)}: give true or false.`)
}

const path: Reader = (option) => (value) => {
  if (typeof value === 'string' && value !== '') return value
  throw new UsageError(`${option} wants a path.`)
}

const address: Reader = (option) => (value) => {
  if (typeof value === 'boolean') return value && anyPort
  return parseHostPort(option)(String(value))
}

const logins: Reader = (option) => (value) => {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : []
  if (entries.length > 0 && entries.every(([name, password]) => name && password && typeof password === 'string'))
    return value
  throw new UsageError(`${option} wants passwords by name, such as { sensor: 'secret1' }.`)
}

const readers: Readonly<Record<Exclude<keyof StartOptions, 'profile'>, Reader>> = {
  pty: (option) => (value) => (typeof value === 'boolean' ? value : path(option)(value)),
  tcp: address,
  tcpConnect: ofText(parseHostPort),
  serial: ofText(parsePort),
  stdio: flag,
  broker: address,
  brokerTls: address,
  brokerRequireCert: flag,
  brokerUser: logins,
  control: address,
  controlToken: ofText(() => (text) => text),
  state: path,
  seed: ofText(parseSeed),
  timing: ofText((option) => oneOfWords(option, timings)),
  baud: ofText(parseBaud),
  power: ofText((option) => oneOfWords(option, powerTimes)),
  sim: flag,
  simPin: ofText(parsePin),
  faults: path,
  trace: path,
  traceLimit: ofText(parseSize),
  pcapng: path,
  evidence: (option) => (value) => (typeof value === 'boolean' ? value : path(option)(value)),
  log: ofText((option) => oneOfWords(option, logLevels)),
}

/** How options are called in TypeScript. */
export const optionNames: SettingNames = {
  of: (setting) => setting,
  with: (setting, value) => `${setting}: '${value}'`,
}

const allOff = { pty: false, tcp: false, broker: false, brokerTls: false, control: false } as const

const all = ['profile', ...Object.keys(readers)] as readonly (keyof StartOptions)[]

/** Reads the options of a function, which has `known` of them. Rejects with a `UsageError` of one sentence. */
export async function readStartOptions(
  { profile, ...given }: StartOptions,
  who = 'startModule',
  known = all,
): Promise<LaunchSettings> {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined)
  const unknown = entries.find(([option]) => !known.some((one) => one === option))
  if (unknown) throw new UsageError(`${unknown[0]} is no option of ${who}: it has ${known.join(', ')}.`)
  const read = entries.map(([option, value]) => [option, readers[option as keyof typeof readers](option)(value)])
  return { ...defaults, ...allOff, ...Object.fromEntries(read), ...(profile && { profile: await profileOf(profile) }) }
}

const profileOf = async (profile: string | Profile): Promise<Profile> =>
  typeof profile === 'string' ? (await chooseProfile('profile', profile)).profile : profile
