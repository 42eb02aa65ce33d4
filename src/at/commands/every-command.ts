import { profiles } from '../profiles/profiles.ts'
import type { ParsedCommand, Token } from '../syntax/parse-line.ts'
import { type Command, matchWrite } from './command.ts'
import { commandsOf } from './commands-of.ts'
import { foreignSimCommands } from './general/sim-commands.ts'
import type { Change, Consequences } from './risk.ts'

/** Every command as each firmware has it, and those that ours has not. */
export const everyCommand: readonly Command[] = [
  ...Object.values(profiles).map(commandsOf),
  foreignSimCommands,
].flatMap((commands) => Object.values<Command>(commands))

/** A command as it was typed; `tokens` of a write form, where they are well-formed. */
export type SentCommand = Pick<ParsedCommand, 'name' | 'form'> & Partial<Pick<ParsedCommand, 'tokens'>>

/** What a command does to hardware of whatever firmware; undefined: nobody has defined it. */
export function consequencesOf({ name, form, tokens }: SentCommand): CertainConsequences | undefined {
  const definitions = everyCommand.filter((command) => command.name === name)
  const [first] = definitions
  if (first === undefined) return undefined
  if (form === 'read' || form === 'test') return { changes: 'nothing' }
  return certain(first, form === 'execute' ? first.execute : tokens && formOf(definitions, tokens))
}

export type CertainConsequences = Consequences & { readonly changes: Change }

function certain(command: Command, form: Consequences | undefined): CertainConsequences {
  const risk = form?.risk ?? command.risk
  const changes = form?.changes ?? command.changes ?? defaultChange(command)
  return { ...(risk && { risk }), changes }
}

function defaultChange({ needs, write }: Command): Change {
  if (needs) return 'mqtt'
  return write ? 'settings' : 'nothing'
}

/** The form that the values fit in some firmware. */
function formOf(definitions: readonly Command[], tokens: readonly (Token | undefined)[]): Consequences | undefined {
  for (const command of definitions) {
    const matched = matchWrite(command, tokens)
    if (matched) return command.write![matched.form]
  }
  return undefined
}
