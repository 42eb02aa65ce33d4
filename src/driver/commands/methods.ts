import type { Command, CommandTable, Form, ParamValues } from '../../at/commands/command.ts'
import type { ServerAddress } from '../../at/commands/server-address.ts'
import { dataBytes, formLine, namedLine } from './command-line.ts'

/** Other limits than the definition's, in ms, and what waits meanwhile. */
export interface AnswerLimits {
  /** For the prompt and the final result, each. */
  readonly finalMs?: number
  /** For the deferred result, from `OK` on. */
  readonly resultMs?: number
  /**
   * Which commands of the client wait for the deferred result. `all`: those that the module refuses until then. `own`: the
   * same command alone, for a result that may not come; the module may refuse the others with 14. `all`.
   */
  readonly holds?: 'all' | 'own'
}

/** What a method gives to be run. */
export interface MethodCall {
  /** Key of the command in its table. */
  readonly key: string
  readonly command: Command
  /** Of a write command. */
  readonly form?: Form
  readonly kind: 'execute' | 'read' | 'test' | 'write'
  /** The command line without its CR; one character is one byte. */
  readonly line: string
  readonly data?: Uint8Array
  readonly values: Readonly<Record<string, unknown>>
  readonly limits: AnswerLimits
}

/** Resolves with the information lines; one character is one byte. */
export type RunMethod = (call: MethodCall) => Promise<readonly string[]>

/** Text goes as UTF-8. */
export type Text = string | Uint8Array

type Given<T> = T extends Uint8Array | ServerAddress ? Text : T
/** A keyword is the same each time, and the length is that of the data. */
type Implied<F extends Form> =
  | (F extends { prompt: infer L } ? L : never)
  | {
      [K in keyof F['params']]: F['params'][K] extends { decode(token: never): infer T | undefined }
        ? IsKeyword<T> extends true
          ? K
          : never
        : never
    }[keyof F['params']]
type IsKeyword<T> = T extends string ? (string extends T ? false : true) : false
type Args<F extends Form> = {
  [K in keyof ParamValues<F['params']> as K extends Implied<F> ? never : K]: Given<ParamValues<F['params']>[K]>
}

type Answered = Promise<readonly string[]>
/** One write form: the values, then the bytes where the module prompts for them. Resolves with the information lines. */
export type FormMethod<F extends Form> = F extends { prompt: string }
  ? (values: Args<F>, data: Text, limits?: AnswerLimits) => Answered
  : (values: Args<F>, limits?: AnswerLimits) => Answered

type PlainMethod = (limits?: AnswerLimits) => Answered
type OnlyKey<W> = { [K in keyof W]: Exclude<keyof W, K> extends never ? K : never }[keyof W]
/** A command is called by its main form: the one that has the command's name, or the only one; without values it is executed. */
type MainMethod<C, Key> = C extends { write: infer W extends Readonly<Record<string, Form>> }
  ? Key extends keyof W
    ? FormMethod<W[Key]>
    : OnlyKey<W> extends never
      ? PlainMethods<C>
      : FormMethod<W[OnlyKey<W>]> & (C extends { execute: object } ? () => Answered : unknown)
  : C extends { execute: object }
    ? PlainMethod
    : unknown
type PlainMethods<C> = (C extends { execute: object } ? { readonly execute: PlainMethod } : unknown) &
  (C extends { read: object } ? { readonly read: PlainMethod } : unknown) &
  (C extends { test: unknown } ? { readonly test: PlainMethod } : unknown)
type FormMethods<C> = C extends { write: infer W extends Readonly<Record<string, Form>> }
  ? { readonly [F in keyof W]: FormMethod<W[F]> }
  : unknown

/** `commands.publish({…})`, `commands.subscribe.read()`, `commands.config.opTimeout({…})`. */
export type CommandMethods<T extends CommandTable> = {
  readonly [K in keyof T]: MainMethod<T[K], K> & PlainMethods<T[K]> & FormMethods<T[K]>
}

/**
 * A method per form of every command of a table. They are made each time they are asked for: kept, they were a tenth of
 * the memory of an idle client.
 */
export function commandMethods<T extends CommandTable>(table: T, run: RunMethod): CommandMethods<T> {
  const methods: OwnMethods = Object.create(namesOf(table))
  Object.defineProperty(methods, runs, { value: run })
  return methods as unknown as CommandMethods<T>
}

const runs = Symbol('runs')

interface OwnMethods {
  readonly [runs]: RunMethod
}

/** What all modems of a table share: thousands of them may be in one process. */
const prototypes = new WeakMap<CommandTable, object>()

function namesOf(table: CommandTable): object {
  const known = prototypes.get(table)
  if (known) return known
  const names = {}
  for (const [key, command] of Object.entries(table))
    Object.defineProperty(names, key, {
      get(this: OwnMethods) {
        return methodsOf(key, command, this[runs])
      },
      enumerable: true,
    })
  prototypes.set(table, names)
  return names
}

type Method = (...args: readonly unknown[]) => Answered

function methodsOf(key: string, command: Command, run: RunMethod): object {
  const write = command.write ?? {}
  const forms = Object.entries(write).map(([name, form]) => [name, formMethod(key, command, form, run)] as const)
  const methods: Record<string, Method> = Object.fromEntries(forms)
  for (const kind of ['execute', 'read', 'test'] as const)
    if (command[kind] !== undefined) methods[kind] = plainMethod(key, command, kind, run)
  const main = methods[key] ?? (forms.length === 1 ? orExecute(forms[0]![1], methods.execute) : methods.execute)
  return withProperties(main, methods)
}

const orExecute =
  (form: Method, execute: Method | undefined): Method =>
  (...args) =>
    execute && args.length === 0 ? execute() : form(...args)

/** A function of its own: some names, such as `bind`, functions have already. */
function withProperties(main: Method | undefined, methods: Readonly<Record<string, Method>>): object {
  const target = main ? (...args: readonly unknown[]) => main(...args) : {}
  for (const [name, value] of Object.entries(methods)) Object.defineProperty(target, name, { value, enumerable: true })
  return target
}

function plainMethod(key: string, command: Command, kind: 'execute' | 'read' | 'test', run: RunMethod): Method {
  return async (limits) =>
    run({ key, command, kind, line: namedLine(command, kind), values: {}, limits: limitsOf(limits) })
}

function formMethod(key: string, command: Command, form: Form, run: RunMethod): Method {
  return async (values, ...rest) => {
    const data = form.prompt === undefined ? undefined : dataBytes(command, rest.shift())
    const given = values as Readonly<Record<string, unknown>>
    const { line, typed } = formLine(command, form, given, data)
    const call = { key, command, form, kind: 'write' as const, line, values: typed, limits: limitsOf(rest[0]) }
    return run(data ? { ...call, data } : call)
  }
}

const limitsOf = (limits: unknown): AnswerLimits => (limits as AnswerLimits | undefined) ?? {}
