import type { Command } from 'commander'
import { Option } from 'commander'
import { UsageError } from '../../launch/usage-error.ts'
import { parseChosenProfile } from '../profile-choice.ts'
import type { ExplainCliOptions } from './explain-run.ts'

export function addExplain(atmqtt: Command, done: (code: number) => void): void {
  atmqtt
    .command('explain')
    .summary('read a log and tell the cause')
    .usage('FILE… | - | --demo')
    .description(
      'Reads a log of AT commands, whatever program wrote it, and tells what went wrong, why, and what to do.',
    )
    .argument('[FILE...]', 'logs, read as one; - is standard input')
    .option('--all', 'every cause that fits, also the unlikely ones')
    .option('--json', 'print JSON')
    .option('--html <file>', 'also write a page: the log with the findings beside its rows')
    .addOption(
      new Option('--profile <name>', 'the firmware, where the log does not tell').argParser(
        parseChosenProfile('--profile'),
      ),
    )
    .option('--demo', 'three logs that come with the program, explained')
    .helpOption('--help', 'print this help')
    .exitOverride()
    .action(async (files: readonly string[], options: ExplainCliOptions) => {
      check(files, options)
      const { runExplain } = await import('./explain-run.ts')
      done(await runExplain(files, options))
    })
}

function check(files: readonly string[], { demo = false, html }: ExplainCliOptions): void {
  if (demo && (files.length > 0 || html !== undefined))
    throw new UsageError('--demo shows logs of its own, as text or JSON: leave FILE and --html out.')
  if (!demo && files.length === 0)
    throw new UsageError('explain needs a log: give a file, - for standard input, or --demo to see it work.')
}
