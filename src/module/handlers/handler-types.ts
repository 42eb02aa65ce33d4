import type { Command, Form, ParamValues } from '../../at/commands/command.ts'
import type { GeneralCommands } from '../../at/commands/general/general-commands.ts'
import type { MqttCommands } from '../../at/commands/mqtt/mqtt-commands.ts'
import type { Reply } from '../core/reply.ts'
import type { StepContext } from '../core/step-context.ts'

/** The handler of a form: `read` and `execute` get no values; a form with a prompt gets the data. */
type FormHandler<F extends Form> = F extends { readonly prompt: string }
  ? (ctx: StepContext, values: ParamValues<F['params']>, line: number, data: Uint8Array) => Reply
  : (ctx: StepContext, values: ParamValues<F['params']>, line: number) => Reply
type PlainHandler = (ctx: StepContext, values: Readonly<Record<string, never>>, line: number) => Reply

type WriteHandlers<C> = C extends { readonly write: infer W extends Readonly<Record<string, Form>> }
  ? { readonly [F in keyof W]: FormHandler<W[F]> }
  : unknown
type ReadHandler<C> = C extends { readonly read: object } ? { readonly read: PlainHandler } : unknown
type TestHandler<C> = C extends { readonly test: 'handled' } ? { readonly test: PlainHandler } : unknown
type ExecuteHandler<C> = C extends { readonly execute: object } ? { readonly execute: PlainHandler } : unknown

/** One handler for each form of each definition; a missing one does not compile. */
export type Handlers<T extends Readonly<Record<string, Command>>> = {
  readonly [K in keyof T]: WriteHandlers<T[K]> & TestHandler<T[K]> & ReadHandler<T[K]> & ExecuteHandler<T[K]>
}

/** The handlers of one file: a family of commands. */
export type MqttHandlers<K extends keyof MqttCommands> = Handlers<Pick<MqttCommands, K>>
export type GeneralHandlers<K extends keyof GeneralCommands> = Handlers<Pick<GeneralCommands, K>>
