import { type Command, Option } from 'commander'
import { profiles } from '../at/commands/profiles.ts'
import { collectLogin, type HostPort, parseHostPort, parseSerial, type SerialAddress } from './addresses.ts'
import { UsageError } from './exit.ts'
import { runModule } from './module-run.ts'

/** The options of `atmqtt module`. `undefined`: not given, so the default, which may move; `false`: `--no-…`. */
export interface ModuleCliOptions {
  readonly tcp?: HostPort | false
  readonly pty?: string | false
  readonly broker?: HostPort | false
  readonly brokerUser?: Readonly<Record<string, string>>
  readonly tcpConnect?: HostPort
  readonly serial?: SerialAddress
  readonly stdio?: boolean
  readonly control?: HostPort
  readonly trace?: string
  readonly profile: string
  readonly log: LogChoice
  readonly json?: boolean
}

const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogChoice = (typeof logLevels)[number]

const hidden = (flags: string): Option => new Option(flags).hideHelp()

export function addModule(atmqtt: Command, program: readonly string[], done: (code: number) => void): void {
  const module = atmqtt
    .command('module')
    .summary('run a virtual module with a broker behind it')
    .usage('[options] [-- CMD ARGS…]')
    .description('Runs a virtual SIM767x until Ctrl-C, or as long as CMD runs.')
    .helpOption('--help', 'print this help')
    .addOption(
      new Option('--tcp <host:port>', 'AT port (default 127.0.0.1:7672; --no-tcp)').argParser(parseHostPort('--tcp')),
    )
    .addOption(hidden('--no-tcp'))
    .option('--pty <path>', 'PTY symlink (default <tmp>/ttyAT0; --no-pty)')
    .addOption(hidden('--no-pty'))
    .option('--serial <device[:baud]>', 'answer on a serial port, or on another PTY', parseSerial)
    .option('--tcp-connect <host:port>', 'dial a host that listens (QEMU, Renode)', parseHostPort('--tcp-connect'))
    .option('--stdio', 'standard input and output are the AT line')
    .addOption(
      new Option('--broker <host:port>', 'broker (default 127.0.0.1:1883; --no-broker)').argParser(
        parseHostPort('--broker'),
      ),
    )
    .addOption(hidden('--no-broker'))
    .option('--broker-user <name:password>', 'a login the broker asks for; repeatable', collectLogin)
    .addOption(new Option('--profile <name>', 'firmware').choices(Object.keys(profiles)).default('sim767x'))
    .option('--control <host:port>', 'control port: JSON lines', parseHostPort('--control'))
    .option('--trace <file>', 'write all AT and MQTT traffic; secrets redacted')
    .addOption(new Option('--log <level>', 'logs on standard error').choices(logLevels).default('warn'))
    .option('--json', 'standard output holds JSON lines only')
    .exitOverride()
    .allowExcessArguments(true)
  module.action(async (options: ModuleCliOptions) => {
    const [surplus] = module.args
    if (surplus !== undefined)
      throw new UsageError(
        `module takes no argument ${surplus}: a program to start stands behind --, as in -- ${surplus}.`,
      )
    if (options.broker === false && options.brokerUser)
      throw new UsageError('--broker-user needs the broker: leave out --no-broker.')
    if (options.stdio && program.length > 0)
      throw new UsageError('--stdio and a program behind -- both want standard input: leave one of them out.')
    done(await runModule(options, program))
  })
}
