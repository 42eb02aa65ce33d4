import type { Command } from 'commander'
import { UsageError } from '../../launch/usage-error.ts'
import type { ExplainCliOptions } from './explain-run.ts'

export function addExplain(atmqtt: Command, done: (code: number) => void): void {
  atmqtt
    .command('explain')
    .summary('read a log and tell the cause')
    .usage('FILE… | -')
    .description(
      'Reads a log of AT commands, whatever program wrote it, and tells what went wrong, why, and what to do.',
    )
    .argument('[FILE...]', 'logs, read as one; - is standard input')
    .option('--all', 'every cause that fits, also the unlikely ones')
    .option('--json', 'print JSON')
    .helpOption('--help', 'print this help')
    .exitOverride()
    .action(async (files: readonly string[], options: ExplainCliOptions) => {
      if (files.length === 0) throw new UsageError('explain needs a log: give a file, or - for standard input.')
      const { runExplain } = await import('./explain-run.ts')
      done(await runExplain(files, options))
    })
}
