import { randomBytes } from 'node:crypto'
import { runFleet } from '../../fleet/engine/fleet-run.ts'
import { LocalEngine } from '../../fleet/engine/local-engine.ts'
import { mergeSnapshots } from '../../fleet/metrics/merge.ts'
import { overridden } from '../../fleet/scenario/overrides.ts'
import type { Scenario } from '../../fleet/scenario/scenario.ts'
import { UsageError } from '../../launch/usage-error.ts'
import { exitCodes } from '../exit.ts'
import { print, printError, printJson } from '../output.ts'
import { stopSignal } from '../signals.ts'
import type { RunCliOptions } from './run-settings.ts'
import { loadScenario } from './scenario-file.ts'

/** How the processes of shards are started. */
export const thisProgram = (): readonly string[] => [process.execPath, ...process.execArgv, process.argv[1]!]

/** `fleet run`. Resolves to the exit code. */
export async function runScenario(file: string | undefined, options: RunCliOptions): Promise<number> {
  const scenario = scenarioOf(file, options)
  const id = randomBytes(4).toString('hex')
  const { target, maxRate, shards, allowCommands } = options
  const run = await runFleet(
    scenario,
    new LocalEngine(thisProgram()),
    { id, target, maxRate, ...(shards !== undefined && { shards }), ...(allowCommands && { allowCommands }) },
    {
      progress: ({ now, snapshots }) => printError(`${(now / 1000).toFixed(0)} s ${mergeSnapshots(snapshots).up} up\n`),
      warning: (sentence) => printError(`atmqtt: ${sentence}\n`),
    },
    stopSignal().then((signal) => signal),
  )
  const totals = mergeSnapshots(run.snapshots)
  printJson({
    counts: totals.counts,
    causes: totals.causes,
    verified: totals.verified,
    up: totals.up,
    engine: run.engine,
    stopped: run.stopped,
  })
  print('')
  return exitCodes.ok
}

function scenarioOf(file: string | undefined, options: RunCliOptions): Scenario {
  if (file === undefined) throw new UsageError('fleet run needs a scenario: give a FILE, or --demo.')
  const changed = overridden(loadScenario(file), options)
  if (typeof changed === 'string') throw new UsageError(`${changed}.`)
  return changed
}
