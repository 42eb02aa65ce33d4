import { randomBytes } from 'node:crypto'
import { type FinishedRun, type FleetRunOptions, runFleet } from '../../fleet/engine/fleet-run.ts'
import { LocalEngine } from '../../fleet/engine/local-engine.ts'
import { mergeSnapshots, type RunTotals } from '../../fleet/metrics/merge.ts'
import { makeFleetReport } from '../../fleet/report/make-report.ts'
import { fleetText } from '../../fleet/report/text-report.ts'
import { demoScenario } from '../../fleet/scenario/demo.ts'
import { overridden } from '../../fleet/scenario/overrides.ts'
import type { Scenario } from '../../fleet/scenario/scenario.ts'
import { errorCode, SetupError } from '../../io/setup-error.ts'
import { version } from '../../launch/package.ts'
import { UsageError } from '../../launch/usage-error.ts'
import { exitCodes } from '../exit.ts'
import { print } from '../output.ts'
import { stopSignal } from '../signals.ts'
import type { MetricsServer } from './metrics-server.ts'
import type { PreparedRun } from './prepared-run.ts'
import { checkReportFiles, writeReportFiles } from './report-files.ts'
import type { RunCliOptions } from './run-settings.ts'
import { RunView } from './run-view.ts'
import { loadScenario, scenarioIn } from './scenario-file.ts'

/** How the processes of shards are started. */
export const thisProgram = (): readonly string[] => [process.execPath, ...process.execArgv, process.argv[1]!]

/** `fleet run`. Resolves to the exit code. */
export async function runScenario(file: string | undefined, options: RunCliOptions): Promise<number> {
  checkReportFiles(options)
  const { scenario, settings, engine: engineWith } = await preparedRun(file, options)
  const view = new RunView(scenario)
  let totals = mergeSnapshots([])
  const metrics = await openMetrics(options, () => totals)
  if (metrics) view.note(`metrics for Prometheus: ${metrics.url}`)
  const engine = engineWith((sentence) => view.note(sentence))
  try {
    const run = await runFleet(
      scenario,
      engine,
      settings,
      {
        progress: ({ now, snapshots }) => {
          totals = mergeSnapshots(snapshots)
          view.show(totals, now)
        },
        warning: (sentence) => view.note(sentence),
      },
      stopSignal().then((signal) => `it was stopped (${signal}).`),
    )
    view.end()
    return told(scenario, run, options)
  } finally {
    await engine.close()
    metrics?.close()
  }
}

async function preparedRun(file: string | undefined, options: RunCliOptions): Promise<PreparedRun> {
  const { redis, run: id, allowCommands = false } = options
  if (id !== undefined && redis === undefined) throw new UsageError('--run names a run of a Redis: give --redis too.')
  if (id !== undefined && (file !== undefined || options.demo))
    throw new UsageError('--run has its scenario: give none beside it.')
  if (redis && id !== undefined) return (await import('./redis-run.ts')).takenUpRun(redis, id, allowCommands)
  const scenario = scenarioOf(file, options)
  const settings = settingsOf(options)
  if (redis) return (await import('./redis-run.ts')).newRedisRun(redis, scenario, settings)
  return { scenario, settings, engine: () => new LocalEngine(thisProgram()) }
}

async function openMetrics({ prometheus }: RunCliOptions, totals: () => RunTotals): Promise<MetricsServer | undefined> {
  if (!prometheus) return undefined
  const { serveMetrics } = await import('./metrics-server.ts').catch(noPrometheus)
  return serveMetrics(prometheus, totals)
}

function noPrometheus(error: unknown): never {
  if (errorCode(error) !== 'ERR_MODULE_NOT_FOUND') throw error
  throw new SetupError('missing', '--prometheus needs the package prom-client: npm install prom-client.', error)
}

function settingsOf({ target, maxRate, shards, allowCommands }: RunCliOptions): FleetRunOptions {
  const id = randomBytes(4).toString('hex')
  return { id, target, maxRate, ...(shards !== undefined && { shards }), ...(allowCommands && { allowCommands }) }
}

/** Writes the reports. The exit code. */
function told(scenario: Scenario, run: FinishedRun, options: RunCliOptions): number {
  const { id, server, startedAt, now: ms, stopped, engine } = run
  const facts = {
    id,
    server,
    ms,
    stopped,
    engine,
    tool: `atmqtt ${version}`,
    startedAt: new Date(startedAt).toISOString(),
  }
  const report = makeFleetReport(scenario, mergeSnapshots(run.snapshots), facts)
  writeReportFiles(options, report)
  print(fleetText(report))
  return report.expect.every(({ ok }) => ok) ? exitCodes.ok : exitCodes.negative
}

function scenarioOf(file: string | undefined, options: RunCliOptions): Scenario {
  const changed = overridden(givenScenario(file, options), options)
  if (typeof changed === 'string') throw new UsageError(`${changed}.`)
  return changed
}

function givenScenario(file: string | undefined, { demo }: RunCliOptions): Scenario {
  if (demo && file === undefined) return scenarioIn('demo', demoScenario)
  if (demo || file === undefined) throw new UsageError('fleet run needs a scenario: give either a FILE or --demo.')
  return loadScenario(file)
}
