import { consequencesOf, everyCommand } from '../../at/commands/every-command.ts'
import { risks } from '../../at/commands/risk.ts'
import { isFinalResult } from '../../at/public.ts'
import { bytesOf } from '../../at/syntax/bytes.ts'
import { parseCommand } from '../../at/syntax/parse-line.ts'
import { isKnownUrc, isRestart, nameOf } from '../../at/urcs.ts'
import type { Clock } from '../../io/runtime/runtime.ts'
import type { Conversation } from './conversation.ts'
import type { Need, Permissions } from './permissions.ts'

/** The module said nothing, or not what ends an answer, or it restarted meanwhile. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered'
}

/** What was sent, and what came until the next was. One character a byte. */
export interface LineExchange {
  readonly sent: string
  readonly received: string
  /** From the last byte sent to the final result; undefined: it has none. */
  readonly ms: number | undefined
}

export interface QuestionAnswer {
  /** Information lines and results before the final one, without echo and other URCs. */
  readonly lines: readonly string[]
  readonly final: string
  /** The `<err>` of a line of the command; undefined: there was none. */
  readonly code: number | undefined
  /** Such a line stood before the final result. */
  readonly codeFirst: boolean
}

/** How long a command may take that nothing is known of, ms; manuals give general commands 9 s. */
const usualMs = 9000
const longestMs = 30_000

/** What questions ask with: sends commands, keeps what was said, and takes back what was changed. */
export class Interview {
  readonly permissions: Permissions
  readonly #clock: Clock
  #conversation: Conversation
  #exchanges: LineExchange[] = []
  #undo: string[] = []
  readonly #traits = new Map<string, unknown>()
  /** The module has connected to the broker once. */
  reachesBroker = false
  readonly #added = new Map<string, Readonly<Record<string, unknown>>>()

  constructor(conversation: Conversation, clock: Clock, permissions: Permissions) {
    this.#conversation = conversation
    this.#clock = clock
    this.permissions = permissions
  }

  /** The line was taken anew. */
  goOnWith(conversation: Conversation): void {
    this.#conversation = conversation
  }

  /** A value of a profile, by its path, `mqtt.startWhenStarted`; or what is made of the value that the nearest one has. */
  found(path: string, value: unknown): void {
    this.#traits.set(path, value)
  }

  /** Entries of a value that is a table. */
  add(path: string, entries: Readonly<Record<string, unknown>>): void {
    const before = this.#added.get(path) ?? {}
    const all = { ...before, ...entries }
    this.#added.set(path, all)
    this.found(path, (base: object) => ({ ...base, ...all }))
  }

  now(): number {
    return this.#clock.now()
  }

  /** Waits, and listens on. */
  async pause(ms: number): Promise<void> {
    await this.#conversation.until(() => false, ms)
  }

  get traits(): ReadonlyMap<string, unknown> {
    return this.#traits
  }

  /** To be sent behind the question, the last one first, whatever happens. */
  takeBackWith(command: string): void {
    this.#undo.push(command)
  }

  /** What is to be sent next; it stays until `undone`. */
  get nextUndo(): string | undefined {
    return this.#undo.at(-1)
  }

  undone(): void {
    this.#undo.pop()
  }

  takeUndo(): readonly string[] {
    return this.#undo.splice(0).reverse()
  }

  /** What was said since the last call. */
  takeExchanges(): readonly LineExchange[] {
    const taken = this.#exchanges
    this.#exchanges = []
    return taken
  }

  /** Sends a command line and waits for its final result. Rejects with an `Unanswered`. */
  async ask(command: string, limitMs = limitFor(command)): Promise<QuestionAnswer> {
    const text = await this.#until(`${command}\r`, command, (heard) => finalIn(heard, command) !== undefined, limitMs)
    return answerOf(text, command)
  }

  /** As `ask`, without keeping it: how often something is looked for is no answer. */
  async look(command: string): Promise<QuestionAnswer> {
    const answer = await this.ask(command)
    this.#exchanges.pop()
    return answer
  }

  /** As `ask`, for a command whose result may come behind `OK`. */
  async result(command: string, limitMs = limitFor(command)): Promise<QuestionAnswer> {
    const name = nameIn(command)
    const answer = await this.ask(command, limitMs)
    if (answer.final !== 'OK' || answer.code !== undefined) return answer
    const text = await this.more(command, (heard) => linesOf(heard, command).some((line) => nameOf(line) === name))
    return { ...answerOf(text, command), codeFirst: false }
  }

  /** Sends a command and waits for its prompt, or for its final result: that is returned. */
  async prompt(command: string, limitMs = limitFor(command)): Promise<QuestionAnswer | undefined> {
    const ends = (heard: string) => isPrompt(heard) || finalIn(heard, command) !== undefined
    const text = await this.#until(`${command}\r`, command, ends, limitMs)
    return isPrompt(text) ? undefined : answerOf(text, command)
  }

  /** The bytes behind a prompt, and the final result. */
  async data(bytes: string, command: string): Promise<QuestionAnswer> {
    const text = await this.#until(bytes, command, (heard) => finalIn(heard, bytes) !== undefined, usualMs)
    return answerOf(text, command, bytes)
  }

  /** Sends bytes and gives what has come when it is as wanted. Rejects with an `Unanswered`. */
  raw(bytes: string, isWanted: (heard: string) => boolean, limitMs = usualMs): Promise<string> {
    return this.#until(bytes, bytes, isWanted, limitMs)
  }

  /** Waits for what belongs to the last command. Rejects with an `Unanswered`. */
  async more(command: string, isWanted: (heard: string) => boolean, limitMs = longestMs): Promise<string> {
    const began = this.#clock.now()
    const came = await this.#conversation.until(isWanted, limitMs)
    const last = this.#exchanges.pop()!
    this.#exchanges.push({ ...last, received: this.#conversation.heard })
    if (!came) throw new Unanswered(`${command} has no result within ${seconds(this.#clock.now() - began)}`)
    return this.#conversation.heard
  }

  async #until(bytes: string, command: string, isWanted: (heard: string) => boolean, limitMs: number): Promise<string> {
    checkAllowed(command, this.permissions)
    this.#conversation.forget()
    this.#conversation.send(bytes)
    const began = this.#clock.now()
    const came = await this.#conversation.until(isWanted, limitMs)
    const received = this.#conversation.heard
    this.#exchanges.push({ sent: bytes, received, ms: came ? this.#clock.now() - began : undefined })
    if (restartIn(received) && !isWantedRestart(command)) throw new Unanswered(`the module restarted at ${command}`)
    if (!came) throw new Unanswered(`${command} has no answer within ${seconds(limitMs)}`)
    return received
  }
}

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`

/** Nothing that a definition marks as risky is sent; what restarts or writes files, only when that was allowed. */
function checkAllowed(command: string, permissions: Permissions): void {
  for (const [part] of command.matchAll(/(?<=^AT|;)[^;]+/gi)) {
    const parsed = parseCommand(bytesOf(part), 0)
    const consequences = parsed && consequencesOf(parsed)
    const flag = consequences && allowedBy[consequences.changes]
    if (consequences?.risk) throw new Error(`${command} is never to be sent: it ${risks[consequences.risk]}`)
    if (flag !== undefined && !permissions[flag]) throw new Error(`${command} is not to be sent without ${flag}`)
  }
}

const allowedBy: Readonly<Record<string, Need | undefined>> = {
  power: 'reset',
  network: 'reset',
  files: 'certificates',
}

const nameIn = (command: string): string => /^AT(\+\w+)/i.exec(command)?.[1]?.toUpperCase() ?? ''

function limitFor(command: string): number {
  const known = everyCommand.find(({ name }) => name === nameIn(command))?.maxResponseMs ?? usualMs
  return Math.min(known, longestMs)
}

const isPrompt = (heard: string): boolean => /\r\n>(\r\n| )?$/.test(heard)

const restartIn = (heard: string): boolean => heard.split(/[\r\n]+/).some(isRestart)
const isWantedRestart = (command: string): boolean => /^AT\+CRESET/.test(command)

/** Complete lines without echo; URCs only of the name of the command. */
function linesOf(heard: string, command: string, data = ''): readonly string[] {
  const name = nameIn(command)
  return withoutEcho(heard, command, data)
    .split(/\r\n/)
    .slice(0, -1)
    .filter((line) => line !== '' && (!isKnownUrc(line) || nameOf(line) === name))
}

function withoutEcho(heard: string, command: string, data: string): string {
  for (const echo of [data, `${command}\r`]) if (echo !== '' && heard.startsWith(echo)) return heard.slice(echo.length)
  return heard
}

const finalIn = (heard: string, command: string): string | undefined => linesOf(heard, command).find(isFinalResult)

function answerOf(heard: string, command: string, data = ''): QuestionAnswer {
  const all = linesOf(heard, command, data)
  const end = all.findIndex(isFinalResult)
  const lines = all.filter((_, i) => i !== end)
  const own = lines.find((line) => nameOf(line) === nameIn(command))
  const code = own === undefined ? undefined : codeOf(own)
  const codeFirst = code !== undefined && all.indexOf(own!) < end
  return { lines, final: all[end] ?? '', code, codeFirst }
}

/** `+CMQTTSTART: 0` and `+CMQTTREL: 0,20`. */
function codeOf(line: string): number | undefined {
  const found = /: (?:\d,)?(\d{1,2})$/.exec(line)
  return found ? Number(found[1]) : undefined
}
