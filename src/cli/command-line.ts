import { Command, Option } from 'commander'
import { version } from '../launch/package.ts'
import { UsageError } from '../launch/usage-error.ts'
import { exitCodes, printFailure } from './exit.ts'
import { printError } from './output.ts'
import { loadProfileFiles } from './profile-choice.ts'

type Done = (code: number) => void
type Add = (atmqtt: Command, program: readonly string[], done: Done) => void

/** Loads only the subcommand that was asked for, which keeps starts short. */
const subcommands: Readonly<Record<string, () => Promise<Add>>> = {
  module: async () => (await import('./module/module.ts')).addModule,
  play: async () => withoutProgram((await import('./play/play.ts')).addPlay),
  term: async () => withoutProgram((await import('./term/term.ts')).addTerm),
  pub: async () => withoutProgram((await import('./pub-sub/pub.ts')).addPub),
  sub: async () => withoutProgram((await import('./pub-sub/sub.ts')).addSub),
  record: async () => (await import('./record/record.ts')).addRecord,
  compare: async () => withoutProgram((await import('./compare/compare.ts')).addCompare),
  conformance: async () => withoutProgram((await import('./conformance/conformance.ts')).addConformance),
  learn: async () => withoutProgram((await import('./learn/learn.ts')).addLearn),
  fleet: async () => withoutProgram((await import('./fleet/fleet.ts')).addFleet),
  ports: async () => withoutProgram((await import('./ports.ts')).addPorts),
  commands: async () => withoutProgram((await import('./reference/commands.ts')).addCommands),
  profiles: async () => withoutProgram((await import('./reference/profiles.ts')).addProfiles),
  ctl: async () => withoutProgram((await import('./ctl/ctl.ts')).addCtl),
  explain: async () => withoutProgram((await import('./explain/explain.ts')).addExplain),
  console: async () => withoutProgram((await import('./console/console.ts')).addConsole),
  certs: async () => withoutProgram((await import('./certs/certs.ts')).addCerts),
  faults: async () => withoutProgram((await import('./reference/faults.ts')).addFaults),
}

const withoutProgram =
  (add: (atmqtt: Command, done: Done) => void): Add =>
  (atmqtt, _, done) =>
    add(atmqtt, done)

/** Runs `atmqtt` with its arguments and returns the exit code. Arguments after `--` are a program to start. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const separator = args.indexOf('--')
  const own = separator < 0 ? args : args.slice(0, separator)
  const program = separator < 0 ? [] : args.slice(separator + 1)
  let exitCode: number = exitCodes.ok
  const atmqtt = newProgram()
  const asked = own[0] !== undefined && Object.hasOwn(subcommands, own[0]) ? [own[0]] : Object.keys(subcommands)
  for (const name of asked) {
    const add = await subcommands[name]!()
    add(atmqtt, program, (code) => {
      exitCode = code
    })
  }
  try {
    if (separator >= 0 && program.length === 0)
      throw new UsageError('Nothing stands behind --: give the program to start, or leave -- out.')
    await atmqtt.parseAsync(own, { from: 'user' })
  } catch (error) {
    return printFailure(error)
  }
  return exitCode
}

const newProgram = (): Command => {
  const atmqtt = new Command('atmqtt')
    .usage('<command> [options], or atmqtt --version')
    .description('A software SIM767x LTE module: MQTT over AT commands, against a real broker.')
    .version(version, '--version', 'print the version')
    // Not listed: the subcommands fill a screen.
    .addHelpOption(new Option('--help').hideHelp())
    .helpCommand(false)
    .exitOverride()
    .hook('preAction', (_, command) => loadProfileFiles(command))
    .configureOutput({ outputError: (text) => printError(`atmqtt: ${withoutValue(text.replace(/^error: /, ''))}`) })
  // The usage has it.
  for (const option of atmqtt.options) option.hideHelp()
  return atmqtt
}

/** An option that nobody knows is named without what stands in it, such as a password: `--pasword=…`, `-P…`. */
const withoutValue = (text: string): string =>
  text.replace(/^(unknown option '(?:--[^'=]*|-[^-']))[\s\S]*'(?=\n|$)/, "$1'")
