import { expect, test } from 'vitest'
import { mergeSnapshots } from './merge.ts'
import { type RecorderSettings, ShardRecorder } from './recorder.ts'
import type { ShardSnapshot } from './snapshot.ts'

const recorderOf = (settings: Partial<RecorderSettings> = {}) =>
  new ShardRecorder({ run: 'r', shard: 0, incarnation: 1, first: 0, modules: 100, ...settings })

const throughJson = (snapshot: ShardSnapshot): ShardSnapshot => JSON.parse(JSON.stringify(snapshot))

const connect = (recorder: ShardRecorder, module: number, at: number, tookMs: number, waitedMs = 0) =>
  recorder.connectUp(module, { intendedAt: at - tookMs - waitedMs, startedAt: at - tookMs, at })

test('histograms of shards are merged: a slow shard of few modules does not become half of a percentile', () => {
  const fast = recorderOf({ shard: 0 })
  const slow = recorderOf({ shard: 1, first: 100, modules: 1 })
  for (let module = 0; module < 99; module++) connect(fast, module, 1000 + module, 100)
  connect(slow, 100, 660_000, 659_000, 1000)
  const { times, up, counts } = mergeSnapshots([fast, slow].map((one) => throughJson(one.snapshot(700_000))))
  expect(times.connect.summary()).toMatchObject({ count: 100, p50: 100, p99: 100 })
  expect(times.connect.summary()?.max).toBeCloseTo(660_000, -3)
  expect(times.connectFromStart.summary()?.max).toBeCloseTo(659_000, -3)
  expect([up, counts.connectUp]).toEqual([100, 100])
})

test('a snapshot replaces the one before of its incarnation, in any order; a killed incarnation keeps its counts', () => {
  const killed = recorderOf({ incarnation: 1 })
  for (let module = 0; module < 40; module++) connect(killed, module, 1000, 10)
  const early = throughJson(killed.snapshot(1500))
  killed.connectionLost(3, 1600, 'CONNLOST 1')
  const late = throughJson(killed.snapshot(2000))
  const next = recorderOf({ incarnation: 2 })
  for (let module = 0; module < 30; module++) connect(next, module, 9000, 10)
  const { counts, up, modules, causes, upPerSecond } = mergeSnapshots([
    late,
    throughJson(next.snapshot(9500)),
    early,
    late,
  ])
  expect([counts.connectUp, counts.connectionLost, up, modules]).toEqual([70, 1, 30, 100])
  expect(causes.connectionLost).toEqual({ 'CONNLOST 1': 1 })
  expect(upPerSecond.bins.filter((change) => change !== null)).toEqual([39, -39, 30])
})

test('a storm: who was lost and when each was back, those lost before its end too; who was not hit does not count', () => {
  const recorder = recorderOf({ first: 500 })
  for (let module = 500; module < 600; module++) connect(recorder, module, 1000, 10)
  recorder.stormBegan('region', 10_000)
  for (let module = 500; module < 540; module++) recorder.connectionLost(module, 12_000, 'CONNLOST 1')
  const hit = Array.from({ length: 50 }, (_, i) => 500 + i)
  recorder.stormEnded('region', 30_000, hit)
  for (let module = 540; module < 550; module++) recorder.connectionLost(module, 31_000, 'CONNLOST 2')
  for (let module = 500; module < 549; module++) connect(recorder, module, 30_000 + (module - 499) * 100, 10)
  recorder.connectionLost(580, 40_000, 'power')
  const [storm] = mergeSnapshots([throughJson(recorder.snapshot(60_000))]).storms
  expect(storm).toMatchObject({ name: 'region', beganAt: 10_000, endedAt: 30_000, affected: 50, lost: 50 })
  expect(storm?.back.count).toBe(49)
  expect(storm?.back.quantile(1)).toBeCloseTo(4900, -1)
})

test('of what was acknowledged, what the verifying subscriber missed, saw twice or in another order, over two shards', () => {
  const clientOf = (module: number) => `m${module}`
  const [publisher, subscriber] = [recorderOf({ clientOf }), recorderOf({ shard: 1, first: 100 })]
  for (let sequence = 1; sequence <= 1000; sequence++)
    publisher.publishAcked(7, { intendedAt: 0, sentAt: 0, at: 20, sequence })
  for (let sequence = 1; sequence <= 1000; sequence++)
    if (sequence !== 400 && sequence !== 500) subscriber.verified('m7', sequence, 0, 30)
  subscriber.verified('m7', 400, 0, 2000)
  subscriber.verified('m7', 600, 0, 2000)
  const totals = mergeSnapshots([publisher, subscriber].map((one) => throughJson(one.snapshot(3000))))
  expect(totals.verified).toEqual({ expected: 1000, got: 999, doubled: 1, lost: 1, reordered: 1, unseen: 0 })
  expect(JSON.stringify(publisher.snapshot(3000).sequences)).toBe(
    '{"acked":{"m7":[1,1000]},"got":{},"doubled":0,"reordered":0}',
  )
})

test('what a killed incarnation had acknowledged and its subscriber can have seen behind the last snapshot is not lost', () => {
  const clientOf = (module: number) => `m${module}`
  const [killed, next] = [recorderOf({ clientOf, incarnation: 1 }), recorderOf({ clientOf, incarnation: 2 })]
  const acked = (recorder: ShardRecorder, sequence: number) =>
    recorder.publishAcked(7, { intendedAt: 0, sentAt: 0, at: 20, sequence })
  for (const sequence of [1, 2, 3, 4, 5, 6]) acked(killed, sequence)
  // 2 is missed, 5 is told to the server as received and to nobody else, 6 comes again.
  for (const sequence of [1, 3, 4]) killed.verified('m7', sequence, 0, 30)
  acked(next, 101)
  next.verified('m7', 6, 0, 40)
  expect(next.hasSeenAll()).toBe(false)
  next.verified('m7', 101, 0, 50)
  expect(next.hasSeenAll()).toBe(true)
  const totals = mergeSnapshots([killed, next].map((one) => throughJson(one.snapshot(3000))))
  expect(totals.verified).toEqual({ expected: 7, got: 5, doubled: 0, lost: 1, reordered: 0, unseen: 1 })
})

test('counts by second add up to the whole, also after bins were joined and in shards whose bins are not as wide', () => {
  const [long, short] = [recorderOf(), recorderOf({ shard: 1 })]
  for (let second = 0; second < 3000; second++) long.publishIntended(0, second * 1000)
  for (let second = 0; second < 10; second++) short.publishIntended(0, second * 1000)
  for (const at of [5, 1500, 2_900_000]) connect(long, 0, at, at)
  const totals = mergeSnapshots([long, short].map((one) => throughJson(one.snapshot(3_000_000))))
  const { binMs, bins } = totals.perSecond.publishIntended
  expect([binMs, bins[0], bins.reduce<number>((sum, count) => sum + (count ?? 0), 0)]).toEqual([8000, 16, 3010])
  const plotted = totals.timesPerSecond.connect
  expect(plotted.bins.map((times) => times?.count ?? 0).filter((count) => count > 0)).toEqual([2, 1])
  expect(plotted.bins.at(-1)?.quantile(0.5)).toBeCloseTo(2_900_000, -5)
})

test('a snapshot of a shard of 1,000 modules is below 200 KB after ten minutes of steady work', () => {
  const recorder = recorderOf({ modules: 1000 })
  for (let at = 0; at < 600_000; at += 50) {
    connect(recorder, (at / 50) % 1000, at, 20 + ((at / 50) % 400))
    recorder.publishAcked((at / 50) % 1000, { intendedAt: at, sentAt: at, at: at + 30 + (at % 70), sequence: at / 50 })
    recorder.late(at % 10, at)
  }
  expect(JSON.stringify(recorder.snapshot(600_000)).length).toBeLessThan(200_000)
})
