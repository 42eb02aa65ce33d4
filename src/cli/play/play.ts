import { type Command, Option } from 'commander'
import { parseHostPort } from '../../launch/addresses.ts'
import { UsageError } from '../../launch/usage-error.ts'
import type { HoleValues } from '../../transcript/language/pattern.ts'
import { checkModule, modulesIn, withModuleOptions } from '../line-options.ts'
import { profileOption } from '../profile-choice.ts'
import { collectFile, collectValue } from './hole-values.ts'
import type { PlayCliOptions } from './play-run.ts'

export function addPlay(atmqtt: Command, done: (code: number) => void): void {
  const address = (flag: string, what: string) => new Option(`${flag} <host:port>`, what).argParser(parseHostPort(flag))
  const command = atmqtt
    .command('play')
    .summary('play transcripts to a module, or to a host')
    .usage('FILE… --port PORT[:BAUD] | --tcp HOST:PORT | --memory')
    .description('Sends what .at files say to a module and compares what comes back.')
    .argument('<FILE...>', 'transcripts, or folders of them')
    .helpOption('--help', 'print this help')
  withModuleOptions(command, { memory: 'a fresh virtual module per file, with a broker' })
    .addOption(profileOption())
    .addOption(address('--broker', 'fills {broker}'))
    .addOption(address('--broker-tls', 'fills {brokerTls}'))
    .addOption(address('--broker-mutual', 'fills {brokerMutual}'))
    .addOption(address('--peer', 'fills {peer}'))
    .option('--set <name=value>', 'fills {name}; repeatable', collectValue)
    .option('--set-file <name=file>', 'fills {name} with the bytes of a file', collectFile)
    .option('--timeout <seconds>', 'for steps without a limit (default 10)', parseSeconds)
    .option('--real-time', 'with the pauses of the recording')
    .option('--as-module', "play the module's side to a host, on:")
    .option('--pty <path>', '  a PTY')
    .addOption(address('--tcp-listen', '  a TCP port'))
    .exitOverride()
    .action(async (files: readonly string[], given: PlayCliOptions & { readonly setFile?: HoleValues }) => {
      const options = { ...given, set: { ...given.set, ...given.setFile } }
      checkPlaces(options)
      const { playToHost } = await import('./play-host.ts')
      const { playToModule } = await import('./play-run.ts')
      done(await (options.asModule ? playToHost(files, options) : playToModule(files, options)))
    })
}

function checkPlaces(options: PlayCliOptions): void {
  const { asModule, pty, tcpListen } = options
  const [modules, hosts] = [modulesIn(options), [pty, tcpListen].filter(Boolean).length]
  if (asModule && (modules > 0 || hosts !== 1))
    throw new UsageError('play --as-module needs a line for the host: give --pty PATH or --tcp-listen HOST:PORT.')
  if (!asModule && hosts > 0)
    throw new UsageError('--pty and --tcp-listen are for --as-module: add it, or say where the module is.')
  if (!asModule) checkModule('play needs one module', options)
}

function parseSeconds(text: string): number {
  const seconds = Number(text)
  if (!(seconds > 0 && seconds <= 86_400)) throw new UsageError(`--timeout ${text}: give seconds, such as 10 or 0.5.`)
  return seconds
}
