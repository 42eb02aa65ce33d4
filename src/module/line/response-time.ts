import { type Command, matchWrite } from '../../at/commands/command.ts'
import type { MsRange } from '../../at/profiles/response-times.ts'
import type { ParsedCommand } from '../../at/syntax/parse-line.ts'
import { draw } from '../../io/runtime/random.ts'
import type { PromptCall } from '../core/state.ts'
import type { StepContext } from '../core/step-context.ts'

/** Response time of a command, ms, drawn from the span of the profile. Undefined `call`: no command, or a malformed one. */
export function responseMs(ctx: StepContext, call: ParsedCommand | undefined): number {
  return drawMs(ctx, responseSpan(ctx, call))
}

/** The same for the result behind the data of a prompt. */
export const dataResponseMs = (ctx: StepContext, { command }: PromptCall): number =>
  drawMs(ctx, finalSpan(ctx, command))

function drawMs(ctx: StepContext, [least, most]: MsRange): number {
  const { value, state } = draw(ctx.random, least, most)
  ctx.random = state
  return value
}

function responseSpan(ctx: StepContext, call: ParsedCommand | undefined): MsRange {
  const { quick, prompt } = ctx.config.profile.responseTimes
  const key = call && ctx.config.keys.get(call.name)
  if (call === undefined || key === undefined || call.form === 'read' || call.form === 'test') return quick
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
