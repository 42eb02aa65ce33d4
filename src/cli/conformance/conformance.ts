import { type Command, Option } from 'commander'
import { type HostPort, parseHostPort } from '../addresses.ts'
import { UsageError } from '../exit.ts'
import { checkModule, type ModuleOptions, withModuleOptions } from '../line-options.ts'
import { type ChosenProfile, parseChosenProfile } from '../profile-choice.ts'
import { parseBroker } from '../pub-sub/broker-address.ts'

export interface ConformanceCliOptions extends ModuleOptions {
  readonly profile?: ChosenProfile
  readonly broker?: HostPort
  readonly brokerTls?: HostPort
  readonly brokerMutual?: HostPort
  readonly peer?: PeerAddress
  readonly suite?: string
  /** Seconds. */
  readonly timeout?: number
  readonly list?: boolean
  /** Files for reports. */
  readonly junit?: string
  readonly json?: string
  readonly html?: string
}

/** Where the peer listens, and where modules find it. */
export interface PeerAddress {
  readonly seen: HostPort
  readonly local: HostPort
}

export function addConformance(atmqtt: Command, done: (code: number) => void): void {
  const address = (flag: string, what: string) => new Option(`${flag} <host:port>`, what).argParser(parseBroker(flag))
  const command = atmqtt
    .command('conformance')
    .summary('what a module does, section by section')
    .usage('[CASE…] --port PORT[:BAUD] | --tcp HOST:PORT | --memory')
    .description('Plays the conformance suite to a module and reports by section of the note.')
    .argument('[CASE...]', 'sections, files, or titles of cases; * is anything')
    .helpOption('--help', 'print this help')
  withModuleOptions(command, { memory: 'a fresh virtual module per case, with a broker' })
    .addOption(
      new Option('--profile <name>', 'firmware: see "atmqtt profiles" (default: what the module says)').argParser(
        parseChosenProfile('--profile'),
      ),
    )
    .addOption(address('--broker', 'a broker that the module reaches'))
    .addOption(address('--broker-tls', 'its TLS port'))
    .addOption(address('--broker-mutual', 'its TLS port that wants a client certificate'))
    .option('--peer <public=local>', 'runs a server that misbehaves on LOCAL:PORT', parsePeer)
    .option('--timeout <seconds>', 'for steps without a limit (default 10)', parseSeconds)
    .option('--suite <folder>', 'other cases than those of the package')
    .option('--junit <file>', 'the report as JUnit XML')
    .option('--json <file>', 'the report as JSON')
    .option('--html <file>', 'the report as a page that needs nothing else')
    .option('--list', 'name the cases and end')
    .exitOverride()
    .action(async (cases: readonly string[], options: ConformanceCliOptions) => {
      const { listSuite, runConformance } = await import('./conformance-run.ts')
      if (options.list) return done(await listSuite(cases, options))
      checkModule('conformance needs one module', options)
      done(await runConformance(cases, options))
    })
}

function parsePeer(text: string): PeerAddress {
  const [seen, local, ...rest] = text.split('=')
  if (!seen || !local || rest.length > 0)
    throw new UsageError(
      `--peer ${text}: give PUBLIC:PORT=LOCAL:PORT, such as example.net:1884=0.0.0.0:1884: where the module finds the server, and where it listens here.`,
    )
  return { seen: parseHostPort('--peer')(seen), local: parseHostPort('--peer')(local) }
}

function parseSeconds(text: string): number {
  const seconds = Number(text)
  if (!(seconds > 0 && seconds <= 86_400)) throw new UsageError(`--timeout ${text}: give seconds, such as 10 or 0.5.`)
  return seconds
}
