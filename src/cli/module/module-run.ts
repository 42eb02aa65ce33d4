import { printableJson } from '../../at/syntax/printable.ts'
import { runProgram } from '../child.ts'
import { exitCodes } from '../exit.ts'
import { print, printError, printJson } from '../output.ts'
import { stopSignal } from '../signals.ts'
import type { ModuleCliOptions } from './module-options.ts'
import { Closers, type Running, start } from './module-start.ts'
import { runPrompt } from './prompt.ts'
import { readyEvent, startText } from './ready.ts'

/** Runs a module until a signal, the end of its input, or the end of the program behind `--`. Resolves to the exit code. */
export async function runModule(options: ModuleCliOptions, program: readonly string[]): Promise<number> {
  const stopped = stopSignal()
  const started = new Closers()
  try {
    const running = await start(options, started)
    announce(options, running, program)
    return await until(options, running, program, stopped)
  } finally {
    await started.closeAll()
  }
}

const isTerminal = ({ json, stdio }: ModuleCliOptions): boolean =>
  Boolean(process.stdin.isTTY && process.stdout.isTTY && !json && !stdio)

/** Prints the ready line: JSON with `--json` or `--stdio`, else text; on standard error when standard output is the AT line. */
function announce(options: ModuleCliOptions, running: Running, program: readonly string[]): void {
  if (options.json || options.stdio) {
    for (const note of running.notes) printError(`atmqtt: ${note}\n`)
    if (options.stdio) printError(`${printableJson(JSON.stringify(readyEvent(running)))}\n`)
    else printJson(readyEvent(running))
  } else if (program.length > 0) printError(startText(running, false))
  else print(startText(running, isTerminal(options)))
}

async function until(
  options: ModuleCliOptions,
  running: Running,
  program: readonly string[],
  stopped: Promise<NodeJS.Signals>,
): Promise<number> {
  if (program.length > 0)
    return runProgram(program, readyEvent(running), options.controlToken, stopped, options.json === true)
  const ends: Promise<unknown>[] = [stopped]
  if (running.inputEnded) ends.push(running.inputEnded)
  if (isTerminal(options)) ends.push(runPrompt(running))
  // Without any listener nothing else would keep the process alive.
  const alive = setInterval(() => {}, 2 ** 30)
  await Promise.race(ends)
  clearInterval(alive)
  return exitCodes.ok
}
