import { type Command, Option } from 'commander'
import { contents } from '../../at/commands/content.ts'
import { parseHostPort } from '../../launch/addresses.ts'
import { parseContents } from '../../launch/choices.ts'
import { UsageError } from '../../launch/usage-error.ts'
import { consoleOption } from '../console-option.ts'
import { checkLine, withModuleOptions } from '../line-options.ts'
import type { RecordCliOptions } from './record-run.ts'

export function addRecord(atmqtt: Command, program: readonly string[], done: (code: number) => void): void {
  const command = atmqtt
    .command('record')
    .summary('record a host and a module')
    .usage('--port PORT[:BAUD] | --tcp HOST:PORT --to FILE [-- CMD…]')
    .description(
      'Sits between a host program and a module and writes a transcript\nof what they send each other, until Ctrl-C or as long as CMD runs.',
    )
    .helpOption('--help', 'print this help')
  const redactions = new Set<string>()
  for (const name of ['redact', 'no-redact']) command.on(`option:${name}`, () => redactions.add(name))
  withModuleOptions(command)
    .option('--to <file>', 'the transcript; must not exist yet')
    .option('--pty <path>', 'the host program opens this (default <tmp>/ttyAT0)')
    .addOption(
      new Option('--tcp-listen <host:port>', 'or the host program connects to this').argParser(
        parseHostPort('--tcp-listen'),
      ),
    )
    .option('--pcapng <file>', 'the same as a capture for Wireshark')
    .addOption(
      new Option('--redact <kinds>', `leave out beside secrets: ${contents.join(',')}`).argParser(
        parseContents('--redact'),
      ),
    )
    .addOption(consoleOption('show the line in a browser (127.0.0.1:7680)'))
    .addOption(new Option('--console-exposed').hideHelp())
    .option('--no-redact', 'write IMEI, IMSI, ICCID, passwords and keys')
    .exitOverride()
    .action(async ({ to, ...options }: Omit<RecordCliOptions, 'to'> & { readonly to?: string }) => {
      checkLine('record needs one module', options)
      if (to === undefined) throw new UsageError('record needs a file to write: give --to FILE.at.')
      if (options.pty !== undefined && options.tcpListen)
        throw new UsageError('record has one line for the host: give --pty or --tcp-listen.')
      if (redactions.size > 1)
        throw new UsageError('--no-redact writes everything, --redact leaves more out: give one of them.')
      const { runRecord } = await import('./record-run.ts')
      done(await runRecord({ ...options, to }, program))
    })
}
