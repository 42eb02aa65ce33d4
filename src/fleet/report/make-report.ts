import type { RunTotals, StormTotals } from '../metrics/merge.ts'
import type { CountName, Series } from '../metrics/snapshot.ts'
import type { TimeHistogram } from '../metrics/time-histogram.ts'
import { durationOf, type Scenario } from '../scenario/scenario.ts'
import { judgeExpectations } from './judge.ts'
import { moduleTimes } from './module-times.ts'
import type { FleetReport, LatencySpread, StormReport } from './report-schema.ts'
import { trafficOf } from './traffic.ts'
import { mostLate, warningsOf } from './warnings.ts'

/** What neither the scenario nor the counts know. */
export interface RunFacts {
  readonly id: string
  /** `atmqtt 0.1.0`. */
  readonly tool: string
  /** `mqtt://127.0.0.1:1883`. */
  readonly server: string
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly ms: number
  /** Why it ended before its time; `null`: it did not. */
  readonly stopped: string | null
  readonly engine: EngineNotes
}

export interface EngineNotes {
  readonly takeOvers: number
  readonly fenced: number
  /** Events that may be missing in the counts, at most. */
  readonly unknown: number
}

export function makeFleetReport(scenario: Scenario, totals: RunTotals, facts: RunFacts): FleetReport {
  const report = { ...counted(scenario, totals, facts), expect: [] }
  const judged = { ...report, expect: judgeExpectations(report, scenario.expect) }
  return { ...judged, details: { ...judged.details, warnings: warningsOf(judged) } }
}

const counted = (scenario: Scenario, totals: RunTotals, facts: RunFacts): Omit<FleetReport, 'expect'> => ({
  format: 'atmqtt-fleet',
  formatVersion: 1,
  run: runOf(scenario, facts),
  modules: scenario.groups.reduce((sum, { count }) => sum + count, 0),
  connected: {
    attempted: totals.counts.connectAttempted,
    up: totals.up,
    refused: totals.causes.connectRefused,
  },
  publish: publishOf(totals),
  received: receivedOf(totals),
  latencyMs: spreadsOf(totals, ['connect', 'tls', 'publishAck', 'endToEnd']),
  recovery: recoveryOf(totals.storms.map(stormReport)),
  lost: { byCause: totals.causes.connectionLost },
  generator: generatorOf(scenario, totals),
  engine: { ...facts.engine, unknown: facts.engine.unknown + (totals.verified?.unseen ?? 0) },
  details: detailsOf(scenario, totals, facts),
})

const runOf = (scenario: Scenario, { id, tool, server, startedAt, ms, stopped }: RunFacts): FleetReport['run'] => ({
  ...{ id, scenario: scenario.name, seed: scenario.seed, server, tool, startedAt, ms: Math.round(ms) },
  plannedMs: durationOf(scenario),
  stopped,
  phases: scenario.phases.map(({ name, startMs, durationMs }) => ({ name, startMs, durationMs })),
})

function publishOf({ counts }: RunTotals): FleetReport['publish'] {
  const { publishIntended: intended, publishSent: sent, publishAcked: acked, publishFailed: failed } = counts
  return { intended, sent, acked, failed, unknown: Math.max(0, intended - acked - failed) }
}

function receivedOf({ verified, counts }: RunTotals): FleetReport['received'] {
  if (!verified) return { expected: null, got: counts.received, doubled: null, lost: null, reordered: null }
  const { expected, got, doubled, lost, reordered } = verified
  return { expected, got, doubled, lost, reordered }
}

type SpreadName = keyof RunTotals['times']

const spreadsOf = <K extends SpreadName>({ times }: RunTotals, names: readonly K[]) =>
  Object.fromEntries(names.map((name) => [name, spreadOf(times[name])])) as Record<K, LatencySpread>

function spreadOf(times: TimeHistogram): LatencySpread {
  const summary = times.summary()
  if (!summary) return { p50: null, p95: null, p99: null, max: null }
  const { p50, p95, p99, max } = summary
  return { p50, p95, p99, max }
}

/** How many points a recovery curve has. */
const curvePoints = 100

export function stormReport({ name, beganAt, endedAt, affected, lost, back }: StormTotals): StormReport {
  const reached = (share: number) =>
    affected > 0 && back.count >= share * affected ? back.quantile(Math.min(1, (share * affected) / back.count)) : null
  const curve = Array.from({ length: back.count === 0 ? 0 : curvePoints + 1 }, (_, i) => ({
    ms: back.quantile(i / curvePoints),
    share: Math.min(1, (i / curvePoints) * (back.count / affected)),
  }))
  const times = { t50: reached(0.5), t95: reached(0.95), t100: reached(1) }
  return { name, beganMs: beganAt, endedMs: endedAt, affected, lost, back: back.count, ...times, curve }
}

/** Of several storms the slowest recovery; one that was not reached in any is not reached. */
function recoveryOf(storms: readonly StormReport[]): FleetReport['recovery'] {
  const slowest = (key: 't50' | 't95' | 't100') => {
    const times = storms.map((storm) => storm[key])
    return times.length === 0 || times.includes(null) ? null : Math.max(...times.map(Number))
  }
  return { t50: slowest('t50'), t95: slowest('t95'), t100: slowest('t100') }
}

function phasesOf({ phases }: Scenario, { phases: timers }: RunTotals): FleetReport['details']['phases'] {
  return phases.map(({ name }, i) => {
    const { timers: due = 0, late = 0 } = timers[i] ?? {}
    return { name, lateShare: due === 0 ? null : late / due, valid: late <= mostLate * due }
  })
}

/** Valid in each phase: a storm with late timers is not made up for by a long quiet time. */
function generatorOf(scenario: Scenario, totals: RunTotals): FleetReport['generator'] {
  const { times, timers, late, rssBytes, modules } = totals
  const lateShare = timers === 0 ? null : late / timers
  return {
    lagP99Ms: times.lag.summary()?.p99 ?? null,
    lateShare,
    rssPerModuleKb: modules === 0 || rssBytes === 0 ? null : Math.round((10 * rssBytes) / 1024 / modules) / 10,
    valid: lateShare !== null && lateShare <= mostLate && phasesOf(scenario, totals).every(({ valid }) => valid),
  }
}

function detailsOf(scenario: Scenario, totals: RunTotals, { ms }: RunFacts): FleetReport['details'] {
  const { times, causes, storms, lostPerSecond, rssBytes, cpuMs, descriptors, shards } = totals
  return {
    fromStartMs: {
      ...spreadsOf(totals, ['name', 'tcp', 'connack']),
      connect: spreadOf(times.connectFromStart),
      publishAck: spreadOf(times.publishAckFromSent),
    },
    publishFailed: causes.publishFailed,
    storms: storms.map(stormReport),
    lostByTime: { binMs: lostPerSecond.binMs, causes: lostPerSecond.bins.map((bin) => bin && { ...bin }) },
    series: seriesOf(totals),
    timeSeries: timeSeriesOf(totals),
    process: { rssMb: Math.round(rssBytes / 1e6), cpuShare: ms > 0 ? cpuMs / ms : 0, descriptors, shards },
    traffic: [...trafficOf(scenario, totals.traffic)],
    phases: phasesOf(scenario, totals),
    moduleTimes: [...moduleTimes(scenario)],
    warnings: [],
  }
}

/** All with the widest bins of any, and as many. */
function seriesOf({ perSecond, upPerSecond }: RunTotals): FleetReport['details']['series'] {
  const all = [...Object.values(perSecond), upPerSecond]
  const binMs = Math.max(...all.map((each) => each.binMs))
  const length = Math.max(...all.map((each) => Math.ceil((each.bins.length * each.binMs) / binMs)))
  const of = (name: CountName) => widened(perSecond[name], binMs, length)
  let connected = 0
  return {
    binMs,
    attempted: of('connectAttempted'),
    refused: of('connectRefused'),
    lost: of('connectionLost'),
    up: widened(upPerSecond, binMs, length).map((change) => (connected += change)),
    publishSent: of('publishSent'),
    publishAcked: of('publishAcked'),
    received: of('received'),
  }
}

function widened({ binMs, bins }: Series<number>, wide: number, length: number): number[] {
  const sums = Array.from({ length }, () => 0)
  bins.forEach((count, i) => {
    sums[Math.floor((i * binMs) / wide)]! += count ?? 0
  })
  return sums
}

function timeSeriesOf({ timesPerSecond, lagPerSecond }: RunTotals): FleetReport['details']['timeSeries'] {
  const all = { ...timesPerSecond, lag: lagPerSecond }
  const binMs = Math.max(...Object.values(all).map((each) => each.binMs))
  const of = (series: Series<TimeHistogram>) => spreadsByTime(series, binMs)
  return {
    binMs,
    connect: of(all.connect),
    publishAck: of(all.publishAck),
    endToEnd: of(all.endToEnd),
    lag: of(all.lag),
  }
}

function spreadsByTime({ binMs, bins }: Series<TimeHistogram>, wide: number): (LatencySpread | null)[] {
  const joined: (TimeHistogram | undefined)[] = []
  bins.forEach((times, i) => {
    const place = Math.floor((i * binMs) / wide)
    if (times && joined[place]) joined[place].add(times)
    else if (times) joined[place] = times
  })
  return Array.from(joined, (times) => (times ? spreadOf(times) : null))
}
