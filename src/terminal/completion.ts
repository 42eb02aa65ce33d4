import { type Command, syntaxOf } from '../at/commands/command.ts'
import { commandsOf } from '../at/commands/commands-of.ts'
import type { Profile } from '../at/profiles/profile.ts'

/** What can follow what was typed. `hits`: whole lines; `hint`: the forms of a command, to be shown. */
export interface Completion {
  readonly hits: readonly string[]
  readonly hint?: string
}

/** Completes names of commands, then their forms, then keywords in quotes. */
export function complete(typed: string, profile: Profile): Completion {
  const commands = Object.values(commandsOf(profile)).filter(({ absent, name }) => !absent && name.startsWith('+'))
  const upper = typed.toUpperCase()
  const equals = typed.indexOf('=')
  if (equals < 0) return names(commands, upper)
  const command = commands.find(({ name }) => `AT${name}` === upper.slice(0, equals))
  if (!command) return { hits: [] }
  const keywords = keywordsOf(command).map((word) => `AT${command.name}="${word}",`)
  const hits = keywords.filter((line) => line.toUpperCase().startsWith(upper))
  return hits.length > 0 && upper.length > equals + 1 ? { hits } : { hits: [], hint: formsOf(command).join('\n') }
}

function names(commands: readonly Command[], upper: string): Completion {
  const exact = commands.find(({ name }) => `AT${name}` === upper)
  const hits = commands.map(({ name }) => `AT${name}`).filter((line) => line.startsWith(upper))
  if (!exact) return { hits: hits.sort() }
  return { hits: hits.length > 1 ? hits.sort() : [], hint: formsOf(exact).join('\n') }
}

function keywordsOf({ write = {} }: Command): readonly string[] {
  const words = Object.values(write).flatMap(({ params, absent }) => {
    const limits = absent ? undefined : Object.values(params)[0]?.limits
    return limits?.kind === 'keyword' ? [limits.word] : []
  })
  return [...new Set(words)]
}

/** `AT+CMQTTPUB=<client_index>,<qos>,…`, one for each form. */
function formsOf({ name, test, read, execute, write = {} }: Command): readonly string[] {
  const present = Object.values(write).filter(({ absent }) => !absent)
  return [
    ...(execute ? [`AT${name}`] : []),
    ...(read ? [`AT${name}?`] : []),
    ...present.map((form) => `AT${name}=${syntaxOf(form)}`),
    ...(test === undefined ? [] : [`AT${name}=?`]),
  ]
}
