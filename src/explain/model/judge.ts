import { everyCommand } from '../../at/commands/every-command.ts'
import { namesClient } from '../../at/commands/results.ts'
import type { Profile } from '../../at/profiles/profile.ts'
import { unknownState } from '../facts/believed-state.ts'
import type { Exchange } from '../facts/fact.ts'
import type { CommandAnswer, ModelVerdict } from '../facts/verdict.ts'
import { say } from './pure-replay.ts'
import { situationsFor } from './situations.ts'

const commandsOfService = new Set(everyCommand.filter(({ needs }) => needs !== undefined).map(({ name }) => name))
const withClient = new Set(everyCommand.filter(namesClient).map(({ name }) => name))
const starting = '+CMQTTSTART'
const judgedBeside = new Set([starting, '+CMQTTSTOP'])

/** Whether the model has a word on a command. */
export const isJudged = ({ name, form }: Exchange): boolean =>
  form !== 'unreadable' && (commandsOfService.has(name) || judgedBeside.has(name))

/** What a module of a profile would have to be in to answer so. */
export function judge(profile: Profile, exchange: Exchange, answer: CommandAnswer): ModelVerdict {
  const { believed = unknownState, line, name, args } = exchange
  const client = withClient.has(name) && Number(args[0]) === 1 ? 1 : 0
  const situations = situationsFor(profile, believed, client, name === starting)
  const fitting = situations.filter(
    ({ replay }) => answerIn(say(replay, line, dataFor(exchange)).said, name) === answer,
  )
  if (fitting.length === situations.length && answer === 'error') return 'anywhere'
  return fitting[0]?.name ?? 'otherwise'
}

const dataFor = ({ wanted }: Exchange): string | undefined =>
  wanted === undefined ? undefined : 'a'.repeat(Math.min(wanted, 10_240))

/** The `<err>` where the module names one, or else how it ended. */
function answerIn(said: string, name: string): CommandAnswer {
  const code = new RegExp(`\\${name}: (?:\\d,)?(\\d+)\\r\\n`).exec(said)?.[1]
  if (code !== undefined && Number(code) !== 0) return Number(code)
  return /\r\n(?:ERROR|\+CME ERROR.*)\r\n/.test(said) ? 'error' : 'ok'
}
