import { type Command, Option } from 'commander'
import { defaults } from '../../launch/choices.ts'
import { UsageError } from '../../launch/usage-error.ts'
import { consoleOption } from '../console-option.ts'
import { checkLine, withModuleOptions } from '../line-options.ts'
import { profileOption } from '../profile-choice.ts'
import type { TermCliOptions } from './term-line.ts'

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
    .addOption(consoleOption('show the line in a browser (127.0.0.1:7680)'))
    .addOption(new Option('--console-exposed').hideHelp())
    .option('--plain', 'without explanations')
    .option('--timeout <seconds>', 'for deferred results (default 200)', parseSeconds('--timeout'))
    .option('--wait <seconds>', 'how long a script waits for messages at its end', parseSeconds('--wait'))
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
