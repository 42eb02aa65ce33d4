import { type Command, matchWrite } from '../../at/commands/command.ts'
import { generalCommands } from '../../at/commands/general/general-commands.ts'
import { mqttCommands } from '../../at/commands/mqtt/mqtt-commands.ts'
import { tlsCommands } from '../../at/commands/tls/tls-commands.ts'
import type { Profile } from '../../at/profiles/profile.ts'
import type { Request } from '../protocol/answer.ts'
import { onlyCall } from './command-line.ts'
import { InputError } from './errors.ts'
import type { AnswerLimits, MethodCall } from './methods.ts'

const mostShared = 16

/** Parts of profiles are plain data: those that are alike have the same definitions, 100 KB of them. */
function shared<P, T>(make: (part: P) => T): (part: P) => T {
  const tables = new Map<string, T>()
  return (part) => {
    const key = JSON.stringify(part)
    const made = tables.get(key) ?? make(part)
    if (tables.size >= mostShared) tables.clear()
    tables.set(key, made)
    return made
  }
}

const general = shared(generalCommands)
const mqtt = shared(mqttCommands)
const tls = shared(tlsCommands)

/** The commands of a profile, by group. Modems of the same firmware share them. */
export const tablesOf = (profile: Profile) => ({
  general: general(profile.general),
  mqtt: mqtt(profile.mqtt),
  tls: tls(profile.tls),
})
export type CommandTables = ReturnType<typeof tablesOf>

/** How long a module may take for an ordinary answer, in ms. */
export const ordinaryMs = 6000
/** What a result may come later than the module's own limit, in ms. */
const marginMs = 6000
/** Slowest TLS handshake (`negotiatetime`), in s. */
const negotiateSeconds = 300
const connectStages = 3
/** The longest that a deferred result may take of a command that was given as text, in s. */
const longestResultSeconds = 186

/** What the limits of a call depend on besides its own parameters. */
export interface LimitSettings {
  readonly profile: Profile
  /** The limit that the client is configured with (§2.2.15), in s. */
  readonly opTimeout: number
  /** Limits are the module's own, times this. */
  readonly factor: number
}

/** The request of a method's call. */
export function requestOf(call: MethodCall, clientIndex: number | undefined, settings: LimitSettings): Request {
  const { command, form, kind, line, data } = call
  const outcome = form?.outcome ?? (kind === 'execute' ? command.execute?.outcome : undefined) ?? 'final'
  const mayCarryCode = (kind === 'write' && outcome !== 'final') || outcome === 'deferred'
  const rows = kind === 'read' && command.read?.row === '[<topic>]'
  const { finalMs, resultMs } = limitsOf(call, settings)
  return {
    line,
    name: command.name,
    information: rows ? 'rows' : kind === 'execute' ? 'any' : 'named',
    finalMs,
    ...(data && { data }),
    ...(form?.secret && { secret: true }),
    ...(mayCarryCode && {
      result: { ...(clientIndex !== undefined && { clientIndex }), deferred: outcome === 'deferred' },
    }),
    ...(outcome === 'deferred' && { resultMs }),
  }
}

/** What the definition or the parameters of the call allow, times `factor`. */
function limitsOf(call: MethodCall, { profile, opTimeout, factor }: LimitSettings) {
  const resultMs = call.limits.resultMs ?? factor * slowestResultMs(call, profile, opTimeout)
  const withholdsOk = call.key === 'connect' && profile.mqtt.connectFailure === 'withheld'
  const finalMs = call.limits.finalMs ?? (withholdsOk ? resultMs : factor * (call.command.maxResponseMs ?? ordinaryMs))
  return { finalMs, resultMs }
}

function slowestResultMs({ key, command, values }: MethodCall, profile: Profile, opTimeout: number): number {
  if (command.maxResponseMs !== undefined) return command.maxResponseMs
  if (key === 'connect') return 1000 * (connectStages * opTimeout + negotiateSeconds)
  if (key === 'disconnect') return 1000 * Number(values.timeout ?? profile.mqtt.discDefaultTimeout) + marginMs
  return 1000 * Number(values.pubTimeout ?? opTimeout) + marginMs
}

/** The request of a command line that a caller wrote. Throws an `InputError` when the data are not those that it announces. */
export function rawRequestOf(
  line: string,
  data: Uint8Array | undefined,
  limits: AnswerLimits,
  { tables, factor }: { readonly tables: CommandTables; readonly factor: number },
): Request {
  const { name, kind, command, form, values = {} } = parsedLine(line, tables)
  checkData(name, form?.prompt === undefined ? undefined : values[form.prompt], data)
  const executed = !form && kind === 'execute' ? command?.execute : undefined
  const deferred = (form ?? executed)?.outcome === 'deferred'
  const resultMs = limits.resultMs ?? factor * 1000 * longestResultSeconds
  return {
    line,
    name,
    information: name === '+CMQTTSUB' && kind === 'read' ? 'rows' : 'any',
    finalMs: limits.finalMs ?? factor * (command?.maxResponseMs ?? ordinaryMs),
    ...(data && { data }),
    ...(form?.secret && { secret: true }),
    ...((form || deferred) && { result: resultOf(values, deferred), resultMs }),
  }
}

function checkData(name: string, announced: unknown, data: Uint8Array | undefined): void {
  if (announced !== undefined && announced !== data?.length)
    throw new InputError(name, 'data', `give the ${announced} bytes that the line announces`)
}

function resultOf(values: Readonly<Record<string, unknown>>, deferred: boolean) {
  const clientIndex = clientIndexOf(values)
  return { ...(clientIndex !== undefined && { clientIndex }), deferred }
}

/** What the definitions say of a line: its command, and the write form with its values. */
function parsedLine(line: string, tables: CommandTables) {
  const call = onlyCall(line)
  const name = call?.name ?? line.slice(2).split(/[=?;]/)[0]!.toUpperCase()
  const command = definitionOf(tables, name)
  const matched = call && command && matchWrite(command, call.tokens)
  return { name, kind: call?.form, command, form: matched && command?.write?.[matched.form], values: matched?.values }
}

const definitionOf = (tables: CommandTables, name: string): Command | undefined =>
  Object.values(tables)
    .flatMap((table) => Object.values<Command>(table))
    .find((command) => command.name === name)

/** The client that a command is for, by its parameter. */
export function clientIndexOf(values: Readonly<Record<string, unknown>>): 0 | 1 | undefined {
  const index = values.clientIndex
  return index === 0 || index === 1 ? index : undefined
}
