import type { Command, Form, ParamValues } from '../../at/commands/command.ts'
import type { GeneralCommands } from '../../at/commands/general/general-commands.ts'
import type { MqttCommands } from '../../at/commands/mqtt/mqtt-commands.ts'
import type { SiblingCommands } from '../../at/commands/mqtt/sibling-commands.ts'
import type { TlsCommands } from '../../at/commands/tls/tls-commands.ts'
import type { StepContext } from '../core/step-context.ts'
import type { Reply } from '../line/reply.ts'
import { clientHandlers } from './clients.ts'
import { configHandlers } from './config.ts'
import { connectHandlers } from './connect.ts'
import { contextHandlers } from './contexts.ts'
import { identityHandlers } from './identity.ts'
import { lineHandlers } from './line-settings.ts'
import { powerHandlers } from './power.ts'
import { publishHandlers } from './publish.ts'
import { registrationHandlers } from './registration.ts'
import { serviceHandlers } from './service.ts'
import { simHandlers } from './sim.ts'
import { socketHandlers } from './sockets.ts'
import { subscribeHandlers } from './subscribe.ts'
import { tlsHandlers } from './tls.ts'
import { topicInputHandlers } from './topic-input.ts'

/** What runs a form: `read` and `execute` get no values; a form with a prompt gets the data. */
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

/** A part of the MQTT handlers, one file a family of commands. */
export type MqttHandlers<K extends keyof MqttCommands> = Handlers<Pick<MqttCommands, K>>
export type GeneralHandlers<K extends keyof GeneralCommands> = Handlers<Pick<GeneralCommands, K>>

export const handlers: Handlers<MqttCommands & SiblingCommands & TlsCommands & GeneralCommands> = {
  ...serviceHandlers,
  ...clientHandlers,
  ...connectHandlers,
  ...publishHandlers,
  ...subscribeHandlers,
  ...configHandlers,
  ...topicInputHandlers,
  ...tlsHandlers,
  ...lineHandlers,
  ...identityHandlers,
  ...simHandlers,
  ...registrationHandlers,
  ...contextHandlers,
  ...powerHandlers,
  ...socketHandlers,
}
