import type { Command } from 'commander'
import type { Profile } from '../../at/profiles/profile.ts'
import { defaults } from '../choices.ts'
import { UsageError } from '../exit.ts'
import { checkLine, type LineOptions, withModuleOptions } from '../line-options.ts'
import { profileOption } from '../profile-choice.ts'

export interface TermCliOptions extends LineOptions {
  readonly profile: Profile
  readonly plain: boolean
  /** For results, in s. */
  readonly timeout: number
  /** How long is listened after the last line of a script, in s. */
  readonly wait: number
}

export function addTerm(atmqtt: Command, done: (code: number) => void): void {
  const command = atmqtt
    .command('term')
    .summary('a terminal on a module')
    .usage('--port PORT[:BAUD] | --tcp HOST:PORT')
    .description(
      'Sends AT commands as they are typed and says what the answers mean.\nWithout a terminal it runs the commands of its input, one after the other.',
    )
    .helpOption('--help', 'print this help')
  withModuleOptions(command)
    .addOption(profileOption())
    .option('--plain', 'only what the module says')
    .option('--timeout <seconds>', 'for results that come behind OK (default 200)', parseSeconds('--timeout'))
    .option('--wait <seconds>', 'a script listens so long at its end', parseSeconds('--wait'))
    .exitOverride()
    .action(async (given: Partial<TermCliOptions>) => {
      checkLine('term needs one module', given)
      const { runTerm } = await import('./term-run.ts')
      done(await runTerm({ profile: defaults.profile, plain: false, timeout: 200, wait: 0, ...given }))
    })
}

const parseSeconds = (option: string) => (text: string) => {
  const seconds = Number(text)
  if (text.trim() !== '' && seconds >= 0 && seconds <= 86_400) return seconds
  throw new UsageError(`${option} ${text}: give seconds, such as 10 or 0.5.`)
}
