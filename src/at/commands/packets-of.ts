import type { CommandPacket } from './command.ts'
import { everyCommand } from './every-command.ts'

const named = (field: 'sends' | 'stages'): ReadonlyMap<string, CommandPacket> =>
  new Map(everyCommand.flatMap((command) => (command[field] ? [[command.name, command[field]] as const] : [])))

/** By the name of a command: the packet that it sends. */
export const sentBy = named('sends')
/** By the name of a command: the packet of a later one that has what this one takes. */
export const stagedBy = named('stages')
