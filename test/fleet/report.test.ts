import { readFileSync, writeFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { expect, test } from 'vitest'
import { mergeSnapshots } from '../../src/fleet/metrics/merge.ts'
import { ShardRecorder } from '../../src/fleet/metrics/recorder.ts'
import { liveLine, liveScreen } from '../../src/fleet/report/live-view.ts'
import { makeFleetReport } from '../../src/fleet/report/make-report.ts'
import { fleetJunit } from '../../src/fleet/report/report-junit.ts'
import { fleetReportJsonSchema } from '../../src/fleet/report/report-schema.ts'
import { fleetText } from '../../src/fleet/report/text-report.ts'
import { reportKeys } from '../../src/fleet/scenario/report-keys.ts'
import { scenarioOf, stormyFacts, stormyReport, stormyScenario, stormySnapshots } from './stormy-run.ts'

const schemaFile = new URL('../../docs/reference/fleet-report.schema.json', import.meta.url)

test('the keys that checks rely on, with what the run did; the file is as its schema says', () => {
  const report = JSON.parse(JSON.stringify(stormyReport()))
  expect(report).toMatchObject({
    modules: 100,
    connected: { attempted: 248, up: 99, refused: { 'connack 3': 1, 'err 32': 1 } },
    publish: { intended: 4000, sent: 4000, acked: 4000, failed: 0, unknown: 0 },
    received: { expected: 4000, got: 3999, doubled: 0, lost: 1, reordered: 0 },
    lost: { byCause: { 'CONNLOST 1': 50, 'CONNLOST 2': 99 } },
    generator: { valid: true, lateShare: 0 },
    engine: { takeOvers: 1, fenced: 0, unknown: 3 },
  })
  expect(Math.abs(report.latencyMs.publishAck.p50 - 16)).toBeLessThanOrEqual(0.1)
  expect(report.latencyMs.tls).toEqual({ p50: null, p95: null, p99: null, max: null })
  const ajv = new Ajv({ strict: true, allowUnionTypes: true })
  expect(ajv.validate(fleetReportJsonSchema(), report), ajv.errorsText()).toBe(true)
  for (const key of reportKeys) expect(valueAt(report, key), key).not.toBeUndefined()
})

const valueAt = (value: unknown, key: string): unknown =>
  key.split('.').reduce((each, part) => (each as Record<string, unknown> | undefined)?.[part], value)

test('docs/reference has the schema (UPDATE=1 npm test writes it, biome formats it)', () => {
  const fresh = JSON.parse(JSON.stringify(fleetReportJsonSchema()))
  if (process.env.UPDATE) writeFileSync(schemaFile, `${JSON.stringify(fresh, undefined, 2)}\n`)
  expect(JSON.parse(readFileSync(schemaFile, 'utf8'))).toEqual(fresh)
})

test('a storm is told by when its modules are back; one that is not leaves all the recovery open', () => {
  const { details, recovery } = stormyReport()
  const [north, herd] = details.storms
  expect(north).toMatchObject({ name: 'north', affected: 50, lost: 50, back: 49, t100: null })
  expect([north!.t50, north!.t95, herd!.t50, herd!.t95].map((ms) => Math.round(ms! / 100))).toEqual([25, 48, 10, 19])
  expect(herd).toMatchObject({ affected: 100, lost: 99, back: 99, t100: null })
  expect(herd!.curve.at(-1)).toMatchObject({ share: 0.99 })
  expect([recovery.t50, recovery.t95].map((ms) => Math.round(ms! / 100))).toEqual([25, 48])
  expect(recovery.t100).toBeNull()
})

test('expectations: met, missed, and what was not measured is missed; the same in JUnit and in the text', () => {
  const report = stormyReport()
  expect(report.expect.map(({ name, ok, value }) => [name, ok, value !== null])).toEqual([
    ['received.lost == 0', false, true],
    ['all are back', true, true],
    ['recovery.t95 < 10s', true, true],
    ['latencyMs.tls.p99 < 500', false, false],
    ['connected.refused < 3', true, true],
    ['generator.valid == true', true, true],
  ])
  const xml = fleetJunit(report)
  expect(xml).toContain('<testsuite name="Two storms &lt;&amp;&gt;"')
  expect(xml.match(/tests="6" failures="2"/g)).toHaveLength(2)
  expect(xml).toContain('is not measured, expected &lt; 500')
})

test('the text fits 80 columns and says what a reader must know first', () => {
  const text = fleetText(stormyReport())
  expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80)
  for (const part of [
    'connected   99 of 100 at the end; 248 attempts',
    'received    3,999 of 4,000 acknowledged; 1 lost',
    'storm       north: 50 hit, 50 lost, 49 back; 50 % after 2.5 s',
    'MISSED  received.lost == 0: is 1, expected == 0',
    'A process that ran modules died; another took over, once.',
    'Unknown, at most 3',
    'After storm "north" 1 of 50 modules did not come back.',
  ])
    expect(text).toContain(part)
})

test('one screen while it runs: phases, rates, times, storms, health; one line where there is no terminal', () => {
  const totals = mergeSnapshots(stormySnapshots())
  const screen = liveScreen(stormyScenario(), totals, 15_000, ['shard 1 was taken over'])
  expect(screen.length).toBeLessThanOrEqual(24)
  expect(Math.max(...screen.map(({ length }) => length))).toBeLessThanOrEqual(80)
  const text = screen.join('\n')
  expect(text).toMatch(/ramp +\[#{40}\] done/)
  expect(text).toMatch(/steady +\[#{10}\.{30}\] 30\.0 s left/)
  expect(text).toMatch(/acknowledged +4,000 +100\/s/)
  expect(text).toContain('note: shard 1 was taken over')
  expect(liveLine(stormyScenario(), totals, 15_000)).toContain(
    'steady: 99 connected, 2 refused, 149 lost; 4,000 acknowledged (100/s), 0 failed',
  )
})

test('a generator that ran more than 1 % of its timers late is the limit: the run is not valid', () => {
  const recorder = new ShardRecorder({ run: 'r', shard: 0, incarnation: 1, first: 0, modules: 100 })
  for (let i = 0; i < 200; i++) recorder.late(i < 3 ? 400 : 1, i)
  const totals = mergeSnapshots([recorder.snapshot(1000)])
  const { generator, details } = makeFleetReport(stormyScenario(), totals, stormyFacts)
  expect(generator).toMatchObject({ valid: false, lateShare: 0.015 })
  expect(details.warnings[0]).toContain('The generator is the limit: 1.5 % of its timers ran more than 100 ms late')
})

test('a phase whose timers ran late is not made up for by a long quiet one, and is named', () => {
  const phaseStarts = [0, 5000]
  const recorder = new ShardRecorder({ run: 'r', shard: 0, incarnation: 1, first: 0, modules: 100, phaseStarts })
  for (let i = 0; i < 50; i++) recorder.late(i < 2 ? 400 : 1, i * 100)
  for (let i = 0; i < 1000; i++) recorder.late(1, 5001 + i)
  const { generator, details } = makeFleetReport(
    stormyScenario(),
    mergeSnapshots([recorder.snapshot(9000)]),
    stormyFacts,
  )
  expect(details.phases).toEqual([
    { name: 'ramp', lateShare: 0.04, valid: false },
    { name: 'steady', lateShare: 0, valid: true },
  ])
  expect(generator).toMatchObject({ valid: false, lateShare: 2 / 1050 })
  expect(details.warnings[0]).toContain('Timers were late in "ramp" (4.0 %)')
})

test('bytes that were counted on connections stand in place of estimates', () => {
  const recorder = new ShardRecorder({ run: 'r', shard: 0, incarnation: 1, first: 0, modules: 100 })
  for (let i = 0; i < 10; i++) {
    recorder.traffic('meters', 'message', 150, 1)
    recorder.traffic('meters', 'message', 50, 0)
  }
  const { details } = makeFleetReport(stormyScenario(), mergeSnapshots([recorder.snapshot(1000)]), stormyFacts)
  const [{ counted, bytes, day }] = details.traffic as [(typeof details.traffic)[number]]
  expect([counted, bytes.message]).toEqual([['message'], 200 + 3 * 52])
  expect(day.bytes).toBe(bytes.connection + 86_400 * bytes.message)
})

test('bytes of a device and day: a keep-alive where it publishes seldom, TLS by the record, a certificate by handshake', () => {
  const trafficOf = (group: string, every: string) => {
    const yaml = `groups: [{name: g, count: 1, clientId: abc, keepAlive: 60s${group}}]\nphases: [{name: p, duration: 1s, do: [connect: {}, publish: {every: ${every}, qos: 1, size: 100, topic: "t/1"}]}]`
    return makeFleetReport(scenarioOf(yaml), mergeSnapshots([]), stormyFacts).details.traffic[0]!
  }
  const seldom = trafficOf('', '1h')
  // CONNECT 17 and CONNACK 4 in two segments of 52, an ACK; 3 of the opening, 4 of the end.
  expect(seldom.bytes.connection).toBe(60 + 60 + 52 + 4 * 52 + 17 + 4 + 2 * 52 + 52)
  expect(seldom.bytes).toMatchObject({ handshake: 0, keepAlive: 4 + 3 * 52, message: 109 + 4 + 3 * 52 })
  expect(seldom.day).toMatchObject({ keepAlives: 1440, messages: 24, payload: 2400 })
  expect(seldom.day.bytes).toBe(seldom.bytes.connection + 1440 * 160 + 24 * 269)
  expect(trafficOf('', '30s').day.keepAlives).toBe(0)
  const tls = trafficOf(', tls: {ca: a.pem, cert: "{client}.pem", key: "{client}.key"}', '1h')
  expect(tls.bytes.handshake).toBe(2218 + 8 * 52)
  expect(tls.bytes.keepAlive).toBe(160 + 2 * 29)
})
