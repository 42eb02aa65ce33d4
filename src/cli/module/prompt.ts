import { createInterface } from 'node:readline'
import { defaultProfile } from '../../at/profiles/profiles.ts'
import { bytesOf, textOf } from '../../at/syntax/bytes.ts'
import { printableTextOf } from '../../at/syntax/printable.ts'
import { memoryLine } from '../../io/transports/memory.ts'
import type { RunningModule } from '../../launch/running-module.ts'
import { complete } from '../../terminal/completion.ts'
import { print, printAbove } from '../output.ts'

const promptText = 'at> '

/** An AT line for the person at the terminal. Resolves at Ctrl-D. */
export function runPrompt(module: RunningModule): Promise<void> {
  const line = memoryLine('terminal')
  module.attach(line.accepted, 'terminal')
  const host = line.dial()
  const terminal = createInterface({
    input: process.stdin,
    output: process.stdout,
    prompt: promptText,
    completer: completeName,
    historySize: 500,
  })
  let shows = false
  host.start({
    data: (bytes) => {
      if (shows) showAbove(terminal, bytes)
    },
  })
  // The terminal already shows what is typed, so no echo is needed.
  host.write(bytesOf('ATE0\r'))
  shows = true
  terminal.on('line', (line) => {
    host.write(bytesOf(`${Buffer.from(line, 'utf8').toString('latin1')}\r`))
    terminal.prompt()
  })
  terminal.prompt()
  return new Promise((resolve) =>
    terminal.once('close', () => {
      print('\n')
      resolve()
    }),
  )
}

/** Shows the module's output above the line that is being typed. */
function showAbove(terminal: ReturnType<typeof createInterface>, bytes: Uint8Array): void {
  const lines = textOf(bytes)
    .replace(/\r\n/g, '\n')
    .replace(/^\n|\n$/g, '')
  printAbove(printableTextOf(bytesOf(lines)))
  terminal.prompt(true)
}

/** Completes the command at the end of what was typed. */
const completeName = (typed: string): [string[], string] => [[...complete(typed, defaultProfile).hits], typed]
