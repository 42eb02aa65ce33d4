import { printableJson } from '../../at/syntax/printable.ts'
import { pinoLog } from '../../io/runtime/log-pino.ts'
import type { Log } from '../../io/runtime/runtime.ts'
import type { LaunchSettings } from '../../launch/launch-settings.ts'
import { openModule } from '../../launch/open-module.ts'
import type { RunningModule } from '../../launch/running-module.ts'
import type { ConsoleCliOptions } from '../console-option.ts'
import { exitCodes } from '../exit.ts'
import { type OpenedConsole, openConsole } from '../open-console.ts'
import { print, printError, printJson } from '../output.ts'
import { stopSignal } from '../signals.ts'
import { cliNames } from './module-names.ts'
import { readyEvent, startText } from './ready.ts'

/** What the command line says beside the settings of the module. */
export interface ModuleCliOptions extends LaunchSettings, ConsoleCliOptions {
  readonly json?: boolean
  /** What goes wrong on the lines is printed at the end. */
  readonly explain?: boolean
}

/** Runs a module until a signal, the end of its input, or the end of the program behind `--`. Resolves to the exit code. */
export async function runModule(options: ModuleCliOptions, program: readonly string[]): Promise<number> {
  const stopped = stopSignal()
  const explained = options.explain ? await import('./explained-lines.ts') : undefined
  const lines = explained && new explained.ExplainedLines(options.profile)
  const running = await openModule(options, cliNames, { log: logOf(options), newAdviser: lines?.newAdviser })
  try {
    const opened = await openConsole(options, async () => {
      const { startConsole } = await import('../../console/server/start-console.ts')
      return (address) => startConsole(running, address)
    })
    announce(options, running, program, opened)
    const code = await until(options, running, program, stopped)
    if (program.length === 0 || code !== exitCodes.ok) lines?.print(options)
    return await graded(options, running, code)
  } finally {
    await running.close()
  }
}

const isTerminal = ({ json, stdio }: ModuleCliOptions): boolean =>
  Boolean(process.stdin.isTTY && process.stdout.isTTY && !json && !stdio)

/** Log lines go to standard error, at the prompt above the line that is being typed. */
const logOf = ({ log: level }: ModuleCliOptions): Log =>
  pinoLog({ level, ...(process.stderr.isTTY && { destination: { write: printError } }) })

/** Prints the ready line: JSON with `--json` or `--stdio`, else text; on standard error when standard output is the AT line. */
function announce(
  options: ModuleCliOptions,
  running: RunningModule,
  program: readonly string[],
  { console, notes: own }: OpenedConsole,
): void {
  const notes = [...running.notes, ...own, ...seedNotes(options, running)]
  if (options.json || options.stdio) {
    for (const note of notes) printError(`atmqtt: ${note}\n`)
    if (options.stdio) printError(`${printableJson(JSON.stringify(readyEvent(running, console)))}\n`)
    else printJson(readyEvent(running, console))
    return
  }
  const text = startText(running, {
    notes,
    console,
    anyLogin: !options.brokerUser,
    prompt: !program.length && isTerminal(options),
  })
  if (program.length > 0) printError(text)
  else print(text)
}

/** `--require-grade`: what ended well is a negative result where the hosts relied on what is known less well. */
async function graded({ requireGrade }: ModuleCliOptions, running: RunningModule, code: number): Promise<number> {
  if (requireGrade === undefined) return code
  const { belowGrade } = await import('../../launch/evidence/run-evidence.ts')
  const below = belowGrade(running.evidence(), requireGrade)
  if (below.length === 0) return code
  printError(`atmqtt: grade ${requireGrade} is required, and the run relied on ${below.join(', ')}.\n`)
  return code === exitCodes.ok ? exitCodes.negative : code
}

/** How to repeat a run with faults. */
const seedNotes = ({ faults }: ModuleCliOptions, { seed }: RunningModule): readonly string[] =>
  faults === undefined ? [] : [`--seed ${seed} makes the same faults again`]

async function until(
  options: ModuleCliOptions,
  running: RunningModule,
  program: readonly string[],
  stopped: Promise<NodeJS.Signals>,
): Promise<number> {
  if (program.length > 0) {
    const { runProgram } = await import('../child.ts')
    return runProgram(program, readyEvent(running), options.controlToken, stopped, options.json === true)
  }
  const ends: Promise<unknown>[] = [stopped]
  if (running.inputEnded) ends.push(running.inputEnded)
  if (isTerminal(options)) ends.push((await import('./prompt.ts')).runPrompt(running))
  // Without any listener nothing else would keep the process alive.
  const alive = setInterval(() => {}, 2 ** 30)
  await Promise.race(ends)
  clearInterval(alive)
  return exitCodes.ok
}
