import { matchWrite } from '../../at/commands/command.ts'
import { generalCommands } from '../../at/commands/general/general-commands.ts'
import { mqttCommands } from '../../at/commands/mqtt/mqtt-commands.ts'
import { tlsCommands } from '../../at/commands/tls/tls-commands.ts'
import type { Profile } from '../../at/profiles/profile.ts'
import { defaultProfile } from '../../at/profiles/profiles.ts'
import type { Clock } from '../../io/runtime/runtime.ts'
import type { Answer, Request } from '../protocol/answer.ts'
import { Chat, type ChatOptions } from '../protocol/chat.ts'
import { type PromptCleanup, undoFilledPrompt } from '../protocol/prompt-cleanup.ts'
import { synchronise } from '../protocol/synchronise.ts'
import { checkedLine, dataBytes, onlyCall } from './command-line.ts'
import { InputError } from './errors.ts'
import { identityOf, type ModuleIdentity, type SignalQuality, signalQualityOf } from './identity.ts'
import { limitsOf, ordinaryMs } from './limits.ts'
import { type AnswerLimits, type CommandMethods, commandMethods, type MethodCall, type Text } from './methods.ts'
import { outcomeOf } from './outcome.ts'
import { CommandScheduler } from './scheduler.ts'

export interface ModemOptions extends Omit<ChatOptions, 'echoesData'> {
  /** What the module is; the default is the note's family. */
  readonly profile?: Profile
  /** Limits are the module's own, times this. */
  readonly limitFactor?: number
}

export interface RawOptions extends AnswerLimits {
  /** For a command that prompts: as many bytes as it announces. */
  readonly data?: Text
}

const makeTables = (profile: Profile) => ({
  general: generalCommands(profile.general),
  mqtt: mqttCommands(profile.mqtt),
  tls: tlsCommands(profile.tls),
})
type Tables = ReturnType<typeof makeTables>

const tables = new WeakMap<Profile, Tables>()

/** Modems of one profile share its definitions. */
function tablesOf(profile: Profile): Tables {
  const made = tables.get(profile) ?? makeTables(profile)
  tables.set(profile, made)
  return made
}

const generalLane = 2
/** Commands that leave nothing staged. */
const emptying: ReadonlySet<string> = new Set(['acquire', 'release', 'publish'])

/**
 * A module behind a port, a method a command form: `modem.mqtt.publish({ clientIndex: 0, qos: 1, pubTimeout: 60 })`.
 * A method resolves when the command has succeeded and rejects with `MqttError`, `CmeError`, `RefusedError`,
 * `UnknownOutcomeError` or, with nothing sent, `InputError`, `PortClosedError`, `OnlineError` (nothing answers).
 * Commands of both clients take turns.
 */
export class Modem {
  readonly chat: Chat
  /** Files of the store that junk may have been written over, until they are written again. */
  readonly suspectFiles = new Set<string>()
  readonly #scheduler = new CommandScheduler()
  readonly #factor: number
  readonly #opTimeouts: [number, number] = [defaultOpTimeout, defaultOpTimeout]
  #profile!: Profile
  #tables!: Tables
  #general!: CommandMethods<Tables['general']>
  #mqtt!: CommandMethods<Tables['mqtt']>
  #tls!: CommandMethods<Tables['tls']>
  readonly #clock: Clock
  readonly #staged: ['clean' | 'dirty', 'clean' | 'dirty'] = ['dirty', 'dirty']
  #realign: () => Promise<void> = () => this.#resynchronise()

  constructor({ profile = defaultProfile, limitFactor = 1.5, ...options }: ModemOptions) {
    this.chat = new Chat(options)
    this.#clock = options.clock
    this.#factor = limitFactor
    this.profile = profile
  }

  get profile(): Profile {
    return this.#profile
  }

  /** What forms and ranges the methods have from now on. */
  set profile(profile: Profile) {
    const run = (call: MethodCall) => this.#run(call)
    this.#profile = profile
    this.chat.echoesData = profile.echoesData
    this.#tables = tablesOf(profile)
    this.#general = commandMethods(this.#tables.general, run)
    this.#mqtt = commandMethods(this.#tables.mqtt, run)
    this.#tls = commandMethods(this.#tables.tls, run)
  }

  get general(): CommandMethods<Tables['general']> {
    return this.#general
  }

  get mqtt(): CommandMethods<Tables['mqtt']> {
    return this.#mqtt
  }

  get tls(): CommandMethods<Tables['tls']> {
    return this.#tls
  }

  /** Any command, as typed: `AT+CSQ`. Resolves with its information lines; one character is one byte. */
  async command(line: string, { data, ...limits }: RawOptions = {}): Promise<readonly string[]> {
    const text = checkedLine(line)
    const bytes = data === undefined ? undefined : dataBytes({ name: text, title: '', cite: '' }, data)
    const request = this.#rawRequest(text, bytes, limits)
    return this.#exchange(generalLane, request)
  }

  async signal(): Promise<SignalQuality> {
    return signalQualityOf(await this.general.signal())
  }

  async info(): Promise<ModuleIdentity> {
    return identityOf(this.general)
  }

  /** Runs what belongs together for one client, such as TOPIC, PAYLOAD and PUB, with nothing of that client between. */
  exclusive<T>(clientIndex: 0 | 1, run: () => Promise<T>): Promise<T> {
    return this.#scheduler.exclusive(clientIndex, run)
  }

  /** Runs something that needs the line for itself, with the chat alone: synchronising, recovery. */
  alone<T>(run: (chat: Chat) => Promise<T>): Promise<T> {
    return this.#scheduler.alone(() => run(this.chat))
  }

  /** Replaces what brings the line back into step, before the next command, when an answer did not come. */
  onMisaligned(realign: () => Promise<void>): void {
    this.#realign = realign
  }

  /** `dirty`: a payload may be staged, which a PUB without one would publish. */
  staged(clientIndex: 0 | 1): 'clean' | 'dirty' {
    return this.#staged[clientIndex]
  }

  /** Says that anything may be staged. */
  stagedIsDirty(): void {
    this.#staged.fill('dirty')
  }

  /** Says that a prompt was filled with junk: what is staged and what is in the store may be that. */
  promptWasFilled({ suspect }: PromptCleanup): void {
    this.stagedIsDirty()
    for (const name of suspect) this.suspectFiles.add(name)
  }

  close(): Promise<void> {
    return this.chat.close()
  }

  async #resynchronise(): Promise<void> {
    const { filledPrompt } = await synchronise(this.chat, this.#clock, { attempts: 1 })
    if (!filledPrompt) return
    this.promptWasFilled(await undoFilledPrompt(this.chat, this.#clock))
  }

  async #run(call: MethodCall): Promise<readonly string[]> {
    const clientIndex = indexOf(call.values)
    const opTimeout = this.#opTimeouts[clientIndex ?? 0]
    const limits = limitsOf(call, this.#profile, opTimeout, this.#factor)
    const request = requestOf(call, clientIndex, limits)
    const ready = () => this.#scheduler.isAccepted(call.command, clientIndex)
    if (clientIndex !== undefined && call.key === 'payload') this.#staged[clientIndex] = 'dirty'
    const lines = await this.#exchange(clientIndex ?? generalLane, request, call, ready)
    if (clientIndex !== undefined && emptying.has(call.key)) this.#staged[clientIndex] = 'clean'
    if (call.key === 'config' && clientIndex !== undefined && typeof call.values.opTimeout === 'number')
      this.#opTimeouts[clientIndex] = call.values.opTimeout
    return lines
  }

  async #exchange(
    lane: number,
    request: Request,
    call?: MethodCall,
    ready?: () => boolean,
  ): Promise<readonly string[]> {
    const answer = await this.#scheduler.add(lane, () => this.#ask(request, call), ready)
    return outcomeOf(request.name, answer)
  }

  async #ask(request: Request, call?: MethodCall): Promise<Answer> {
    if (!this.chat.aligned && !this.chat.closed) await this.#realign()
    const answer = await this.chat.exchange(request)
    if (call && answer.kind === 'ok' && answer.result)
      this.#scheduler.expectResult(call.command, indexOf(call.values), answer.result)
    return answer
  }

  #rawRequest(line: string, data: Uint8Array | undefined, limits: AnswerLimits): Request {
    const call = onlyCall(line)
    const name = call?.name ?? line.slice(2).split(/[=?;]/)[0]!.toUpperCase()
    const found = call && this.#find(name, call.tokens)
    if (found && found.form.prompt !== undefined && found.values[found.form.prompt] !== data?.length)
      throw new InputError(name, 'data', `give the ${found.values[found.form.prompt]} bytes that the line announces`)
    const deferred = found ? found.form.outcome === 'deferred' : call?.form === 'execute' && this.#defers(name)
    const clientIndex = found && indexOf(found.values)
    const resultMs = limits.resultMs ?? this.#factor * 1000 * longestResultSeconds
    return {
      line,
      name,
      information: name === '+CMQTTSUB' && call?.form === 'read' ? 'rows' : 'any',
      finalMs: limits.finalMs ?? this.#factor * (this.#definition(name)?.maxResponseMs ?? ordinaryMs),
      ...(data && { data }),
      ...(found?.form.secret && { secret: true }),
      ...((found || deferred) && { result: { ...(clientIndex !== undefined && { clientIndex }), deferred }, resultMs }),
    }
  }

  #find(name: string, tokens: Parameters<typeof matchWrite>[1]) {
    const command = this.#definition(name)
    const matched = command && matchWrite(command, tokens)
    const form = matched && command.write?.[matched.form]
    return form && { form, values: matched.values }
  }

  #definition(name: string) {
    return Object.values(this.#tables)
      .flatMap((table) => Object.values(table))
      .find((command) => command.name === name)
  }

  #defers = (name: string): boolean => this.#definition(name)?.execute?.outcome === 'deferred'
}

/** §2.2.15, in s. */
const defaultOpTimeout = 120
const longestResultSeconds = 186

function indexOf(values: Readonly<Record<string, unknown>>): 0 | 1 | undefined {
  const index = values.clientIndex
  return index === 0 || index === 1 ? index : undefined
}

function requestOf(
  { command, form, kind, line, data }: MethodCall,
  clientIndex: number | undefined,
  limits: { readonly finalMs: number; readonly resultMs: number },
): Request {
  const outcome = form?.outcome ?? (kind === 'execute' ? command.execute?.outcome : undefined) ?? 'final'
  const isDo = kind === 'write' || outcome === 'deferred'
  const rows = kind === 'read' && command.read?.row === '[<topic>]'
  return {
    line,
    name: command.name,
    information: rows ? 'rows' : kind === 'execute' ? 'any' : 'named',
    finalMs: limits.finalMs,
    ...(data && { data }),
    ...(form?.secret && { secret: true }),
    ...(isDo &&
      outcome !== 'final' && {
        result: { ...(clientIndex !== undefined && { clientIndex }), deferred: outcome === 'deferred' },
      }),
    ...(outcome === 'deferred' && { resultMs: limits.resultMs }),
  }
}
