import { type Command, Option } from 'commander'
import { parseHostPort, parsePort } from '../../launch/addresses.ts'
import { UsageError } from '../../launch/usage-error.ts'
import { checkModule, withModuleOptions } from '../line-options.ts'
import { collectValue } from '../play/hole-values.ts'
import { parseProfile, profileOption } from '../profile-choice.ts'
import type { CompareCliOptions, Other } from './compare-run.ts'

export function addCompare(atmqtt: Command, done: (code: number) => void): void {
  const address = (flag: string, what: string) => new Option(`${flag} <host:port>`, what).argParser(parseHostPort(flag))
  const command = atmqtt
    .command('compare')
    .summary('send the same to two modules and compare')
    .usage('FILE… --port PORT[:BAUD] | --tcp HOST:PORT --with MODULE')
    .description(
      'Sends what transcripts say to two modules and shows every byte in which\ntheir answers differ, except in IMEI, times and signal.',
    )
    .argument('<FILE...>', 'transcripts, or folders of them')
    .helpOption('--help', 'print this help')
  withModuleOptions(command, { module: 'one module', memory: 'one module is a fresh virtual one' })
    .option('--with <module>', 'the other: memory, PORT[:BAUD] or HOST:PORT', parseOther)
    .addOption(profileOption())
    .addOption(
      new Option('--with-profile <name>', 'profile of the other module').argParser(parseProfile('--with-profile')),
    )
    .addOption(address('--broker', 'fills {broker} for both'))
    .addOption(address('--broker-tls', 'fills {brokerTls} for both'))
    .option('--set <name=value>', 'fills {name}; repeatable', collectValue)
    .option('--ignore <regexp>', 'text that is not compared; repeatable', collectPattern)
    .exitOverride()
    .action(async (files: readonly string[], options: CompareCliOptions) => {
      checkModule('compare needs a module', options)
      if (!options.with) throw new UsageError('compare needs another module: give --with memory, PORT or HOST:PORT.')
      const { runCompare } = await import('./compare-run.ts')
      done(await runCompare(files, options, options.with))
    })
}

/** `memory`, `127.0.0.1:7672`, `[::1]:7672`, or else a serial port. */
function parseOther(text: string): Other {
  if (text === 'memory') return { memory: true }
  if (/^(\[[^\]]+\]|[^:/\\]+):\d+$/.test(text) && !/^COM\d+:/i.test(text)) return { tcp: parseHostPort('--with')(text) }
  return { port: parsePort('--with')(text) }
}

function collectPattern(text: string, patterns: readonly RegExp[] = []): readonly RegExp[] {
  try {
    return [...patterns, new RegExp(text, 'g')]
  } catch {
    throw new UsageError(`--ignore ${text}: give a regular expression, such as "\\+CGMR: .*".`)
  }
}
