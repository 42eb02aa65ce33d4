import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseRedisUrl } from '../../../src/fleet/engine/redis/redis-address.ts'
import { connectRedis, type RedisClient } from '../../../src/fleet/engine/redis/redis-client.ts'
import { RunStore } from '../../../src/fleet/engine/redis/run-store.ts'
import type { FleetReport } from '../../../src/fleet/report/report-schema.ts'
import { until } from '../../support/until.ts'
import { type Program, startAtmqtt, textOf } from './programs.ts'

/** Where a trial is. */
export interface Stage {
  /** A client of the Redis, or how to get one. */
  readonly redisUrl: string
  readonly broker: { readonly host: string; readonly port: number }
  /** Of the controller. */
  readonly namespace?: string
}

export interface TrialSize {
  readonly modules: number
  readonly everyMs: number
  readonly seconds: number
  readonly shards: number
}

/** A run with its controller, as one who looks at it from outside has it. */
export interface TrialRun {
  readonly id: string
  readonly folder: string
  readonly controller: Program
}

const scenarioText = ({ broker }: Stage, { modules, everyMs, seconds }: TrialSize): string =>
  `broker: mqtt://${broker.host}:${broker.port}
groups: [{name: a, count: ${modules}, clientId: "{run}-{index}"}]
phases:
  - {name: ramp, duration: 2s, do: [{verify: {}}, {connect: {}}]}
  - {name: steady, duration: ${seconds}s, do: [{publish: {every: ${everyMs}ms}}]}
  - {name: drain, duration: 1s}
expect: [received.lost == 0, connected.up == modules]
`

export async function startWorker({ redisUrl }: Stage, slots: number, namespace?: string): Promise<Program> {
  const worker = startAtmqtt(['fleet', 'worker', '--redis', redisUrl, '--slots', String(slots)], namespace)
  await until(() => textOf(worker).includes('waits for runs'), 'a worker', 60_000)
  return worker
}

/** Once its clock runs. */
export async function startRun(stage: Stage, size: TrialSize, store: RunStore): Promise<TrialRun> {
  const folder = mkdtempSync(join(tmpdir(), 'atmqtt-fleet-trial-'))
  const file = join(folder, 'scenario.yaml')
  writeFileSync(file, scenarioText(stage, size))
  const before = new Set((await store.runs()).map(({ id }) => id))
  const target = stage.broker.host === '127.0.0.1' ? [] : ['--target', stage.broker.host, '--max-rate', '1000']
  const controller = startAtmqtt(
    ['fleet', 'run', file, '--redis', stage.redisUrl, '--shards', String(size.shards), ...target, ...jsonOf(folder)],
    stage.namespace,
  )
  let started: string | undefined
  for (const end = performance.now() + 60_000; started === undefined; await pause(100)) {
    if (performance.now() > end) throw new Error(`the run did not begin:\n${textOf(controller)}`)
    const id = (await store.runs()).map((each) => each.id).find((each) => !before.has(each))
    if (id !== undefined && (await store.state(id))?.startedAt != null) started = id
  }
  return { id: started, folder, controller }
}

export const takeUp = ({ redisUrl, namespace }: Stage, { id, folder }: TrialRun): Program =>
  startAtmqtt(['fleet', 'run', '--run', id, '--redis', redisUrl, ...jsonOf(folder)], namespace)

const jsonOf = (folder: string): readonly string[] => ['--json', join(folder, 'report.json')]

/** The report, when the controller has ended. */
export async function reportOf({ folder }: TrialRun, controller: Program): Promise<FleetReport> {
  const code = await controller.ended
  try {
    return JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as FleetReport
  } catch {
    throw new Error(`the controller ended with ${code} and no report:\n${textOf(controller)}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export const openStore = async (redisUrl: string): Promise<{ client: RedisClient; store: RunStore }> => {
  const client = await connectRedis(parseRedisUrl(redisUrl))
  return { client, store: new RunStore(client) }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** When a worker says for the first time since then that it took a part over, after how many ms. */
export function takenOverAfter(workers: readonly Program[], since: number): number | undefined {
  const times = workers.flatMap(({ lines }) =>
    lines.filter(({ at, text }) => at > since && / taken over \(/.test(text)).map(({ at }) => at - since),
  )
  return times.length === 0 ? undefined : Math.min(...times)
}
