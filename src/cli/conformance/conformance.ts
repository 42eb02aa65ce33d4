import { type Command, Option } from 'commander'
import { parseBroker } from '../../launch/addresses.ts'
import { checkModule, withModuleOptions } from '../line-options.ts'
import { parseChosenProfile } from '../profile-choice.ts'
import { type ConformanceCliOptions, parsePeer, parseSeconds } from './conformance-options.ts'

export function addConformance(atmqtt: Command, done: (code: number) => void): void {
  const address = (flag: string, what: string) => new Option(`${flag} <host:port>`, what).argParser(parseBroker(flag))
  const command = atmqtt
    .command('conformance')
    .summary('play the conformance suite to a module')
    .usage('[CASE…] --port PORT[:BAUD] | --tcp HOST:PORT | --memory')
    .description('Plays the conformance suite to a module and reports by section of the note.')
    .argument('[CASE...]', 'sections, files, or titles of cases; * is anything')
    .helpOption('--help', 'print this help')
  withModuleOptions(command, { memory: 'a fresh virtual module per case, with a broker' })
    .addOption(
      new Option('--profile <name>', 'firmware: see "atmqtt profiles" (default: by the model it reports)').argParser(
        parseChosenProfile('--profile'),
      ),
    )
    .addOption(address('--broker', 'a broker that the module reaches'))
    .addOption(address('--broker-tls', 'its TLS port'))
    .addOption(address('--broker-mutual', 'its TLS port that requires a client certificate'))
    .option('--peer <public=local>', 'run the misbehaving test server on LOCAL:PORT', parsePeer)
    .option('--timeout <seconds>', 'for steps without a limit (default 10)', parseSeconds)
    .option('--suite <folder>', 'cases of your own in place of those of the package')
    .option('--junit <file>', 'the report as JUnit XML')
    .option('--json <file>', 'the report as JSON')
    .option('--html <file>', 'the report as one self-contained page')
    .option('--list', 'list the cases and exit')
    .exitOverride()
    .action(async (cases: readonly string[], options: ConformanceCliOptions) => {
      const { listSuite, runConformance } = await import('./conformance-run.ts')
      if (options.list) return done(await listSuite(cases, options))
      checkModule('conformance needs one module', options)
      done(await runConformance(cases, options))
    })
}
