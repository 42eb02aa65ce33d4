import type { Adviser } from '../../at/adviser.ts'
import type { Profile } from '../../at/profiles/profile.ts'
import { readWhole } from '../../io/read-file.ts'
import { nodeClock } from '../../io/runtime/clock-node.ts'
import { errorText } from '../../io/setup-error.ts'
import type { ByteStream } from '../../io/stream.ts'
import { enterLine } from '../../terminal/enter.ts'
import { explained } from '../../terminal/printing/explained.ts'
import { Terminal, type TerminalEvents, type TerminalState } from '../../terminal/terminal.ts'
import type { ConsoleCliOptions } from '../console-option.ts'
import type { LineOptions } from '../line-options.ts'

export interface TermCliOptions extends LineOptions, ConsoleCliOptions {
  readonly profile: Profile
  readonly plain: boolean
  /** How long to wait for deferred results, in s. */
  readonly timeout: number
  /** How long to wait for messages after the last line of a script, in s. */
  readonly wait: number
  /** Says what goes wrong. */
  readonly adviser?: Adviser | undefined
}

/** Hears the line and says what goes wrong; `profile`: of a virtual module. It is loaded here alone: it has the module in it. */
export async function adviserFor(profile?: Profile): Promise<Adviser> {
  const { LineAdviser } = await import('../../explain/line-adviser.ts')
  return new LineAdviser(profile)
}

export function terminalOn(
  port: ByteStream,
  { profile, timeout, adviser }: TermCliOptions,
  awaitsResults: boolean,
  events: TerminalEvents,
): Terminal {
  return new Terminal({ port, clock: nodeClock, profile, events, awaitsResults, resultMs: timeout * 1000, adviser })
}

/** `columns`: of the terminal; a script has a line each. */
export const textOfLine = (
  line: string,
  words: string | undefined,
  { plain }: TermCliOptions,
  columns = Number.POSITIVE_INFINITY,
): string => explained(line, plain ? undefined : words, columns)

/** What is wrong with the line, if it was not sent. */
export function entered(terminal: Terminal, line: string): string | undefined {
  try {
    return enterLine(terminal, line, (path) => readWhole(path))?.refusal
  } catch (error) {
    return `the file can't be read (${errorText(error)})`
  }
}

export const openPrompt = ({ missing }: TerminalState & { kind: 'data' }): string =>
  `the prompt is still open: the module waits for ${missing === undefined ? 'data' : `${missing} more bytes`}`
