import type { Effort } from '../profiles/response-times.ts'
import { bytesOf, concat } from '../syntax/bytes.ts'
import type { Token } from '../syntax/parse-line.ts'
import type { DataContent, Shown } from './content.ts'
import type { Param } from './param.ts'
import type { Consequences } from './risk.ts'

export type FormParams = Readonly<Record<string, Param<unknown>>>
type OptionalKeys<P extends FormParams> = { [K in keyof P]: P[K]['optional'] extends true ? K : never }[keyof P]
type Out<P> = P extends Param<infer T> ? T : never
/** The values that a parameter list decodes to. */
export type ParamValues<P extends FormParams> = { readonly [K in Exclude<keyof P, OptionalKeys<P>>]: Out<P[K]> } & {
  readonly [K in OptionalKeys<P>]?: Out<P[K]>
}

/**
 * How a command ends. `final`: `OK` or `ERROR`. `final+err`: `OK`, or `+CMD: <client_index>,<err>` before `ERROR`.
 * `deferred`: `OK` when it is accepted, `+CMD: <client_index>,<err>` when it is done.
 */
export type FormOutcome = 'final' | 'final+err' | 'deferred'

/**
 * What stands behind the answer of a form. `real`: the simulated device does it, or shows it. `state`: the value is kept
 * and read back, and changes nothing else. `accepted`: answered, without effect.
 */
export type Played = 'real' | 'state' | 'accepted'

/** Of a single form, where it differs from its command. */
export interface FormMark {
  readonly played?: Played
  readonly grade?: Grade
}

export interface Form extends Consequences, FormMark {
  readonly params: FormParams
  readonly outcome: FormOutcome
  /** Fewer parameters, empty ones counted, are another form. */
  readonly minParams?: number
  /** Parameters that may only be given together with another one. */
  readonly requires?: Readonly<Record<string, string>>
  /** This firmware does not have it. */
  readonly absent?: boolean
  /** There only while the client has `argtopic` on; else as if absent. */
  readonly onlyWith?: 'argTopic'
  /** This firmware knows the form only to refuse it with this `<err>`. */
  readonly refusedWith?: number
  /** A parameter that is a topic, checked before the prompt. */
  readonly topic?: { readonly param: string; readonly kind: 'topic' | 'filter' }
  /** After `>`, exactly as many bytes as this parameter says. */
  readonly prompt?: string
  /** What the data is, for the checks that follow it. */
  readonly data?: 'topic' | 'filter' | 'bytes'
  /** The data behind the prompt must not be seen in a log or a trace; for parameters see `secret()`. */
  readonly secret?: boolean
}

/**
 * `service`: the MQTT service is started (else `ERROR`). `client`: and the client is acquired (else 20).
 * `connection`: and connected (else 11).
 */
export type Needs = 'service' | 'client' | 'connection'

/** Refused with 14 while the client has a PUB, SUB or UNSUB without result (`operation`), or is connecting (`connect`). */
export type RefusedWhile = 'operation' | 'connect'

/** What commands send to a server. */
export type CommandPacket = 'connect' | 'publish' | 'subscribe' | 'unsubscribe' | 'disconnect'

/** From where a command, or what a transcript shows, is known: a manual, real modules or their drivers, or our choice. */
export const grades = ['documented', 'observed', 'chosen'] as const
export type Grade = (typeof grades)[number]

/** Everything both ends of the line know of a command; the module's handler is elsewhere. */
export interface Command extends Consequences {
  /** As on the line: `+CMQTTPUB`; a basic command's letter: `E`. */
  readonly name: string
  readonly title: string
  /** Section of the application note, `2.2.12`; `general` for the commands around it; `siblings`: MQTT, in other manuals. */
  readonly cite: string
  readonly grade?: Grade
  /** Of its read, execute and write forms; none: `real`. */
  readonly played?: Played
  /** This firmware does not have it: an unknown name. */
  readonly absent?: boolean
  /** The slowest final or deferred result that the note allows, in ms. */
  readonly maxResponseMs?: number
  /** What the lines of its answers are called, where that is not its name. */
  readonly rowName?: string
  /** What its answers show, and URCs of its name. */
  readonly shows?: Shown
  /** What its write and execute forms wait for; none: nothing. */
  readonly effort?: Effort
  readonly needs?: Needs
  readonly refusedWhile?: RefusedWhile
  /** The packet that it sends. */
  readonly sends?: CommandPacket
  /** The packet that a later command sends with what this one takes. */
  readonly stages?: CommandPacket
  readonly execute?: Consequences & FormMark & { readonly outcome: FormOutcome }
  /** `secret`: its rows show the secret parameters of the write form. */
  readonly read?: FormMark & { readonly row: string; readonly secret?: boolean }
  readonly write?: Readonly<Record<string, Form>>
  /**
   * `derived`: the `=?` line is printed from the longest write form. `handled`: it depends on the module's state, so a
   * handler makes it. Else the lines behind `+CMD: `. None: no test form.
   */
  readonly test?: 'derived' | 'handled' | readonly string[]
}

export const command = <const C extends Command>(definition: C): C => definition

export type CommandTable = Readonly<Record<string, Command>>

/** What the data behind the prompt of a form is. */
export function dataContentOf({ data, secret }: Form): DataContent {
  if (secret) return 'key'
  return data === 'bytes' ? 'payloads' : 'topics'
}

/** What stands behind the answer of a form. */
export const playedOf = (command: Command, form: FormMark | undefined): Played =>
  form?.played ?? command.played ?? 'real'

/** From where a form is known; undefined: the note has it. */
export const gradeOf = (command: Command, form: FormMark | undefined): Grade | undefined => form?.grade ?? command.grade

/** A reply of a profile takes the place of a command whose replies are our choice: a log of real hardware wins. */
export const yieldsToReplies = ({ grade }: Command): boolean => grade === 'chosen'

/** What stands between a name and the values of its write form: `AT+CREG=1`, `ATS0=1`, but `ATE1`. */
export const writeSign = (name: string): '=' | '' => (/^(\+|S\d)/.test(name) ? '=' : '')

/** What stands before the values of a read form's line: `+CREG: `; a basic command prints its value alone. */
export const rowPrefix = (name: string): string => (name.startsWith('+') ? `${name}: ` : '')

/** The lines of the `=?` reply, in order. */
export function testLines({ name, test, write = {} }: Command): readonly string[] {
  if (test === undefined || test === 'handled') return []
  if (test !== 'derived') return test.map((rest) => `${name}: ${rest}`)
  return [
    `${name}: ${longestForm(write)
      .map((param) => param.testForm)
      .join(',')}`,
  ]
}

function longestForm(write: Readonly<Record<string, Form>>): readonly Param<unknown>[] {
  const lists = Object.values(write)
    .filter(({ absent }) => !absent)
    .map((form) => Object.values(form.params))
  return lists.reduce((longest, list) => (list.length > longest.length ? list : longest), [])
}

export interface MatchedWrite {
  /** Key of the form in `write`. */
  readonly form: string
  readonly values: Readonly<Record<string, unknown>>
}

/** The first write form whose parameters the tokens fit; undefined: the line earns `ERROR`. */
export function matchWrite({ write }: Command, tokens: readonly (Token | undefined)[]): MatchedWrite | undefined {
  for (const form in write) {
    const { params, minParams = 0, requires, absent } = write[form]!
    const values = absent || tokens.length < minParams ? undefined : decodeAll(params, tokens)
    if (values && (requires === undefined || holdsRequired(values, requires))) return { form, values }
  }
  return undefined
}

function holdsRequired(values: Record<string, unknown>, requires: Readonly<Record<string, string>>): boolean {
  return Object.entries(requires).every(([key, other]) => values[key] === undefined || values[other] !== undefined)
}

function decodeAll(params: FormParams, tokens: readonly (Token | undefined)[]): Record<string, unknown> | undefined {
  const values: Record<string, unknown> = {}
  let i = 0
  for (const key in params) {
    const param = params[key]!
    const token = tokens[i++]
    if (token === undefined) {
      if (!param.optional) return undefined
      continue
    }
    const value = param.decode(token)
    if (value === undefined) return undefined
    values[key] = value
  }
  return tokens.length > i ? undefined : values
}

/** The line, without its CR, that gives a write command. Throws an `EncodeError` for what the line can't carry. */
export function encodeWrite<F extends Form>({ name }: Command, form: F, values: ParamValues<F['params']>): Uint8Array {
  const given = values as Readonly<Record<string, unknown>>
  const words = Object.entries(form.params).map(([key, param]) =>
    given[key] === undefined ? bytesOf('') : param.encode(given[key]),
  )
  while (words.at(-1)?.length === 0) words.pop()
  const commas = words.flatMap((word, i) => (i === 0 ? [word] : [bytesOf(','), word]))
  return concat([bytesOf(`AT${name}${writeSign(name)}`), ...commas])
}

/** `<client_index>,<qos>[,<dup>]` */
export function syntaxOf({ params }: Form): string {
  return Object.entries(params)
    .map(([key, param], i) => {
      const comma = i === 0 ? '' : ','
      const word =
        param.limits.kind === 'keyword' ? `${comma}"${param.limits.word}"` : `${comma}<${param.docName ?? snake(key)}>`
      return param.optional ? `[${word}]` : word
    })
    .join('')
}

const snake = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
