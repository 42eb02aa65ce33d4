import type { Profile } from '../../at/profiles/profile.ts'
import { defaultProfile } from '../../at/profiles/profiles.ts'
import type { Clock } from '../../io/runtime/runtime.ts'
import type { Answer, Request } from '../protocol/answer.ts'
import { Chat, type ChatOptions } from '../protocol/chat.ts'
import { PortBusyError } from '../protocol/errors.ts'
import { type PromptCleanup, undoFilledPrompt } from '../protocol/prompt-cleanup.ts'
import { synchronise } from '../protocol/synchronise.ts'
import { checkedLine, dataBytes } from './command-line.ts'
import { outcomeOf, UnknownOutcomeError } from './errors.ts'
import { identityOf, type ModuleIdentity, type SignalQuality, signalQualityOf } from './identity.ts'
import { type AnswerLimits, type CommandMethods, commandMethods, type MethodCall, type Text } from './methods.ts'
import { type CommandTables, clientIndexOf, ordinaryMs, rawRequestOf, requestOf, tablesOf } from './request.ts'
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

/** §2.2.15, in s. */
const defaultOpTimeout = 120
/** The lane of commands that belong to neither client. */
const generalLane = 2
/** Commands that leave nothing staged. */
const emptying: ReadonlySet<string> = new Set(['acquire', 'release', 'publish'])

/**
 * A module behind a port, a method a command form: `modem.mqtt.publish({ clientIndex: 0, qos: 1, pubTimeout: 60 })`.
 * A method resolves when the command has succeeded and rejects with `MqttError`, `CmeError`, `RefusedError`,
 * `UnknownOutcomeError` or, with nothing sent, `InputError`, `PortClosedError`, `PortBusyError`, `OnlineError` (nothing
 * answers).
 * Commands of both clients take turns; the scheduler decides whose turn it is.
 */
export class Modem {
  readonly chat: Chat
  #suspectFiles: Set<string> | undefined
  readonly #scheduler = new CommandScheduler()
  readonly #factor: number
  readonly #opTimeouts: [number, number] = [defaultOpTimeout, defaultOpTimeout]
  readonly #runs = (call: MethodCall) => this.#run(call)
  #profile!: Profile
  #tables!: CommandTables
  // Made when they are asked for: they are 27 KB.
  #general: CommandMethods<CommandTables['general']> | undefined
  #mqtt: CommandMethods<CommandTables['mqtt']> | undefined
  #tls: CommandMethods<CommandTables['tls']> | undefined
  readonly #clock: Clock
  readonly #staged: ['clean' | 'dirty', 'clean' | 'dirty'] = ['dirty', 'dirty']
  /** The echo was switched on here. */
  #echoes = false
  #realign: () => Promise<void> = () => this.#resynchronise()

  constructor({ profile = defaultProfile, limitFactor = 1.5, ...options }: ModemOptions) {
    this.chat = new Chat(options)
    this.#clock = options.clock
    this.#factor = limitFactor
    this.profile = profile
  }

  /** Files of the store that junk may have been written over, until they are written again. */
  get suspectFiles(): Set<string> {
    this.#suspectFiles ??= new Set()
    return this.#suspectFiles
  }

  get profile(): Profile {
    return this.#profile
  }

  /** What forms and ranges the methods have from now on. */
  set profile(profile: Profile) {
    this.#profile = profile
    this.chat.echoesData = profile.echoesData
    this.#tables = tablesOf(profile)
    this.#general = this.#mqtt = this.#tls = undefined
  }

  get general(): CommandMethods<CommandTables['general']> {
    this.#general ??= commandMethods(this.#tables.general, this.#runs)
    return this.#general
  }

  get mqtt(): CommandMethods<CommandTables['mqtt']> {
    this.#mqtt ??= commandMethods(this.#tables.mqtt, this.#runs)
    return this.#mqtt
  }

  get tls(): CommandMethods<CommandTables['tls']> {
    this.#tls ??= commandMethods(this.#tables.tls, this.#runs)
    return this.#tls
  }

  /** Any command, as typed: `AT+CSQ`. Resolves with its information lines; one character is one byte. */
  async command(line: string, { data, ...limits }: RawOptions = {}): Promise<readonly string[]> {
    const text = checkedLine(line)
    const bytes = data === undefined ? undefined : dataBytes({ name: text, title: '', cite: '' }, data)
    const request = rawRequestOf(text, bytes, limits, { tables: this.#tables, factor: this.#factor })
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

  /** While another program uses the port the module is to echo: what it has been given can then be seen. */
  async #followEcho(): Promise<void> {
    const { disturbed, echo, closed } = this.chat
    const wanted = disturbed ? 'on' : 'off'
    if (closed || echo === wanted || (!disturbed && !this.#echoes)) return
    this.#echoes = disturbed
    const line = disturbed ? 'ATE1' : 'ATE0'
    await this.chat.exchange({ line, name: 'E', information: 'named', finalMs: ordinaryMs })
  }

  async #resynchronise(): Promise<void> {
    const { filledPrompt } = await synchronise(this.chat, this.#clock, { attempts: 1 })
    if (!filledPrompt) return
    this.promptWasFilled(await undoFilledPrompt(this.chat, this.#clock))
  }

  async #run(call: MethodCall): Promise<readonly string[]> {
    const clientIndex = clientIndexOf(call.values)
    const opTimeout = this.#opTimeouts[clientIndex ?? 0]
    const request = requestOf(call, clientIndex, { profile: this.#profile, opTimeout, factor: this.#factor })
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
    if (this.chat.closedBy instanceof PortBusyError) throw this.chat.closedBy
    if (this.#mayBeForOthers(request, answer)) throw new UnknownOutcomeError(request.name, 'disturbed')
    const lines = await outcomeOf(request.name, answer, this.#profile.family)
    const given = request.data !== undefined || request.result?.deferred === true
    if (answer.kind === 'ok' && answer.disturbed && given) throw new UnknownOutcomeError(request.name, 'disturbed')
    return lines
  }

  /** A refusal of data among which another program has written, or of a line that begins with its own. */
  #mayBeForOthers({ data }: Request, answer: Answer): boolean {
    return answer.kind === 'error' && (answer.disturbed === true || (data !== undefined && this.chat.disturbed))
  }

  async #ask(request: Request, call?: MethodCall): Promise<Answer> {
    if (!this.chat.aligned && !this.chat.closed) await this.#realign()
    await this.#followEcho()
    const answer = await this.chat.exchange(request)
    if (call && answer.kind === 'ok' && answer.result)
      this.#scheduler.expectResult(call.command, clientIndexOf(call.values), answer.result, call.limits.holds)
    return answer
  }
}
