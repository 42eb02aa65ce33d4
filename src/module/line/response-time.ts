import { type Command, matchWrite } from '../../at/commands/command.ts'
import type { MsRange } from '../../at/profiles/response-times.ts'
import type { ParsedCommand } from '../../at/syntax/parse-line.ts'
import { draw } from '../../io/runtime/random.ts'
import type { PromptCall } from '../core/state.ts'
import type { StepContext } from '../core/step-context.ts'
import { isRefused } from './dispatch.ts'

/**
 * Response time of the command `call` of a line, ms, drawn from the span of the profile. Undefined `call`: no command,
 * or a malformed one. `last`: it is the last one of its line.
 */
export const responseMs = (ctx: StepContext, line: number, call: ParsedCommand | undefined, last: boolean): number =>
  drawMs(ctx, responseSpan(ctx, line, call, last))

/** The same for the result behind the data of a prompt. */
export const dataResponseMs = (ctx: StepContext, { command: key }: PromptCall): number => {
  const { responseTimes: times } = ctx.config.profile
  const { name, effort = 'data' } = ctx.config.commands[key]!
  return drawMs(ctx, times.commands[name] ?? times[effort])
}

function drawMs(ctx: StepContext, [least, most]: MsRange): number {
  const { value, state } = draw(ctx.random, least, most)
  ctx.random = state
  return value
}

function responseSpan(ctx: StepContext, line: number, call: ParsedCommand | undefined, last: boolean): MsRange {
  const { quick, prompt, refused } = ctx.config.profile.responseTimes
  const key = call && ctx.config.keys.get(call.name)
  if (call === undefined || key === undefined) return quick
  if (isRefused(ctx, line, key, call, last)) return refused
  if (call.form === 'read' || call.form === 'test') return quick
  return opensPrompt(ctx.config.commands[key]!, call) ? prompt : finalSpan(ctx, key)
}

function opensPrompt(command: Command, call: ParsedCommand): boolean {
  const matched = call.form === 'write' ? matchWrite(command, call.tokens) : undefined
  return matched !== undefined && command.write![matched.form]!.prompt !== undefined
}

function finalSpan({ config }: StepContext, key: string): MsRange {
  const { name, effort = 'other' } = config.commands[key]!
  const times = config.profile.responseTimes
  return times.commands[name] ?? times[effort]
}
