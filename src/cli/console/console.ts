import type { Command } from 'commander'
import { parseHostPort } from '../../launch/addresses.ts'
import { UsageError } from '../../launch/usage-error.ts'
import type { ConsoleCommandOptions } from './console-run.ts'

export function addConsole(atmqtt: Command, done: (code: number) => void): void {
  atmqtt
    .command('console')
    .summary('look at saved traces in a browser')
    .usage('FILE [FILE]')
    .description('Shows a trace, a recording, a capture or any log in the console, without a module; two side by side.')
    .argument('[FILE...]', 'one file, or two to compare; - is standard input')
    .option('--at <host:port>', 'where the page is (127.0.0.1:7680)', parseHostPort('--at'))
    .option('--html <file>', 'write one page that opens from a disk, and end')
    .option('--console-exposed', 'allow an address that other machines reach')
    .option('--json', 'print JSON')
    .helpOption('--help', 'print this help')
    .exitOverride()
    .action(async (files: readonly string[], options: ConsoleCommandOptions) => {
      if (files.length === 0 || files.length > 2)
        throw new UsageError('console shows one saved file, or two side by side: give a trace, a recording or a log.')
      const { runConsole } = await import('./console-run.ts')
      done(await runConsole(files, options))
    })
}
