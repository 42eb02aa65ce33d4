import { Option } from 'commander'
import { type HostPort, parseHostPort } from '../launch/addresses.ts'
import { opensConsole } from '../launch/exposure.ts'

/** What the command line says of a console. */
export interface ConsoleCliOptions {
  /** `true`: 127.0.0.1:7680, or the next free port. */
  readonly console?: HostPort | boolean
  readonly consoleExposed?: boolean
}

export const consoleOption = (what = 'the console, in a browser (127.0.0.1:7680)'): Option =>
  new Option('--console [host:port]', what).argParser(parseHostPort('--console'))

/** Where the console is to be, for the note about ports that other machines reach. */
export const consolePorts = ({ console: given }: ConsoleCliOptions, address: string | undefined) => [
  { given: typeof given === 'object' && given, address, opens: opensConsole },
]
