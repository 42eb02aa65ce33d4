import type { LineConsole } from '../../console/server/show-line.ts'
import type { ByteStream } from '../../io/stream.ts'
import { faulty } from '../../io/wrappers/faulty.ts'
import { exitCodes } from '../exit.ts'
import { besideOf, openLine } from '../open-line.ts'
import { openLineConsole } from '../open-line-console.ts'
import { outputEnded, print, printError } from '../output.ts'
import { adviserFor, type TermCliOptions } from './term-line.ts'
import { byHand } from './term-screen.ts'
import { byScript } from './term-script.ts'

/** Runs until Ctrl-D, the end of the script or the end of the line. Resolves to the exit code. */
export async function runTerm(options: TermCliOptions): Promise<number> {
  const [port, adviser] = await Promise.all([openLine(options), options.plain ? undefined : adviserFor()])
  const beside = besideOf(options)
  if (beside !== undefined) printError(`atmqtt: ${beside}\n`)
  const advised = { ...options, adviser }
  const shown = await openLineConsole(port.address, options).catch(async (error: unknown) => {
    await port.close()
    throw error
  })
  for (const note of shown.notes) printError(`atmqtt: ${note}\n`)
  if (shown.console) print(`  console  ${shown.console.url}\n`)
  const line = shown.console ? heardBy(shown.console, port) : port
  const alive = setInterval(() => {}, 2 ** 30)
  const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true
  try {
    const unread = outputEnded.then(() => exitCodes.ok)
    return await Promise.race([isTerminal ? byHand(advised, line) : byScript(advised, line), unread])
  } finally {
    clearInterval(alive)
    await port.close()
    await shown.console?.close()
  }
}

/** The same line, whose bytes the console hears before they go on. */
function heardBy(console: LineConsole, port: ByteStream): ByteStream {
  const heard = faulty(port)
  const hears = (side: 'host' | 'module') => ({
    take(bytes: Uint8Array, pass: (bytes: Uint8Array) => void) {
      console.hear(side, bytes.slice())
      pass(bytes)
    },
  })
  heard.tap('in', hears('module'))
  heard.tap('out', hears('host'))
  return heard
}
