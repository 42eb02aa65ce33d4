import { createInterface, type Interface, type Key } from 'node:readline'
import { causeText } from '../../at/adviser.ts'
import type { ByteStream } from '../../io/stream.ts'
import { complete } from '../../terminal/completion.ts'
import { remark } from '../../terminal/printing/explained.ts'
import type { Terminal, TerminalState } from '../../terminal/terminal.ts'
import { exitCodes } from '../exit.ts'
import { print, printAbove, whileTyping } from '../output.ts'
import { entered, openPrompt, type TermCliOptions, terminalOn, textOfLine } from './term-line.ts'

/** Interactive use: lines typed while a command runs are queued. Resolves to the exit code. */
export function byHand(options: TermCliOptions, port: ByteStream): Promise<number> {
  const waiting: string[] = []
  /** Prints above the line that is being typed, on however many rows that stands. */
  const say = (text: string): void => {
    if (left) return
    printAbove(text, screen.getCursorPos().rows)
    ask()
  }
  let left = false
  const ask = (): void => {
    if (!left) screen.prompt(true)
  }
  const columns = (): number => process.stdout.columns || Number.POSITIVE_INFINITY
  const note = (text: string): void => say(remark(text, columns()))
  const screen = createInterface({
    input: process.stdin,
    output: process.stdout,
    historySize: 500,
    completer: (typed: string): [string[], string] => completed(typed, options, say),
  })
  const terminal = terminalOn(port, options, false, {
    show: (line, words) => say(textOfLine(line, words, options, columns())),
    advise: (cause) => note(causeText(cause)),
    silent: note,
    gone: note,
    state(state) {
      screen.setPrompt(promptFor(state))
      ask()
      if (state.kind === 'data') next()
    },
    ended(ending) {
      if (ending === 'silent') note('no answer')
      if (ending === 'closed') screen.close()
      else next()
    },
  })
  const next = (): void => {
    const line = terminal.state.kind === 'running' ? undefined : waiting.shift()
    if (line === undefined) return ask()
    const refused = entered(terminal, line)
    if (refused) note(refused)
    if (refused) next()
  }
  whileTyping(say)
  screen.setPrompt(promptFor(terminal.state))
  screen.on('line', (line) => {
    if (line.trim() !== '' || terminal.state.kind === 'data') waiting.push(line)
    next()
  })
  onInterrupts(screen, () => interrupt(screen, terminal, note))
  screen.prompt()
  return new Promise((resolve) =>
    screen.once('close', () => {
      left = true
      whileTyping(undefined)
      print('\n')
      resolve(terminal.closed ? exitCodes.outside : exitCodes.ok)
    }),
  )
}

/** The first Ctrl-C calls `first`, a second one with no other key between leaves. */
function onInterrupts(screen: Interface, first: () => void): void {
  let again = false
  const pressed = (_: string, { ctrl, name }: Key) => {
    if (!(ctrl && name === 'c')) again = false
  }
  process.stdin.on('keypress', pressed)
  screen.once('close', () => process.stdin.off('keypress', pressed))
  screen.on('SIGINT', () => {
    if (again) return screen.close()
    again = true
    first()
  })
}

function interrupt(screen: Interface, terminal: Terminal, note: (text: string) => void): void {
  const { state } = terminal
  if (screen.line !== '') clearLine(screen)
  else if (state.kind === 'running') terminal.abandon()
  else if (state.kind === 'data') note(`${openPrompt(state)}; Ctrl-C again or Ctrl-D leaves`)
  else note('Ctrl-C again or Ctrl-D leaves')
}

function clearLine(screen: Interface): void {
  screen.write(null, { ctrl: true, name: 'e' })
  screen.write(null, { ctrl: true, name: 'u' })
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
