import { printableLine } from '../../at/syntax/printable.ts'
import { causesText, timeText, totalOf, withCommas } from './numbers.ts'
import { missedText } from './report-junit.ts'
import type { FleetReport, LatencySpread, StormReport } from './report-schema.ts'

const width = 80
const indent = 12

/** The report for a terminal of 80 columns. */
export function fleetText(report: FleetReport): string {
  const blocks = [titleOf(report), countsOf(report), timesOf(report), stormsOf(report), healthOf(report)]
  const all = [...blocks, expectationsOf(report), warningLines(report)].filter((block) => block.length > 0)
  return `${all.map((block) => block.join('\n')).join('\n\n')}\n`
}

function titleOf({ run, modules }: FleetReport): readonly string[] {
  const date = run.startedAt.replace('T', ' ').replace(/(:\d\d)(\.\d+)?Z$/, '$1 UTC')
  return [
    ...foldedLines(`${run.scenario}: ${withCommas(modules)} modules, ${run.server}`, 0),
    `${date}, ${timeText(run.ms)}, seed ${run.seed}, ${run.tool}`,
  ]
}

function countsOf({ connected, modules, lost, publish, received, details }: FleetReport): readonly string[] {
  const { attempted, up, refused } = connected
  const { intended, sent, acked, failed, unknown } = publish
  return [
    ...row('connected', `${withCommas(up)} of ${withCommas(modules)} at the end; ${withCommas(attempted)} attempts`),
    ...row('refused', causesText(refused)),
    ...row('lost', `${withCommas(totalOf(lost.byCause))} connections (${causesText(lost.byCause)})`),
    ...row(
      'published',
      `${withCommas(intended)} intended, ${withCommas(sent)} sent, ${withCommas(acked)} acknowledged, ${withCommas(failed)} failed (${causesText(details.publishFailed)}), ${withCommas(unknown)} unknown`,
    ),
    ...row('received', receivedText(received)),
  ]
}

const receivedText = ({ expected, got, doubled, lost, reordered }: FleetReport['received']): string =>
  expected === null
    ? `${withCommas(got)}; nothing verified them`
    : `${withCommas(got)} of ${withCommas(expected)} acknowledged; ${withCommas(lost ?? 0)} lost, ${withCommas(doubled ?? 0)} doubled, ${withCommas(reordered ?? 0)} out of order`

function timesOf({ latencyMs, details }: FleetReport): readonly string[] {
  const { fromStartMs } = details
  const rows: readonly (readonly [string, LatencySpread])[] = [
    ['connect', latencyMs.connect],
    ['  from its start', fromStartMs.connect],
    ['  TLS', latencyMs.tls],
    ['acknowledged', latencyMs.publishAck],
    ['  from sending', fromStartMs.publishAck],
    ['end to end', latencyMs.endToEnd],
  ]
  const told = rows.filter(([, { max }]) => max !== null)
  if (told.length === 0) return []
  return [
    timeRow('', ['p50', 'p95', 'p99', 'max']),
    ...told.map(([name, spread]) => timeRow(name, spreadTexts(spread))),
  ]
}

const spreadTexts = ({ p50, p95, p99, max }: LatencySpread): readonly string[] => [p50, p95, p99, max].map(timeText)

const timeRow = (name: string, cells: readonly string[]): string =>
  `${name.padEnd(18)}${cells.map((cell) => cell.padStart(14)).join('')}`

const stormsOf = ({ details }: FleetReport): readonly string[] => details.storms.flatMap(stormLines)

function stormLines({ name, affected, lost, back, t50, t95, t100 }: StormReport): readonly string[] {
  const times = `50 % after ${timeText(t50)}, 95 % after ${timeText(t95)}, all after ${timeText(t100)}`
  const text = `${name}: ${withCommas(affected)} hit, ${withCommas(lost)} lost, ${withCommas(back)} back; ${times}`
  return row('storm', text)
}

function healthOf({ generator, engine, details }: FleetReport): readonly string[] {
  const { lateShare, lagP99Ms, rssPerModuleKb, valid } = generator
  const { cpuShare, shards } = details.process
  const late = lateShare === null ? 'no timer ran' : `${(100 * lateShare).toFixed(2)} % of timers late`
  const memory = rssPerModuleKb === null ? '' : `, ${rssPerModuleKb} KB a module`
  return [
    ...row('generator', `${valid ? 'valid' : 'INVALID'}: ${late}, 99 % within ${timeText(lagP99Ms)}${memory}`),
    ...row(
      'engine',
      `${shards} shards, ${(100 * cpuShare).toFixed(0)} % of a core; ${engine.takeOvers} taken over, ${engine.fenced} fenced, ${engine.unknown} unknown at most`,
    ),
  ]
}

const expectationsOf = ({ expect }: FleetReport): readonly string[] =>
  expect.flatMap((one) =>
    foldedLines(`${one.ok ? 'met   ' : 'MISSED'}  ${one.name}${one.ok ? '' : `: ${missedText(one)}`}`, 8),
  )

const warningLines = ({ details }: FleetReport): readonly string[] =>
  details.warnings.flatMap((warning) => row('note', warning))

const row = (name: string, text: string): readonly string[] => foldedLines(`${name.padEnd(indent)}${text}`, indent)

/** Lines of at most 80 columns; those behind the first begin further in. */
export function foldedLines(text: string, further: number): readonly string[] {
  const lines: string[] = []
  let line = printableLine(text)
  while (line.length > width) {
    const space = line.lastIndexOf(' ', width)
    const end = space > further ? space : width
    lines.push(line.slice(0, end))
    line = `${' '.repeat(further)}${line.slice(end).trimStart()}`
  }
  return [...lines, line]
}
