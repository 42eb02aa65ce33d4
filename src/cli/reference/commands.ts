import type { Command as Cli } from 'commander'
import type { Profile } from '../../at/profiles/profile.ts'
import { commandsOf } from '../../module/public.ts'
import { defaults } from '../choices.ts'
import { exitCodes, UsageError } from '../exit.ts'
import { profileOption } from '../profile-choice.ts'
import { commandList, commandPage } from './command-pages.ts'

export function addCommands(atmqtt: Cli, done: (code: number) => void): void {
  atmqtt
    .command('commands')
    .summary('reference of the AT commands')
    .description('Lists the AT commands, or shows one with its forms and ranges.')
    .argument('[NAME]', 'a command, such as CMQTTPUB')
    .addOption(profileOption())
    .helpOption('--help', 'print this help')
    .exitOverride()
    .action((name: string | undefined, { profile = defaults.profile }: { readonly profile?: Profile }) => {
      const commands = Object.values(commandsOf(profile)).filter(({ absent }) => !absent)
      process.stdout.write(name === undefined ? commandList(commands) : commandPage(find(commands, name)))
      done(exitCodes.ok)
    })
}

/** `AT+CMQTTPUB`, `+cmqttpub` and `CMQTTPUB` are the same. */
function find<C extends { readonly name: string }>(commands: readonly C[], typed: string): C {
  const wanted = typed.toUpperCase().replace(/^AT(?=[+&]|.$)/, '')
  const found = commands.find(({ name }) => name === wanted || name === `+${wanted}`)
  if (!found) throw new UsageError(`There is no command ${typed}: "atmqtt commands" lists them.`)
  return found
}
