import { type Command, type CommandTable, yieldsToReplies } from '../../at/commands/command.ts'
import { commandsOf } from '../../at/commands/commands-of.ts'
import type { Profile } from '../../at/profiles/profile.ts'
import { commandKey, nameAt, type ReplyTable, replyTable } from '../../at/profiles/replies.ts'
import { bytesOf } from '../../at/syntax/bytes.ts'
import type { Identity } from './identity.ts'

/** Constant while a module runs: its profile, its commands, its limits. */
export interface ModuleConfig {
  readonly profile: Profile
  readonly commands: CommandTable
  /** Keys of `commands` by name on the line. */
  readonly keys: ReadonlyMap<string, string>
  /** For commands that are not among them. */
  readonly replies: ReplyTable
  /** The bytes that open a prompt. */
  readonly prompt: Uint8Array
  /** How long a prompt waits for a byte, ms; 0: for ever. */
  readonly promptTimeoutMs: number
  /** `instant`: without delays; `real`: with the times of the profile. */
  readonly timing: TimingMode
  /** Seed of the jitter of real timing. */
  readonly seed: number
  /** A longer MQTT packet from a server ends the connection. */
  readonly maxPacketBytes: number
  /** Whether the TLS library has the suite with this IANA number. */
  readonly hasCipherSuite: (suite: number) => boolean
  readonly power: PowerOn
  readonly identity: Identity
  /** The date at `now` 0, ms since 1970, for the network's time. */
  readonly epochMs: number
  /** Speed of each line after a restart, bit/s, as `+IPR` tells it. */
  readonly bootSpeed: number
  readonly hasSim: boolean
  /** Asked at start. */
  readonly simPin?: string
  readonly simPuk: string
}

/**
 * When it boots. `start`: at once. `open`: when a line is first opened, and again after `+CPOF`. `each-open`: whenever a
 * line is opened, behind a power cut if it is on.
 */
export type PowerOn = 'start' | 'open' | 'each-open'

export type TimingMode = 'instant' | 'real'

export interface ModuleConfigOptions {
  readonly power?: PowerOn
  /** Differences from the identity of the profile. */
  readonly identity?: Partial<Identity>
  readonly epochMs?: number
  /** Bit/s; 115200 when not given. */
  readonly bootSpeed?: number
  readonly hasSim?: boolean
  /** 4–8 digits: the SIM asks for it at start. */
  readonly simPin?: string
  readonly simPuk?: string
  readonly promptTimeoutMs?: number
  readonly timing?: TimingMode
  /** 32 bits; 0 when not given. */
  readonly seed?: number
  readonly maxPacketBytes?: number
  readonly hasCipherSuite?: (suite: number) => boolean
}

export function createModuleConfig(profile: Profile, options: ModuleConfigOptions = {}): ModuleConfig {
  return {
    profile,
    ...tablesOf(profile),
    promptTimeoutMs: options.promptTimeoutMs ?? 120_000,
    timing: options.timing ?? 'instant',
    seed: options.seed ?? 0,
    maxPacketBytes: options.maxPacketBytes ?? 1 << 20,
    hasCipherSuite: options.hasCipherSuite ?? everySuite,
    power: options.power ?? 'start',
    identity: { ...profile.identity, ...options.identity },
    epochMs: options.epochMs ?? Date.UTC(2026, 0, 1),
    bootSpeed: options.bootSpeed ?? 115_200,
    hasSim: options.hasSim ?? true,
    ...(options.simPin !== undefined && { simPin: options.simPin }),
    simPuk: options.simPuk ?? '12345678',
  }
}

const everySuite = (): boolean => true

type Tables = Pick<ModuleConfig, 'commands' | 'keys' | 'prompt' | 'replies'>
const tables = new WeakMap<Profile, Tables>()

/** Tables of a profile, shared by all modules: there may be thousands. */
function tablesOf(profile: Profile): Tables {
  const known = tables.get(profile) ?? newTables(profile)
  tables.set(profile, known)
  return known
}

function newTables(profile: Profile): Tables {
  const commands = commandsOf(profile)
  const replaced = new Set(Object.keys(profile.replies).map((key) => nameAt(commandKey(key).slice(2))))
  const isPresent = (command: Command) => !command.absent && !(yieldsToReplies(command) && replaced.has(command.name))
  const present = Object.entries<Command>(commands).filter(([, command]) => isPresent(command))
  const keys = new Map(present.map(([key, command]) => [command.name, key]))
  return { commands, keys, prompt: bytesOf(profile.prompt), replies: replyTable(profile.replies) }
}
