import { type Command, dataContentOf, type Form, testLines } from '../../at/commands/command.ts'
import type { DataContent } from '../../at/commands/content.ts'
import { matchKnown } from '../../at/commands/known-lines.ts'
import type { ClientIndex } from '../../at/commands/mqtt/mqtt-params.ts'
import { mqttErr } from '../../at/errors.ts'
import type { FormKind, ParsedCommand } from '../../at/syntax/parse-line.ts'
import { forcedReply } from '../core/forced-reply.ts'
import { isBusy } from '../core/injected-defect.ts'
import { error, type FinalReply, okWith, type Reply, refuse } from '../core/reply.ts'
import type { PromptCall } from '../core/state.ts'
import { beginStep, endStep, log, type StepContext, writableService } from '../core/step-context.ts'
import { handlers } from '../handlers/handlers.ts'
import { clientAt } from '../mqtt-service/clients.ts'
import { topicRefusalCode } from '../mqtt-service/topics.ts'

/** A command that was accepted and waits for `wanted` bytes of data. */
export interface PromptRequest {
  readonly call: PromptCall
  readonly wanted: number
}

type Values = Readonly<Record<string, unknown>>
type Run = (ctx: StepContext, values: Values, line: number, data?: Uint8Array) => Reply
const runs = handlers as unknown as Readonly<Record<string, Readonly<Record<string, Run>>>>

/** Runs one command of a line; `key`: of its definition. `last`: the last one of its line, which may open a prompt. */
export function runCall(
  ctx: StepContext,
  line: number,
  key: string,
  call: ParsedCommand,
  last: boolean,
): Reply | PromptRequest {
  const command = ctx.config.commands[key]!
  if (call.form === 'write') return runWrite(ctx, line, key, command, call, last)
  if (call.form === 'test') return runTest(ctx, line, key, command)
  if (command[call.form] === undefined) return error
  const forced = forcedReply(ctx, line, { command, form: call.form, done: true })
  if (forced) return forced
  const refusal = stopped(ctx, command) ? refusedBeforeStart(ctx, command, call.form) : undefined
  return refusal ?? runs[key]![call.form]!(ctx, {}, line)
}

/** Whether a command is an error as things are now. It is tried on a step of its own, which is thrown away. */
export function isRefused(ctx: StepContext, line: number, key: string, call: ParsedCommand, last: boolean): boolean {
  const outcome = runCall(beginStep(ctx.config, endStep(ctx), ctx.now), line, key, call, last)
  return outcome !== 'pending' && 'final' in outcome && outcome.final === 'ERROR'
}

function runTest(ctx: StepContext, line: number, key: string, command: Command): Reply {
  if (command.test === 'handled') return runs[key]!.test!(ctx, {}, line)
  return command.test === undefined ? error : okWith(...testLines(command))
}

const stopped = (ctx: StepContext, command: Command): boolean =>
  command.needs !== undefined && ctx.service.mqtt.kind === 'stopped'

/** §2.2.1, but for read forms where the profile lists then too. */
function refusedBeforeStart(ctx: StepContext, command: Command, form: FormKind): FinalReply | undefined {
  if (form !== 'read') return error
  if (ctx.config.profile.mqtt.readsBeforeStart === 'list') return undefined
  noteRead(ctx, command.name)
  return error
}

/** So often in a row a host asks that waits for a list. */
const fruitlessReads = 3

function noteRead(ctx: StepContext, name: string): void {
  const { mqtt } = ctx.service
  if (mqtt.kind === 'started') return
  const times = (mqtt.refusedReads?.[name] ?? 0) + 1
  writableService(ctx).mqtt = { kind: 'stopped', refusedReads: { ...mqtt.refusedReads, [name]: times } }
  if (times !== fruitlessReads) return
  log(
    ctx,
    'warn',
    `AT${name}? was answered ERROR ${times} times, as the service is not started. A host that waits for a list here ` +
      'needs a profile of its own with "mqtt": { "readsBeforeStart": "list" }',
    { command: name },
  )
}

function runWrite(
  ctx: StepContext,
  line: number,
  key: string,
  command: Command,
  call: ParsedCommand,
  last: boolean,
): Reply | PromptRequest {
  const matched = matchKnown(command, call)
  if (matched === undefined) return error
  const form = command.write![matched.form]!
  const { prompt } = form
  if (prompt !== undefined && !last) return error
  if (form.onlyWith !== undefined && !isSwitchedOn(ctx, form.onlyWith, matched.values)) return error
  const { clientIndex } = matched.values
  const run = { command, form: call.form, clientIndex, done: prompt === undefined }
  const refusal =
    forcedReply(ctx, line, run) ??
    stateRefusal(ctx, command, matched.values) ??
    formRefusal(ctx, command, form, matched.values)
  if (refusal) return refusal
  if (prompt === undefined) return runs[key]![matched.form]!(ctx, matched.values, line)
  return {
    call: { command: key, form: matched.form, values: matched.values },
    wanted: matched.values[prompt] as number,
  }
}

/** What the data of a prompt is. */
export const promptContent = (ctx: StepContext, { command, form }: PromptCall): DataContent =>
  dataContentOf(ctx.config.commands[command]!.write![form]!)

/** Runs a write form with its data: the state is checked again, then the data. */
export function runWithData(
  ctx: StepContext,
  line: number,
  { command: key, form, values }: PromptCall,
  data: Uint8Array,
): Reply {
  const command = ctx.config.commands[key]!
  const run = { command, form: 'write', clientIndex: values.clientIndex, done: true } as const
  const forced = forcedReply(ctx, line, run)
  if (forced) return forced
  const refusal = stateRefusal(ctx, command, values) ?? dataRefusal(ctx, command, form, values, data)
  return refusal ?? runs[key]![form]!(ctx, values, line, data)
}

/** The checks that all commands share, in the order of the requirements: service, 20, 14, 11. */
function stateRefusal(ctx: StepContext, command: Command, values: Values): FinalReply | undefined {
  if (command.needs === undefined) return undefined
  if (ctx.service.mqtt.kind === 'stopped') return error
  if (command.needs === 'service') return undefined
  const index = values.clientIndex as ClientIndex
  const client = ctx.service.mqtt.clients[index]
  if (client.kind === 'free') return refuse(command.name, index, mqttErr.notAcquired)
  if (client.kind === 'disconnecting') return refuse(command.name, index, mqttErr.busy)
  if (command.refusedWhile === 'connect' && client.kind === 'connecting')
    return refuse(command.name, index, mqttErr.busy)
  if (command.refusedWhile === 'operation' && client.kind === 'connected' && client.connection.pending)
    return refuse(command.name, index, mqttErr.busy)
  if (command.refusedWhile && isBusy(ctx, index)) return refuse(command.name, index, mqttErr.busy)
  if (command.needs === 'connection' && client.kind !== 'connected')
    return refuse(command.name, index, mqttErr.noConnection)
  return undefined
}

/** Refusals by the definition of the form: not supported by this firmware, or an invalid topic. */
function formRefusal(
  ctx: StepContext,
  command: Command,
  { refusedWith, topic }: Form,
  values: Values,
): FinalReply | undefined {
  if (refusedWith !== undefined) return refuse(command.name, values.clientIndex as ClientIndex, refusedWith)
  return topic && topicRefusal(ctx, command, topic.kind, values, values[topic.param] as Uint8Array)
}

const isSwitchedOn = (ctx: StepContext, setting: NonNullable<Form['onlyWith']>, values: Values): boolean => {
  const client = clientAt(ctx, values.clientIndex as ClientIndex)
  return client.kind !== 'free' && client.acquired.config[setting] === 1
}

const dataRefusal = (
  ctx: StepContext,
  command: Command,
  form: string,
  values: Values,
  data: Uint8Array,
): FinalReply | undefined => topicRefusal(ctx, command, command.write![form]!.data, values, data)

function topicRefusal(
  ctx: StepContext,
  command: Command,
  kind: Form['data'],
  values: Values,
  data: Uint8Array,
): FinalReply | undefined {
  const index = values.clientIndex as ClientIndex
  const client = clientAt(ctx, index)
  if (kind === undefined || kind === 'bytes' || client.kind === 'free') return undefined
  const code = topicRefusalCode(data, kind, client.acquired.config.checkUtf8 === 1)
  return code === undefined ? undefined : refuse(command.name, index, code)
}
