import type { Console } from '../console/server/console-server.ts'
import type { HostPort } from '../launch/addresses.ts'
import { exposureNotes } from '../launch/exposure.ts'
import { openPort } from '../launch/listeners.ts'
import { type ConsoleCliOptions, consolePorts } from './console-option.ts'

export interface OpenedConsole {
  readonly console?: Console
  readonly notes: readonly string[]
}

type Open = (address: HostPort & { readonly exposed: boolean }) => Promise<Console>

/** Opens the console that was asked for, if it was; `load` gives what opens one. */
export async function openConsole(options: ConsoleCliOptions, load: () => Promise<Open>): Promise<OpenedConsole> {
  const { console: given, consoleExposed: exposed = false } = options
  if (given === undefined || given === false) return { notes: [] }
  const open = await load()
  const { consolePort } = await import('../console/server/start-console.ts')
  const wanted = given === true ? undefined : given
  const { value, notes } = await openPort(wanted, consolePort, 'console port', (address) =>
    open({ ...address, exposed }),
  )
  return { console: value!, notes: [...notes, ...exposureNotes(consolePorts(options, value!.address))] }
}
