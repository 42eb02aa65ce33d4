import type { RunTotals } from '../metrics/merge.ts'
import type { CountName, PlottedTime, Series } from '../metrics/snapshot.ts'
import type { Phase, Scenario } from '../scenario/scenario.ts'
import { stormReport } from './make-report.ts'
import { timeText, totalOf, withCommas } from './numbers.ts'
import { foldedLines } from './text-report.ts'
import { lateWarning } from './warnings.ts'

/** Rates are of the last seconds. */
const recentMs = 5000
const barWidth = 40

/** One screen of what is going on, at most 80 columns wide. `now`: ms of the run's clock; `notes`: what the engine says. */
export function liveScreen(
  scenario: Scenario,
  totals: RunTotals,
  now: number,
  notes: readonly string[],
): readonly string[] {
  const modules = scenario.groups.reduce((sum, { count }) => sum + count, 0)
  return [
    ...foldedLines(`${scenario.name}: ${withCommas(totals.up)} of ${withCommas(modules)} modules connected`, 0),
    bar(totals.up / modules),
    '',
    ...scenario.phases.map((phase) => phaseLine(phase, now)),
    '',
    ...ratesLines(totals),
    '',
    ...timesLines(totals),
    ...totals.storms.flatMap((storm) => stormLines(storm)),
    ...healthLines(totals),
    ...notes.flatMap((note) => foldedLines(`note: ${note}`, 6)),
  ]
}

/** The same as one line, for a log. */
export function liveLine({ phases }: Scenario, totals: RunTotals, now: number): string {
  const phase = phases.findLast(({ startMs }) => startMs <= now)?.name ?? ''
  const { publishAcked, publishFailed } = totals.counts
  const late = lateWarning(totals) === null ? '' : ', generator late'
  return `${(now / 1000).toFixed(0).padStart(5)} s  ${phase}: ${withCommas(totals.up)} connected, ${withCommas(totalOf(totals.causes.connectRefused))} refused, ${withCommas(totals.counts.connectionLost)} lost; ${withCommas(publishAcked)} acknowledged (${withCommas(recentRate(totals, 'publishAcked'))}/s), ${withCommas(publishFailed)} failed${late}`
}

function phaseLine({ name, startMs, durationMs }: Phase, now: number): string {
  const done = Math.min(1, Math.max(0, (now - startMs) / durationMs))
  const state =
    done >= 1 ? 'done' : done <= 0 ? `in ${timeText(startMs - now)}` : `${timeText(startMs + durationMs - now)} left`
  return `${name.slice(0, 20).padEnd(20)} ${bar(done)} ${state}`
}

const bar = (share: number): string => {
  const full = Math.round(Math.min(1, Math.max(0, share)) * barWidth)
  return `[${'#'.repeat(full)}${'.'.repeat(barWidth - full)}]`
}

function ratesLines(totals: RunTotals): readonly string[] {
  const { counts } = totals
  const line = (name: string, key: CountName) =>
    `${name.padEnd(20)}${withCommas(counts[key]).padStart(12)}${`${withCommas(recentRate(totals, key))}/s`.padStart(12)}`
  return [
    line('connected', 'connectUp'),
    line('refused', 'connectRefused'),
    line('connections lost', 'connectionLost'),
    line('published', 'publishSent'),
    line('acknowledged', 'publishAcked'),
    line('failed', 'publishFailed'),
    line('received', 'received'),
  ]
}

/** A second, over the last whole bins. */
function recentRate({ perSecond, at }: RunTotals, name: CountName): number {
  const { bins, binMs }: Series<number> = perSecond[name]
  const last = Math.floor(at / binMs)
  const many = Math.max(1, Math.round(recentMs / binMs))
  const recent = Array.from({ length: many }, (_, i) => bins[last - 1 - i] ?? 0)
  return recent.reduce((sum, count) => sum + count, 0) / ((many * binMs) / 1000)
}

function timesLines(totals: RunTotals): readonly string[] {
  const names: readonly (readonly [string, PlottedTime])[] = [
    ['connect', 'connect'],
    ['acknowledged', 'publishAck'],
    ['end to end', 'endToEnd'],
  ]
  return names.flatMap(([title, name]) => {
    const summary = totals.times[name].summary()
    if (!summary) return []
    const { p50, p95, p99, max } = summary
    return `${title.padEnd(20)}p50 ${timeText(p50)}, p95 ${timeText(p95)}, p99 ${timeText(p99)}, longest ${timeText(max)}`
  })
}

function stormLines(storm: RunTotals['storms'][number]): readonly string[] {
  const { name, affected, lost, back, t50, t95 } = stormReport(storm)
  const state =
    storm.endedAt === null
      ? 'going on'
      : `${withCommas(back)} of ${withCommas(affected)} back, 50 % after ${timeText(t50)}, 95 % after ${timeText(t95)}`
  return foldedLines(`storm "${name}": ${state}; ${withCommas(lost)} lost their connection`, 6)
}

function healthLines(totals: RunTotals): readonly string[] {
  const { rssBytes, times } = totals
  const lag = times.lag.summary()
  const late = lateWarning(totals)
  return [
    `generator           ${lag ? `99 % of timers within ${timeText(lag.p99)}` : 'no timer yet'}, ${withCommas(rssBytes / 1e6)} MB`,
    ...(late === null ? [] : foldedLines(`note: ${late}`, 6)),
  ]
}
