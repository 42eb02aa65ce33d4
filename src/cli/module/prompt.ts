import { createInterface } from 'node:readline'
import { defaultProfile } from '../../at/profiles/profiles.ts'
import { bytesOf, textOf } from '../../at/syntax/bytes.ts'
import type { ByteStream } from '../../io/stream.ts'
import { memoryLine } from '../../io/transports/memory.ts'
import { complete } from '../../terminal/completion.ts'

const promptText = 'at> '

/** An AT line for the person at the terminal, attached by `attach`. Resolves at Ctrl-D. */
export function runPrompt(attach: (stream: ByteStream, name: string) => void): Promise<void> {
  const line = memoryLine('terminal')
  attach(line.accepted, 'terminal')
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
      if (shows) printAbove(terminal, textOf(bytes))
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
      process.stdout.write('\n')
      resolve()
    }),
  )
}

/** Prints the module's output above the line that is being typed. */
function printAbove(terminal: ReturnType<typeof createInterface>, text: string): void {
  const shown = Buffer.from(text, 'latin1')
    .toString('utf8')
    .replace(/\r\n/g, '\n')
    .replace(/^\n|\n$/g, '')
  process.stdout.write(`\r\x1b[K${printable(shown)}\n`)
  terminal.prompt(true)
}

/** Escapes control characters: those of a payload must not reach the terminal. */
const printable = (text: string): string =>
  text.replace(
    /[\x00-\x09\x0b-\x1f\x7f]/g,
    (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )

/** Completes the command at the end of what was typed. */
const completeName = (typed: string): [string[], string] => [[...complete(typed, defaultProfile).hits], typed]
