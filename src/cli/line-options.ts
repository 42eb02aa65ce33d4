import { type Command, Option } from 'commander'
import { type HostPort, parseHostPort, parsePort, type SerialAddress } from '../launch/addresses.ts'
import { UsageError } from '../launch/usage-error.ts'

/** Where a module is that runs elsewhere. */
export interface LineOptions {
  readonly port?: SerialAddress | undefined
  readonly tcp?: HostPort | undefined
}

/** Where a module is, which may be one that is made for the run. */
export interface ModuleTargetOptions extends LineOptions {
  readonly memory?: boolean
}

interface Texts {
  /** What the help calls the module that is on the line. */
  readonly module?: string
  /** The help of `--memory`; without it there is no such option. */
  readonly memory?: string
}

/** Adds `--port`, `--tcp` and `--memory` to a subcommand. */
export function withModuleOptions(command: Command, { module = 'the module', memory }: Texts = {}): Command {
  command
    .option('--port <port[:baud]>', `${module} is on a serial port`, parsePort('--port'))
    .addOption(new Option('--tcp <host:port>', `${module} listens there`).argParser(parseHostPort('--tcp')))
  return memory === undefined ? command : command.option('--memory', memory)
}

const oneLine = '--port PORT[:BAUD] or --tcp HOST:PORT'
const oneLineOrMemory = '--port PORT[:BAUD], --tcp HOST:PORT or --memory'

/** Throws a `UsageError` unless the module is on one line. `needs`: `term needs one module`. */
export function checkLine(needs: string, options: LineOptions): void {
  if ((options.port === undefined) === (options.tcp === undefined)) throw new UsageError(`${needs}: give ${oneLine}.`)
}

/** Throws a `UsageError` unless there is one module: on a line, or in memory. */
export function checkModule(needs: string, options: ModuleTargetOptions): void {
  if (modulesIn(options) !== 1) throw new UsageError(`${needs}: give ${oneLineOrMemory}.`)
}

export const modulesIn = ({ port, tcp, memory }: ModuleTargetOptions): number =>
  [port, tcp, memory].filter(Boolean).length
