import type { Command } from './command.ts'

/** Whether a form of the command has a result that comes behind its `OK`. */
export const hasDeferredResult = ({ execute, write = {} }: Command): boolean =>
  [execute, ...Object.values(write)].some((form) => form?.outcome === 'deferred')

/** Results say which client they are of, unless the command is one of the service. */
export const namesClient = ({ write = {} }: Command): boolean =>
  Object.values(write).some(({ params }) => 'clientIndex' in params)

/** Source of a pattern for the results of a command: `+CMD: <client_index>,<err>`, or `+CMD: <err>[,<cid>]`. */
export const resultPattern = (command: Command): string =>
  `\\${command.name}: ${namesClient(command) ? '\\d,\\d+' : '\\d+(?:,\\d+)?'}`

/** `<err>` of `+CMD: <client_index>,<err>`, or of `+CMD: <err>[,<cid>]` where there is no index. */
export function codeOf(text: string, name: string, clientIndex: number | undefined): number | undefined {
  if (!text.startsWith(name)) return undefined
  const match = /^: ?(\d{1,3})(?:,(\d{1,3}))?$/.exec(text.slice(name.length))
  if (!match) return undefined
  if (clientIndex === undefined) return Number(match[1])
  return match[2] !== undefined && Number(match[1]) === clientIndex ? Number(match[2]) : undefined
}
