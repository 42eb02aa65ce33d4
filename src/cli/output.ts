import { printableJson, printableLine, printableText } from '../at/syntax/printable.ts'
import { errorCode, errorText } from '../io/setup-error.ts'

/** Text for people on standard output; what a module or a file put into it can't act on a terminal. */
export const print = (text: string): void => printOwn(printableText(text))

let printAboveTyped: ((text: string) => void) | undefined

/** While a person types on the terminal: prints a line above that. `undefined`: nobody types any more. */
export function whileTyping(printLine: typeof printAboveTyped): void {
  printAboveTyped = printLine
}

/** The same on standard error. Where that is the terminal on which a line is being typed: above that line. */
export function printError(text: string): void {
  if (printAboveTyped && process.stderr.isTTY) printAboveTyped(text.replace(/\n$/, ''))
  else process.stderr.write(printableText(text))
}

/** A screen on standard error, over the `rows` lines of the one before. */
export const drawError = (lines: readonly string[], rows: number): void =>
  void process.stderr.write(
    `${rows > 0 ? `\x1b[${rows}A\r` : ''}\x1b[J${lines.map((line) => `${printableLine(line)}\n`).join('')}`,
  )

/** One line of JSON. */
export const printJson = (value: unknown): void => printOwn(`${printableJson(JSON.stringify(value))}\n`)

/**
 * A line above the one that is being typed, whose cursor is `rows` below its beginning. It leaves the cursor as far below
 * the end of the text: where readline draws the typed line again, it goes up by that first.
 */
export const printAbove = (text: string, rows: number): void =>
  printOwn(`\r${rows > 0 ? `\x1b[${rows}A` : ''}\x1b[J${printableText(text)}${'\n'.repeat(rows + 1)}`)

/** Data, or text with control sequences of our own: what others put into it has been escaped before. */
export const printOwn = (data: string | Uint8Array): void => void process.stdout.write(data)

let endOutput = (): void => {}

/** Resolves when standard output can't be written any more. */
export const outputEnded = new Promise<void>((resolve) => {
  endOutput = resolve
})

/** Nobody reads what is printed, or there is no room for it: that ends the program, not with a stack. */
export function watchOutput(): void {
  process.stdout.on('error', () => endOutput())
  process.stderr.on('error', () => {})
}

/** Why standard output could not be written; undefined: it could, or whoever read it has had enough (`| head -1`). */
export function outputFailure(): string | undefined {
  const { errored, isTTY } = process.stdout
  if (!errored || isTTY || errorCode(errored) === 'EPIPE') return undefined
  return `Standard output can't be written (${errorText(errored)}): look at its disk.`
}
