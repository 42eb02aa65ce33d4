import { availableParallelism } from 'node:os'
import type { Clock } from '../../io/runtime/runtime.ts'
import { SetupError } from '../../io/setup-error.ts'
import { UsageError } from '../../launch/usage-error.ts'
import type { ShardSnapshot } from '../metrics/snapshot.ts'
import { durationOf, moduleCount, type Scenario } from '../scenario/scenario.ts'
import { shardPlans } from '../shard/world.ts'
import { planRestarts, restartsOf } from './broker-storms.ts'
import type { EngineEnd, EngineState, FleetEngine, FleetRun } from './engine.ts'
import { type Guarding, guardedRate, isGuarded, RefusalWatch } from './guard-rails.ts'
import { runClock } from './run-clock.ts'
import { openServers } from './run-servers.ts'

export interface FleetRunOptions extends Guarding {
  readonly id: string
  /** How many processes; one a core, and more where they would have more than 2,500 modules. */
  readonly shards?: number
  /** The scenario's commands may run. */
  readonly allowCommands?: boolean
}

/** How a run stands. */
export interface RunProgress {
  /** ms of the run's clock; below 0 before it begins. */
  readonly now: number
  readonly snapshots: readonly ShardSnapshot[]
  readonly engine: EngineState
}

export interface FleetRunEvents {
  /** About once a second. */
  progress(progress: RunProgress): void
  warning(sentence: string): void
}

export interface FinishedRun extends RunProgress {
  readonly id: string
  readonly server: string
  /** ms since 1970. */
  readonly startedAt: number
  /** Why it ended before its time. */
  readonly stopped: string | null
}

const mostModules = 2500
const tickMs = 1000
/** Behind the last phase: drained, left, reported. */
const graceMs = 8000
/** And for each module, where many close their connections at once. */
const leavingMs = 1

/** `processes`: that there is room for. */
export function shardsFor(modules: number, processes = availableParallelism()): number {
  return Math.min(modules, Math.max(processes, Math.ceil(modules / mostModules)))
}

/** Runs a scenario from its beginning to its end, or until `stop` resolves with a reason. */
export async function runFleet(
  scenario: Scenario,
  engine: FleetEngine,
  options: FleetRunOptions,
  events: FleetRunEvents,
  stop: Promise<string>,
): Promise<FinishedRun> {
  const maxRate = guardedRate(scenario.broker, options)
  checkCommands(scenario, options)
  const opened = await openServers(scenario)
  const { servers } = opened
  try {
    const modules = moduleCount(scenario)
    const common = { run: options.id, scenario, shards: options.shards ?? shardsFor(modules), servers }
    const startedAt = await begun(engine, { plans: shardPlans(common, modules), maxRate }, stop)
    const clock = runClock(startedAt)
    const cancelRestarts = planRestarts(scenario, opened, clock, events.warning, () => engine.isInCharge())
    const { at, stopped } = await watched(scenario, engine, clock, events, stop)
    cancelRestarts()
    const progress = { ...progressOf(engine, clock), now: at - startedAt }
    return { ...progress, id: options.id, server: serverText(scenario, servers), startedAt, stopped }
  } finally {
    await engine.close()
    await opened.close()
  }
}

function checkCommands(scenario: Scenario, { allowCommands }: FleetRunOptions): void {
  const named = restartsOf(scenario).find(({ storm }) => storm.stop !== null)
  if (named && !allowCommands)
    throw new UsageError(`This scenario runs commands (${named.storm.stop}): look at them, then give --allow-commands.`)
}

const begun = (engine: FleetEngine, run: FleetRun, stop: Promise<string>): Promise<number> =>
  Promise.race([
    engine.start(run),
    stop.then((reason) => {
      throw new SetupError('missing', `The run did not begin: ${reason}`)
    }),
  ])

const progressOf = (engine: FleetEngine, clock: Clock): RunProgress => ({
  now: clock.now(),
  snapshots: engine.snapshots(),
  engine: engine.state(),
})

/** Until all shards have ended. */
async function watched(
  scenario: Scenario,
  engine: FleetEngine,
  clock: Clock,
  events: FleetRunEvents,
  stop: Promise<string>,
): Promise<EngineEnd> {
  let reason: string | null = null
  const end = (why: string): void => {
    if (reason !== null) return
    reason = why
    engine.stop(why)
    // Whatever does not end in order is ended.
    clock.after(graceMs, () => void engine.close())
  }
  void stop.then(end)
  const watch = new RefusalWatch()
  const timer = setInterval(() => {
    const progress = progressOf(engine, clock)
    events.progress(progress)
    const refusal = isGuarded(scenario.broker) ? watch.look(progress.now, progress.snapshots) : undefined
    if (refusal !== undefined) end(refusal)
  }, tickMs)
  const lateMs = graceMs + moduleCount(scenario) * leavingMs + engine.takeOverMs
  clock.after(durationOf(scenario) - clock.now() + lateMs, () => end('it had not ended long after its last phase.'))
  try {
    const { at, stopped } = await engine.ended
    return { at, stopped: reason ?? stopped }
  } finally {
    clearInterval(timer)
  }
}

function serverText(
  scenario: Scenario,
  {
    plain,
    tls,
  }: { readonly plain: { host: string; port: number } | null; readonly tls: { host: string; port: number } | null },
): string {
  const own = scenario.broker.kind === 'embedded' ? ' (its own)' : ''
  const texts = [plain && `mqtt://${plain.host}:${plain.port}`, tls && `mqtts://${tls.host}:${tls.port}`]
  return `${texts.filter(Boolean).join(' ')}${own}`
}
