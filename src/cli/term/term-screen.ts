import { createInterface } from 'node:readline'
import type { ByteStream } from '../../io/stream.ts'
import { complete } from '../../terminal/completion.ts'
import type { Terminal, TerminalState } from '../../terminal/terminal.ts'
import { exitCodes } from '../exit.ts'
import { print, printAbove } from '../output.ts'
import { entered, openPrompt, type TermCliOptions, terminalOn, textOfLine } from './term-line.ts'

/** Interactive use: lines typed while a command runs are queued. Resolves to the exit code. */
export function byHand(options: TermCliOptions, port: ByteStream): Promise<number> {
  const waiting: string[] = []
  /** Prints above the line that is being typed. */
  const say = (text: string): void => {
    printAbove(text)
    screen.prompt(true)
  }
  const screen = createInterface({
    input: process.stdin,
    output: process.stdout,
    historySize: 500,
    completer: (typed: string): [string[], string] => completed(typed, options, say),
  })
  const terminal = terminalOn(port, options, false, {
    show: (line, words) => say(textOfLine(line, words, options)),
    state(state) {
      screen.setPrompt(promptFor(state))
      if (state.kind === 'data') next()
    },
    ended(ending) {
      if (ending === 'silent') say('# no answer')
      if (ending === 'closed') screen.close()
      else next()
    },
  })
  const next = (): void => {
    const line = terminal.state.kind === 'running' ? undefined : waiting.shift()
    if (line === undefined) return screen.prompt(true)
    const refused = entered(terminal, line)
    if (refused) say(`# ${refused}`)
    if (refused) next()
  }
  screen.setPrompt(promptFor(terminal.state))
  screen.on('line', (line) => {
    if (line.trim() !== '' || terminal.state.kind === 'data') waiting.push(line)
    next()
  })
  screen.on('SIGINT', () => interrupt(terminal, say, () => screen.close()))
  screen.prompt()
  return new Promise((resolve) =>
    screen.once('close', () => {
      print('\n')
      resolve(terminal.closed ? exitCodes.outside : exitCodes.ok)
    }),
  )
}

function interrupt(terminal: Terminal, say: (text: string) => void, leave: () => void): void {
  const { state } = terminal
  if (state.kind === 'running') terminal.abandon()
  else if (state.kind === 'data') say(`# ${openPrompt(state)}; Ctrl-D leaves`)
  else leave()
}

function promptFor(state: TerminalState): string {
  if (state.kind === 'idle') return 'at> '
  if (state.kind === 'running') return ''
  return state.missing === undefined ? 'data> ' : `data, ${state.missing} bytes> `
}

function completed(typed: string, { profile }: TermCliOptions, say: (text: string) => void): [string[], string] {
  const { hits, hint } = complete(typed, profile)
  if (hint) say(hint)
  return [[...hits], typed]
}
