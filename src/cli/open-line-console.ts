import type { Content } from '../at/commands/content.ts'
import type { LineConsole } from '../console/server/show-line.ts'
import type { ConsoleCliOptions } from './console-option.ts'
import { openConsole } from './open-console.ts'

/** Opens a console of the line of a real module, if one was asked for. */
export async function openLineConsole(line: string, options: ConsoleCliOptions, leftOut: readonly Content[] = []) {
  let opened: LineConsole | undefined
  const { notes } = await openConsole(options, async () => {
    const { showLine } = await import('../console/server/show-line.ts')
    return async (address) => {
      opened = await showLine(line, { ...address, leftOut })
      return opened
    }
  })
  return { console: opened, notes }
}
