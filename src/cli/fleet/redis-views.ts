import { hostname, userInfo } from 'node:os'
import { openRedis } from '../../fleet/engine/redis/open-redis.ts'
import { type RedisAddress, redisText } from '../../fleet/engine/redis/redis-address.ts'
import type { RedisClient } from '../../fleet/engine/redis/redis-client.ts'
import { type RunOverview, runOverview } from '../../fleet/engine/redis/run-overview.ts'
import { RunStore, type WorkerRecord } from '../../fleet/engine/redis/run-store.ts'
import { durationOf } from '../../fleet/scenario/scenario.ts'
import { version } from '../../launch/package.ts'
import { print } from '../output.ts'
import { noSuchRun, warnOfRedis } from './redis-run.ts'

/** `fleet list`: a line a run, the newest first. */
export const listRuns = (address: RedisAddress): Promise<void> =>
  withRedis(address, async (client) => {
    const runs = await new RunStore(client).runs()
    if (runs.length === 0) return print(`no runs at ${redisText(address)}\n`)
    for (const { id } of runs.toReversed()) {
      const overview = await runOverview(client, id)
      if (overview) print(`${runLine(overview)}\n`)
    }
  })

/** `fleet status`: the run, its parts, the workers. */
export const showRun = (address: RedisAddress, run: string | undefined): Promise<void> =>
  withRedis(address, async (client) => {
    const store = new RunStore(client)
    const id = run ?? (await store.runs()).at(-1)?.id
    const overview = id === undefined ? undefined : await runOverview(client, id)
    if (run !== undefined && !overview) throw noSuchRun(address, run)
    if (overview) print(`${runLine(overview)}\n${countsLine(overview)}\n${partLines(overview).join('\n')}\n`)
    print(workerLines(await store.workers()))
  })

/** `fleet stop`. */
export const stopRun = (address: RedisAddress, run: string): Promise<void> =>
  withRedis(address, async (client) => {
    const reason = `it was stopped (by ${userInfo().username} on ${hostname()}).`
    if (!(await new RunStore(client).stop(run, reason))) throw noSuchRun(address, run)
    print(`run ${run} ends: its controller reports\n`)
  })

async function withRedis(address: RedisAddress, act: (client: RedisClient) => Promise<void>): Promise<void> {
  const client = await openRedis(address, warnOfRedis)
  try {
    await act(client)
  } finally {
    client.disconnect()
  }
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

function runLine(overview: RunOverview): string {
  const { record, totals } = overview
  return `run ${record.id} (${record.scenario.name}): ${standing(overview)}; ${totals.up} of ${moduleTotal(overview)} modules connected`
}

const moduleTotal = ({ record }: RunOverview): number =>
  record.scenario.groups.reduce((sum, { count }) => sum + count, 0)

function standing({ record, state, now }: RunOverview): string {
  if (record.version !== version) return `of atmqtt ${record.version}, take that to see it`
  const { startedAt, endedAt, stop, failed } = state
  if (failed !== null) return `failed: ${failed}`
  if (endedAt !== null) return stop === null ? 'ended' : `ended: ${stop}`
  if (stop !== null) return `ends: ${stop}`
  if (startedAt === null) return `waits for workers, ${state.ready} of ${state.shards} parts are ready`
  return `runs, ${seconds(Math.max(0, now - startedAt))} of ${seconds(durationOf(record.scenario))}`
}

const countsLine = ({ totals: { counts }, state, unknown }: RunOverview): string =>
  `  ${counts.publishAcked} of ${counts.publishIntended} messages acknowledged; ${state.fenced} reports fenced, at most ${unknown} messages unknown`

const partLines = ({ state }: RunOverview): readonly string[] =>
  Array.from({ length: state.shards }, (_, shard) => {
    const incarnation = state.incarnations.filter((each) => each.shard === shard).length
    const host = state.hosts.get(shard)
    const where = host === undefined ? 'with nobody yet' : `on ${host}, incarnation ${incarnation}`
    return `  part ${shard + 1}: ${where}${state.done.includes(shard) ? ', over' : ''}`
  })

const workerLines = (workers: readonly WorkerRecord[]): string =>
  workers.length === 0
    ? 'no workers\n'
    : workers.map(({ host, slots, busy }) => `worker on ${host}: ${busy} of ${slots} slots busy\n`).join('')
