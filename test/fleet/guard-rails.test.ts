import { expect, test } from 'vitest'
import { dialLimit } from '../../src/fleet/engine/dial-limit.ts'
import { guardedRate, isGuarded, RefusalWatch } from '../../src/fleet/engine/guard-rails.ts'
import { ShardRecorder } from '../../src/fleet/metrics/recorder.ts'
import { overridden } from '../../src/fleet/scenario/overrides.ts'
import { durationOf } from '../../src/fleet/scenario/scenario.ts'
import { virtualClock } from '../../src/io/runtime/clock-virtual.ts'
import { runHere, scenarioOf } from '../support/fleet/run-here.ts'

const server = (host: string) => ({ kind: 'server', host, port: 1883, tls: false }) as const

test('beyond this machine 100 connections a second, unless --max-rate says otherwise; here as many as come', () => {
  const beyond = { target: '192.0.2.1', maxRate: undefined }
  expect(guardedRate(server('192.0.2.1'), beyond)).toBe(100)
  expect(guardedRate(server('192.0.2.1'), { ...beyond, maxRate: 900 })).toBe(900)
  expect(() => guardedRate(server('192.0.2.1'), { ...beyond, target: '192.0.2.2' })).toThrow('--target 192.0.2.1')
  expect(
    ['127.0.0.1', 'localhost', '::1'].map((host) => guardedRate(server(host), { ...beyond, target: undefined })),
  ).toEqual([0, 0, 0])
  expect(guardedRate({ kind: 'embedded' }, { target: undefined, maxRate: 5 })).toBe(5)
})

test('--max-rate: connections begin one after the other, and the wait is in the time from the intended one', async () => {
  const clock = virtualClock()
  const began: number[] = []
  const limit = dialLimit(20, clock)
  for (let i = 0; i < 5; i++) limit(() => began.push(clock.now()))
  clock.advance(1000)
  expect(began).toEqual([0, 50, 100, 150, 200])
  const herd = scenarioOf('groups: [{name: a, count: 7}]\nphases: [{name: x, duration: 1s, do: [{connect: {}}]}]')
  const { times, up } = await runHere(herd, undefined, 20)
  expect(up).toBe(7)
  expect(times.connect.summary()!.max).toBeGreaterThanOrEqual(295)
})

test('a run stops when the server refused more than it took, over ten seconds; a server of this machine is not guarded', () => {
  const recorder = new ShardRecorder({ run: 'r', shard: 0, incarnation: 1, first: 0, modules: 100 })
  const watch = new RefusalWatch()
  const look = (at: number) => watch.look(at, [recorder.snapshot(at)])
  const up = (count: number, at: number) => {
    for (let i = 0; i < count; i++) recorder.connectUp(i, { intendedAt: at, startedAt: at, at })
  }
  const refuse = (count: number, at: number) => {
    for (let i = 0; i < count; i++) recorder.connectRefused(i, at, 'connack 5')
  }
  expect(look(0)).toBeUndefined()
  up(30, 500)
  refuse(30, 500)
  expect(look(1000)).toBeUndefined()
  refuse(1, 1500)
  expect(look(2000)).toBe('the server refused 31 connections and took 30 in 2 s')
  expect(look(20_000)).toBeUndefined()
  refuse(19, 20_500)
  expect(look(21_000)).toBeUndefined()
  refuse(1, 21_500)
  expect(look(22_000)).toBe('the server refused 20 connections and took 0 in 2 s')
  expect([isGuarded(server('192.0.2.1')), isGuarded(server('127.0.0.1')), isGuarded({ kind: 'embedded' })]).toEqual([
    true,
    false,
    false,
  ])
})

const two = scenarioOf(`
groups: [{name: a, count: 30}, {name: b, count: 10}]
phases:
  - {name: x, duration: 10s, do: [{connect: {rate: 4/s}}]}
  - {name: y, duration: 30s, do: [{publish: {every: 5s}}], storm: [{region: {at: 4s, for: 8s}}]}
`)

test('--modules, --duration, --seed and --broker: parts stay parts, phases and storms are stretched, periods are not', () => {
  const made = overridden(two, { modules: 8, duration: 20_000, seed: 7, broker: 'mqtt://127.0.0.1' })
  if (typeof made === 'string') throw new Error(made)
  expect(made).toMatchObject({ seed: 7, broker: { kind: 'server', host: '127.0.0.1', port: 1883 } })
  expect([made.groups.map(({ count }) => count), durationOf(made)]).toEqual([[6, 2], 20_000])
  expect(made.phases[0]!.actions[0]).toMatchObject({ rate: 8 })
  expect(made.phases[1]).toMatchObject({
    ...{ startMs: 5000, durationMs: 15_000 },
    actions: [{ everyMs: 5000, forMs: 15_000 }],
    storms: [{ atMs: 2000, forMs: 4000 }],
  })
})

test.each([
  [{ modules: 1 }, '--modules 1: there are 2 groups'],
  [{ broker: 'nowhere' }, '--broker nowhere: give embedded, mqtt://HOST[:PORT] or mqtts://HOST[:PORT]'],
  [{ broker: 'mqtts://h' }, '--broker mqtts://h: group a has no tls'],
])('overrides that do not fit: %j', (overrides, sentence) => expect(overridden(two, overrides)).toBe(sentence))
