import { type Command, matchWrite } from '../../at/commands/command.ts'
import type { Span } from '../../at/profiles/response-times.ts'
import type { Call } from '../../at/syntax/parse-line.ts'
import { draw } from '../../io/runtime/random.ts'
import type { PromptCall } from '../core/state.ts'
import type { Turn } from '../core/step-context.ts'

/** How long a command takes until it answers, ms, with the profile's jitter; undefined: a line that has none, or a wrong one. */
export function responseMs(turn: Turn, call: Call | undefined): number {
  return drawn(turn, spanOf(turn, call))
}

/** The same behind the data of a prompt. */
export const dataResponseMs = (turn: Turn, { command }: PromptCall): number => drawn(turn, finalSpan(turn, command))

function drawn(turn: Turn, [least, most]: Span): number {
  const { value, state } = draw(turn.random, least, most)
  turn.random = state
  return value
}

function spanOf(turn: Turn, call: Call | undefined): Span {
  const { quick, prompt } = turn.device.profile.responseTimes
  const key = call && turn.device.keys.get(call.name)
  if (call === undefined || key === undefined || call.form === 'read' || call.form === 'test') return quick
  return opensPrompt(turn.device.commands[key]!, call) ? prompt : finalSpan(turn, key)
}

function opensPrompt(command: Command, call: Call): boolean {
  const matched = call.form === 'write' ? matchWrite(command, call.tokens) : undefined
  return matched !== undefined && command.write![matched.form]!.prompt !== undefined
}

function finalSpan({ device }: Turn, key: string): Span {
  const { name, effort = 'other' } = device.commands[key]!
  const times = device.profile.responseTimes
  return times.commands[name] ?? times[effort]
}
