import { exitCodes } from '../exit.ts'
import { besideOf, openLine } from '../open-line.ts'
import { outputEnded, printError } from '../output.ts'
import { adviserFor, type TermCliOptions } from './term-line.ts'
import { byHand } from './term-screen.ts'
import { byScript } from './term-script.ts'

/** Runs until Ctrl-D, the end of the script or the end of the line. Resolves to the exit code. */
export async function runTerm(options: TermCliOptions): Promise<number> {
  const [port, adviser] = await Promise.all([openLine(options), options.plain ? undefined : adviserFor()])
  const beside = besideOf(options)
  if (beside !== undefined) printError(`atmqtt: ${beside}\n`)
  const advised = { ...options, adviser }
  const alive = setInterval(() => {}, 2 ** 30)
  const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true
  try {
    const unread = outputEnded.then(() => exitCodes.ok)
    return await Promise.race([isTerminal ? byHand(advised, port) : byScript(advised, port), unread])
  } finally {
    clearInterval(alive)
    await port.close()
  }
}
