import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseRedisUrl } from '../../src/fleet/engine/redis/redis-address.ts'
import { connectRedis, type RedisClient } from '../../src/fleet/engine/redis/redis-client.ts'
import { clockOffset } from '../../src/fleet/engine/redis/redis-clock.ts'
import { type Holding, RunStore } from '../../src/fleet/engine/redis/run-store.ts'
import { unknownOf } from '../../src/fleet/engine/redis/unknown.ts'
import { ShardRecorder } from '../../src/fleet/metrics/recorder.ts'
import type { ShardSnapshot } from '../../src/fleet/metrics/snapshot.ts'
import { shardPlans } from '../../src/fleet/shard/world.ts'
import { scenarioOf } from '../support/fleet/run-here.ts'
import { type RedisServer, redisMissing, startRedis } from '../support/programs/redis-server.ts'

const scenario = scenarioOf(`
groups: [{name: slow, count: 10}, {name: fast, count: 10}]
phases:
  - {name: steady, duration: 60s, do: [{connect: {}}, {publish: {every: 10s, groups: [slow]}}, {publish: {every: 1s, groups: [fast]}}]}
`)
const servers = { plain: { host: '127.0.0.1', port: 1883 }, tls: null }

describe.skipIf(redisMissing)('what Redis has of a run', () => {
  let server: RedisServer
  let client: RedisClient
  let store: RunStore
  beforeAll(async () => {
    server = await startRedis()
    client = await connectRedis(parseRedisUrl(server.url))
    store = new RunStore(client)
  })
  afterAll(async () => {
    client.disconnect()
    await server.close()
  })

  const create = (id: string, shards: number): Promise<void> =>
    store.create({ id, version: '1', scenario, shards, maxRate: 0, servers, leadMs: 100, target: null })
  const begun = async (run: string, shard: number, attempt: number, owner: string): Promise<Holding> => {
    const { result, incarnation } = await store.begin(run, shard, attempt, owner, `host of ${owner}`)
    expect(result).toBe('begun')
    return { run, shard, incarnation, owner }
  }
  /** Reports of an incarnation, as they come. */
  const reports = ({ run, shard, incarnation }: Holding): (() => ShardSnapshot) => {
    const recorder = new ShardRecorder({ run, shard, incarnation, first: 0, modules: 1 })
    return () => recorder.snapshot(1000)
  }

  test('a newer incarnation fences the older one: what that reports is refused, counted, and changes nothing', async () => {
    await create('fenced', 1)
    const old = await begun('fenced', 0, 1, 'a')
    const report = reports(old)
    expect(await store.tell(old, 'running', 5000, report())).toMatchObject({ result: 'ok' })
    const next = await begun('fenced', 0, 2, 'b')
    expect(next.incarnation).toBe(2)
    expect(await store.tell(old, 'ended', 5000, report())).toEqual({ result: 'fenced', startedAt: null, stop: null })
    expect(await store.tell({ ...old, incarnation: 2 }, 'running', 5000, report())).toMatchObject({ result: 'fenced' })
    const state = (await store.state('fenced'))!
    expect(state).toMatchObject({ fenced: 2, done: [], endedAt: null })
    expect(state.incarnations.map(({ number, closedAt }) => [number, closedAt])).toEqual([
      [1, null],
      [0, null],
    ])
    expect(await store.begin('fenced', 0, 1, 'c', 'c')).toEqual({ result: 'older', incarnation: 0 })
  })

  test('a report that comes twice or late replaces nothing, and a beginning that is asked for twice is one', async () => {
    await create('twice', 1)
    const one = await begun('twice', 0, 1, 'a')
    expect(await begun('twice', 0, 1, 'a')).toEqual(one)
    const report = reports(one)
    const [first, second] = [report(), report()]
    for (const each of [second, second, first]) await store.tell(one, 'running', 5000, each)
    expect((await store.snapshots('twice', ['0/1'])).map(({ number }) => number)).toEqual([2])
  })

  test('it begins when all parts are ready and a controller is there, and has ended when all parts have', async () => {
    await create('begins', 2)
    const [one, two] = [await begun('begins', 0, 1, 'a'), await begun('begins', 1, 1, 'b')]
    expect(await store.tell(one, 'ready', 5000)).toMatchObject({ startedAt: null })
    expect(await store.tell(two, 'ready', 5000)).toMatchObject({ startedAt: null })
    expect(await store.attend('begins', 'controller', 5000)).toBe(true)
    expect(await store.attend('begins', 'other', 5000)).toBe(false)
    const { startedAt } = await store.tell(one, 'ready', 5000)
    expect(startedAt).toBeGreaterThan(0)
    expect(await store.stop('begins', 'first')).toBe(true)
    await store.stop('begins', 'second')
    expect(await store.tell(one, 'ended', 0, reports(one)())).toMatchObject({ stop: 'first' })
    expect((await store.state('begins'))!.endedAt).toBeNull()
    // Nobody ran the other part to its end: whoever takes it up now has nothing to run.
    expect(await store.begin('begins', 1, 2, 'c', 'c')).toEqual({ result: 'done', incarnation: 0 })
    expect((await store.state('begins'))!.endedAt).not.toBeNull()
    expect(await store.stop('nothing', 'x')).toBe(false)
    expect(await store.begin('nothing', 0, 1, 'a', 'a')).toEqual({ result: 'gone', incarnation: 0 })
  })

  test('its time is asked for: a clock that is wrong is put right', async () => {
    const ahead = { time: async () => (await client.time()).map((part, i) => (i === 0 ? part - 3600 : part)) }
    const { offsetMs, errorMs } = await clockOffset(ahead as unknown as RedisClient)
    expect(Math.abs(offsetMs + 3_600_000)).toBeLessThanOrEqual(errorMs + 2)
  })
})

test('unknown is what a killed incarnation may have published behind its last report, until its lease was over or another began', () => {
  const plans = shardPlans({ run: 'r', scenario, shards: 2, servers }, 20)
  const report = new ShardRecorder({ run: 'r', shard: 1, incarnation: 1, first: 10, modules: 10 }).snapshot(5000)
  const each = { shard: 1, begunAt: 0, number: 1, closedAt: null, endsBy: 1_012_000 }
  const unknown = (incarnations: readonly object[], isOver = false) =>
    unknownOf({
      state: {
        ...{ shards: 2, startedAt: 1_000_000, endedAt: null, stop: null, failed: null, fenced: 0, ready: 2, done: [] },
        hosts: new Map(),
        incarnations: incarnations.map((one, i) => ({ ...each, incarnation: i + 1, ...one })),
      },
      ...{ plans, isOver, now: 1_020_000 },
      snapshots: new Map([['1/1', report]]),
    })
  // Ten fast modules, one message a second each, and one more at most.
  expect(unknown([{}, { begunAt: 1_008_000 }])).toBe(10 * 4)
  expect(unknown([{}, { begunAt: 1_015_000 }])).toBe(10 * 8)
  expect(unknown([{ closedAt: 1_006_000 }, { begunAt: 1_008_000 }])).toBe(0)
  expect(unknown([{}])).toBe(0)
  expect(unknown([{}], true)).toBe(10 * 8)
  // The part with the slow ones.
  expect(unknown([{ shard: 0 }, { shard: 0, begunAt: 1_008_000 }])).toBe(10 * 2)
})
