import { createInterface } from 'node:readline'
import { causeText } from '../../at/adviser.ts'
import type { ByteStream } from '../../io/stream.ts'
import { remark } from '../../terminal/printing/explained.ts'
import type { Ending, Terminal } from '../../terminal/terminal.ts'
import { exitCodes } from '../exit.ts'
import { print, printError } from '../output.ts'
import { entered, openPrompt, type TermCliOptions, terminalOn, textOfLine } from './term-line.ts'

/** Sends the lines of standard input, each when the command before it has ended. Resolves to the exit code. */
export async function byScript(options: TermCliOptions, port: ByteStream): Promise<number> {
  const input = createInterface({ input: process.stdin, terminal: false })
  const script = new Script(options, port, () => input.close())
  let isFirst = true
  for await (const line of input) {
    const code = await script.line(isFirst ? line.replace(/^\ufeff/, '') : line)
    isFirst = false
    if (code !== undefined) return code
  }
  return script.end()
}

const tell = (sentence: string): void => printError(`atmqtt: ${sentence.replace(/\.?$/, '.')}\n`)

class Script {
  readonly #options: TermCliOptions
  readonly #terminal: Terminal
  /** The line has gone: no further input is waited for. */
  readonly #gone: () => void
  #failed = false
  #changed: () => void = () => {}

  constructor(options: TermCliOptions, port: ByteStream, gone: () => void) {
    this.#options = options
    this.#gone = gone
    this.#terminal = terminalOn(port, options, true, {
      show: (line, words) => print(`${textOfLine(line, words, options)}\n`),
      advise: (cause) => print(`${remark(causeText(cause), Number.POSITIVE_INFINITY)}\n`),
      silent: tell,
      gone: tell,
      state: () => this.#changed(),
      ended: (ending) => this.#ended(ending),
    })
  }

  /** The exit code when the line ends the script; undefined otherwise. */
  async line(line: string): Promise<number | undefined> {
    await this.#free()
    const { state, closed } = this.#terminal
    if (closed) return exitCodes.outside
    if (state.kind === 'idle' && /^\s*(#|$)/.test(line)) return undefined
    const refused = entered(this.#terminal, line)
    if (refused === undefined) return undefined
    printError(`atmqtt: ${refused}.\n`)
    return exitCodes.usage
  }

  async end(): Promise<number> {
    await this.#free()
    if (!this.#terminal.closed) await this.#listen(this.#options.wait * 1000)
    const { state, closed } = this.#terminal
    if (closed) return exitCodes.outside
    if (state.kind === 'data') printError(`atmqtt: ${openPrompt(state)}.\n`)
    return this.#failed || state.kind === 'data' ? exitCodes.negative : exitCodes.ok
  }

  async #free(): Promise<void> {
    while (this.#terminal.state.kind === 'running') await this.#change()
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#changed = resolve
    })
  }

  /** Waits for incoming messages; ends early only when the line is closed. */
  async #listen(ms: number): Promise<void> {
    await Promise.race([this.#change(), new Promise((resolve) => setTimeout(resolve, ms))])
  }

  #ended(ending: Ending): void {
    this.#failed ||= ending !== 'ok'
    if (ending === 'silent') printError('atmqtt: no answer in time.\n')
    if (ending === 'closed') this.#gone()
  }
}
