import { type Command, Option } from 'commander'
import { hostAndPort, isLoopback } from '../../io/transports/tcp-socket.ts'
import { collectLogin, parseBaud, parseHostPort, parsePort } from '../addresses.ts'
import { defaults, oneOfWords, parseSeed, parseSize } from '../choices.ts'
import { UsageError } from '../exit.ts'
import { profileOption } from '../profile-choice.ts'
import { logLevels, type ModuleCliOptions, timings, wantsBroker, wantsBrokerTls } from './module-options.ts'

function parsePin(text: string): string {
  if (!/^\d{4,8}$/.test(text)) throw new UsageError('--sim-pin wants 4 to 8 digits, as in --sim-pin 1234.')
  return text
}

const hidden = (flags: string): Option => new Option(flags).hideHelp()

export function addModule(atmqtt: Command, program: readonly string[], done: (code: number) => void): void {
  const module = atmqtt
    .command('module')
    .summary('run a virtual module with a broker behind it')
    .usage('[options] [-- CMD ARGS…]')
    .description('Runs a virtual SIM767x until Ctrl-C, or as long as CMD runs.')
    .addHelpOption(hidden('--help'))
  for (const add of [addLines, addBroker, addDevice, addFiles]) add(module)
  module.exitOverride().allowExcessArguments(true)
  module.action(async (given: Partial<ModuleCliOptions>) => {
    const options: ModuleCliOptions = { ...defaults, ...given }
    checkTogether(options, module.args, program)
    const { runModule } = await import('./module-run.ts')
    done(await runModule(options, program))
  })
}

// The help lists options in the order of these functions.

function addLines(module: Command): void {
  module
    .addOption(withAddress('--tcp', 'AT port (default 127.0.0.1:7672; --no-tcp)'))
    .addOption(hidden('--no-tcp'))
    .option('--pty <path>', 'PTY symlink (default <tmp>/ttyAT0; --no-pty)')
    .addOption(hidden('--no-pty'))
    .option('--serial <device[:baud]>', 'answer on a serial port, or on another PTY', parsePort('--serial'))
    .addOption(withAddress('--tcp-connect', 'dial a host that listens (QEMU, Renode)'))
    .option('--stdio', 'standard input and output are the AT line')
}

function addBroker(module: Command): void {
  module
    .addOption(withAddress('--broker', 'broker (default 127.0.0.1:1883; --no-broker)'))
    .addOption(hidden('--no-broker'))
    .addOption(withAddress('--broker-tls', 'its TLS port (default :8883; --no-broker-tls)'))
    .addOption(hidden('--no-broker-tls'))
    .option('--broker-require-cert', 'its TLS port requires client certificates')
    .option('--broker-user <name:password>', 'a login the broker requires; repeatable', collectLogin)
}

function addDevice(module: Command): void {
  module
    .addOption(profileOption())
    .addOption(ofWords('--timing <kind>', 'instant, real; --baud SPEED[,rtscts] for lines', timings))
    .addOption(hidden('--baud <speed[,rtscts]>').argParser(parseBaud))
    .addOption(ofWords('--power <when>', 'start, open: on when a line is opened', ['start', 'open']))
    .option('--sim-pin <pin>', 'the SIM asks for this PIN at start (--no-sim)', parsePin)
    .addOption(hidden('--no-sim'))
}

function addFiles(module: Command): void {
  module
    .option('--state <dir>', 'keeps certificates (default: a fresh folder)')
    .addOption(withAddress('--control', 'control port: JSON lines (--control-token T)'))
    .addOption(hidden('--control-token <token>'))
    .option('--trace <file>', 'all traffic, redacted (--pcapng: for Wireshark)')
    .addOption(hidden('--trace-limit <size>').argParser(parseSize('--trace-limit')))
    .option('--faults <file>', 'schedule of faults, JSON (--seed N repeats one)')
    .addOption(hidden('--seed <n>').argParser(parseSeed))
    .addOption(hidden('--pcapng <file>'))
    .addOption(ofWords('--log <level>', 'warn, debug, info, error, silent; on stderr', logLevels))
    .option('--json', 'standard output holds JSON lines only')
}

const withAddress = (flag: string, what: string): Option =>
  new Option(`${flag} <host:port>`, what).argParser(parseHostPort(flag))

const ofWords = (flags: string, what: string, words: readonly string[]): Option =>
  new Option(flags, what).argParser(oneOfWords(flags.split(' ')[0]!, words))

function checkTogether(options: ModuleCliOptions, [surplus]: readonly string[], program: readonly string[]): void {
  if (surplus !== undefined)
    throw new UsageError(
      'module takes no arguments: a program to start stands behind --, and a value with spaces in quotes.',
    )
  if (options.traceLimit !== undefined && options.trace === undefined)
    throw new UsageError('--trace-limit needs a trace: give --trace FILE.')
  if (!wantsBroker(options) && options.brokerUser)
    throw new UsageError('--broker-user needs a broker: leave out --no-broker.')
  if (!wantsBrokerTls(options) && options.brokerRequireCert)
    throw new UsageError('--broker-require-cert needs the TLS port of the broker: give --broker-tls HOST:PORT.')
  if (options.controlToken !== undefined && !options.control)
    throw new UsageError('--control-token is for the control port: give --control HOST:PORT too.')
  if (options.control && !options.controlToken && !isLoopback(options.control.host))
    throw new UsageError(
      `Other machines reach --control ${hostAndPort(options.control.host, options.control.port)}, and may do everything: give --control-token TOKEN too, or listen on 127.0.0.1.`,
    )
  if (options.stdio && program.length > 0)
    throw new UsageError('--stdio and a program behind -- both want standard input: leave one of them out.')
}
