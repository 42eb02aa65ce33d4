import { type Command, Option } from 'commander'
import { collectLogin, parseBaud, parseHostPort, parsePort } from '../../launch/addresses.ts'
import { defaults, oneOfWords, parseContents, parsePin, parseSeed, parseSize } from '../../launch/choices.ts'
import { checkSettings, logLevels, powerTimes, requiredGrades, timings } from '../../launch/launch-settings.ts'
import { UsageError } from '../../launch/usage-error.ts'
import { consoleOption } from '../console-option.ts'
import { profileOption } from '../profile-choice.ts'
import { cliNames } from './module-names.ts'
import type { ModuleCliOptions } from './module-run.ts'

const hidden = (flags: string): Option => new Option(flags).hideHelp()

export function addModule(atmqtt: Command, program: readonly string[], done: (code: number) => void): void {
  const module = atmqtt
    .command('module')
    .summary('run a virtual module and its broker')
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
    .option('--broker-user <name:password>', 'a login it requires; also --broker-require-cert', collectLogin)
    .addOption(hidden('--broker-require-cert'))
}

function addDevice(module: Command): void {
  module
    .addOption(profileOption())
    .addOption(ofWords('--timing <kind>', 'instant, real; --baud SPEED[,rtscts] for lines', timings))
    .addOption(hidden('--baud <speed[,rtscts]>').argParser(parseBaud('--baud')))
    .addOption(ofWords('--power <when>', 'start, open (the first of a line), each-open', powerTimes))
    .option('--sim-pin <pin>', 'the SIM asks for this PIN at start (--no-sim)', parsePin('--sim-pin'))
    .addOption(hidden('--no-sim'))
}

function addFiles(module: Command): void {
  module
    .option('--state <dir>', 'keeps certificates (default: a fresh folder)')
    .addOption(withAddress('--control', 'control port: JSON lines (--control-token T)'))
    .addOption(hidden('--control-token <token>'))
    .addOption(consoleOption())
    .addOption(hidden('--no-console'))
    .addOption(hidden('--console-exposed'))
    .option('--trace <file>', 'traffic, redacted; also --pcapng, --evidence')
    .addOption(hidden('--trace-limit <size>').argParser(parseSize('--trace-limit')))
    .option('--faults <file>', 'schedule of faults, JSON (--seed N repeats one)')
    .addOption(hidden('--seed <n>').argParser(parseSeed('--seed')))
    .addOption(hidden('--pcapng <file>'))
    .addOption(hidden('--evidence <file>'))
    .addOption(hidden('--explain'))
    .addOption(hidden('--require-grade <grade>').argParser(oneOfWords('--require-grade', requiredGrades)))
    .addOption(hidden('--redact <kinds>').argParser(parseContents('--redact')))
    .addOption(ofWords('--log <level>', 'warn, debug, info, error, silent; on stderr', logLevels))
    .option('--json', 'JSON lines alone on stdout (--explain: causes)')
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
  checkSettings(options, cliNames)
  if (options.stdio && program.length > 0)
    throw new UsageError('--stdio and a program behind -- both want standard input: leave one of them out.')
}
