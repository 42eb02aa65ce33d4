import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { enterLine } from '../driver/terminal/enter.ts'
import { Terminal, type TerminalEvents, type TerminalState } from '../driver/terminal/terminal.ts'
import { nodeClock } from '../io/clock-node.ts'
import type { Port } from '../io/pipe.ts'
import { openSerialPort } from '../io/ports/serial-port.ts'
import { openTcpPort } from '../io/ports/tcp-port.ts'
import { errorText } from '../io/setup-error.ts'
import { exitCodes } from './exit.ts'
import type { LineOptions } from './line-options.ts'
import type { TermCliOptions } from './term.ts'
import { byHand } from './term-screen.ts'

/** Opens the line of a driver. Rejects with a `SetupError`. */
export const openPort = ({ port, tcp }: LineOptions): Promise<Port> =>
  port ? openSerialPort({ path: port.device, baud: port.baud }) : openTcpPort(tcp!)

/** Runs until the person leaves, the script ends or the line goes. The exit code. */
export async function runTerm(options: TermCliOptions): Promise<number> {
  const port = await openPort(options)
  const alive = setInterval(() => {}, 2 ** 30)
  const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true
  try {
    return await (isTerminal ? byHand(options, port) : byScript(options, port))
  } finally {
    clearInterval(alive)
    await port.close()
  }
}

export function terminalOn(
  port: Port,
  options: TermCliOptions,
  awaitsResults: boolean,
  events: TerminalEvents,
): Terminal {
  const { profile, timeout } = options
  return new Terminal({ port, clock: nodeClock, profile, events, awaitsResults, resultMs: timeout * 1000 })
}

export const textOfLine = (line: string, words: string | undefined, { plain }: TermCliOptions): string =>
  words === undefined || plain ? line : `${line}    # ${words}`

/** One line of the input after the other, each when the one before is over. */
async function byScript(options: TermCliOptions, port: Port): Promise<number> {
  let failed = false
  let wake: () => void = () => {}
  const terminal = terminalOn(port, options, true, {
    show: (line, words) => process.stdout.write(`${textOfLine(line, words, options)}\n`),
    state: () => wake(),
    ended(ending) {
      failed ||= ending !== 'ok'
      if (ending === 'silent') process.stderr.write('atmqtt: no answer in time.\n')
    },
  })
  const free = async (): Promise<void> => {
    while (terminal.state.kind === 'running') await new Promise<void>((resolve) => (wake = resolve))
  }
  for await (const line of createInterface({ input: process.stdin, terminal: false })) {
    await free()
    if (terminal.closed) return exitCodes.outside
    if (terminal.state.kind === 'idle' && /^\s*(#|$)/.test(line)) continue
    const refused = entered(terminal, line)
    if (refused === undefined) continue
    process.stderr.write(`atmqtt: ${refused}.\n`)
    return exitCodes.usage
  }
  await free()
  await new Promise((resolve) => setTimeout(resolve, options.wait * 1000))
  if (terminal.closed) return exitCodes.outside
  if (terminal.state.kind === 'data') process.stderr.write(`atmqtt: ${openPrompt(terminal.state)}.\n`)
  return failed || terminal.state.kind === 'data' ? exitCodes.negative : exitCodes.ok
}

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
