import { readFileSync } from 'node:fs'
import { nodeClock } from '../../io/runtime/clock-node.ts'
import { errorText } from '../../io/setup-error.ts'
import type { ByteStream } from '../../io/stream.ts'
import { enterLine } from '../../terminal/enter.ts'
import { Terminal, type TerminalEvents, type TerminalState } from '../../terminal/terminal.ts'
import type { TermCliOptions } from './term.ts'

export function terminalOn(
  port: ByteStream,
  { profile, timeout }: TermCliOptions,
  awaitsResults: boolean,
  events: TerminalEvents,
): Terminal {
  return new Terminal({ port, clock: nodeClock, profile, events, awaitsResults, resultMs: timeout * 1000 })
}

export const textOfLine = (line: string, words: string | undefined, { plain }: TermCliOptions): string =>
  words === undefined || plain ? line : `${line}    # ${words}`

/** What is wrong with the line, if it was not sent. */
export function entered(terminal: Terminal, line: string): string | undefined {
  try {
    return enterLine(terminal, line, (path) => readFileSync(path))?.refusal
  } catch (error) {
    return `the file can't be read (${errorText(error)})`
  }
}

export const openPrompt = ({ missing }: TerminalState & { kind: 'data' }): string =>
  `the prompt is still open: the module waits for ${missing === undefined ? 'data' : `${missing} more bytes`}`
