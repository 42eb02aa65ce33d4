import { printableLine } from '../../at/syntax/printable.ts'
import {
  connectionsPlot,
  latencyPlot,
  lostPlot,
  type Plot,
  ratesPlot,
  recoveryPlot,
  type SpreadSeries,
} from './html-plots.ts'
import { fleetStyle } from './html-style.ts'
import { type Cell, escapedHtml, tableHtml } from './html-tables.ts'
import { bytesText, timeText, totalOf, withCommas } from './numbers.ts'
import { pageScript, pageStyle } from './page-script.ts'
import type { FleetReport, LatencySpread } from './report-schema.ts'
import { trafficFormulas } from './traffic.ts'

/** The report as one page that loads nothing. `nonce`: a random text, which alone lets the page's own script run. */
export function fleetHtml(report: FleetReport, nonce: string): string {
  const plots = plotsOf(report)
  const data = Object.fromEntries(plots.map(({ id, plot }) => [id, plot]))
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-${nonce}'">
<title>${text(report.run.scenario)}: fleet report</title>
<style>${pageStyle}${fleetStyle}</style>
</head>
<body>
<main>
${[headHtml, tilesHtml, expectHtml, stormsHtml].map((part) => part(report)).join('\n')}
<h2>Over time</h2>
<noscript><p>The plots need JavaScript; all figures are in the tables.</p></noscript>
<div class="plots">
${plots
  .filter(({ section }) => section === 'time')
  .map(figureHtml)
  .join('\n')}
</div>
${[timesHtml, lostHtml, healthHtml, trafficHtml, moduleTimesHtml].map((part) => part(report)).join('\n')}
</main>
<script type="application/json" id="plots">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>
<script nonce="${nonce}">${pageScript}</script>
</body>
</html>
`
}

const text = (given: string): string => escapedHtml(printableLine(given))

interface Figure {
  readonly id: string
  readonly section: 'storms' | 'time'
  readonly title: string
  readonly about: string
  readonly plot: Plot
}

function plotsOf(report: FleetReport): readonly Figure[] {
  const of = (id: string, title: string, about: string, plot: Plot): Figure => ({
    id,
    section: 'time',
    title,
    about,
    plot,
  })
  const spread = (name: SpreadSeries, title: string, about: string) => of(name, title, about, latencyPlot(report, name))
  return [
    { ...recoveryFigure, plot: recoveryPlot(report) },
    of('connections', 'Modules connected', 'At the end of each second.', connectionsPlot(report)),
    of(
      'rates',
      'Rates',
      'Connections tried and refused, messages published, acknowledged and received.',
      ratesPlot(report),
    ),
    spread('connect', 'Time to connect', 'From the intended time to the accepted connection, by when it was accepted.'),
    spread(
      'publishAck',
      'Time to the acknowledgement',
      'From the intended time of a message, by when it was acknowledged.',
    ),
    spread('endToEnd', 'End to end', 'From sending to receiving; on several machines with the error of their clocks.'),
    of('lost', 'Connections lost by cause', 'As the modules reported them.', lostPlot(report)),
    spread(
      'lag',
      'The generator itself',
      'How late its own timers ran. What is late here makes the other times longer.',
    ),
  ].filter(({ plot }) => plot.lines.some(({ values }) => values.some((value) => value !== null && value !== 0)))
}

const recoveryFigure = {
  id: 'recovery',
  section: 'storms',
  title: 'Recovery',
  about: 'Share of the modules that each storm hit which are connected, by time since its end.',
} as const

const figureHtml = ({ id, title, about }: Figure): string =>
  `<figure data-plot="${id}"><figcaption><b>${title}</b> ${about}</figcaption><div class="canvas"></div></figure>`

function headHtml({ run, modules, expect, details }: FleetReport): string {
  const date = run.startedAt.replace('T', ' ').replace(/(:\d\d)(\.\d+)?Z$/, '$1 UTC')
  const about = `${withCommas(modules)} modules against ${run.server}; ${date}, ${timeText(run.ms)} of ${timeText(run.plannedMs)}, seed ${run.seed}, ${run.tool}`
  const notes = details.warnings.map((warning) => `<li>${text(warning)}</li>`).join('')
  return `<h1>${text(run.scenario)}</h1>
<p class="about">${text(about)}</p>
${verdictHtml(expect)}
${notes === '' ? '' : `<ul class="notes" aria-label="Read this first">${notes}</ul>`}`
}

function verdictHtml(expect: FleetReport['expect']): string {
  if (expect.length === 0) return '<p class="verdict">The scenario expects nothing.</p>'
  const missed = expect.filter(({ ok }) => !ok).length
  return missed === 0
    ? `<p class="verdict good">All ${expect.length} expectations are met.</p>`
    : `<p class="verdict bad">${missed} of ${expect.length} expectations are missed.</p>`
}

function tilesHtml({ modules, connected, publish, received, lost, generator }: FleetReport): string {
  const tile = (name: string, value: string, about: string) =>
    `<div><dt>${name}</dt><dd>${value}<small>${text(about)}</small></dd></div>`
  const tiles = [
    tile('connected at the end', `${withCommas(connected.up)}`, `of ${withCommas(modules)}`),
    tile('connections tried', withCommas(connected.attempted), `${withCommas(totalOf(connected.refused))} refused`),
    tile('connections lost', withCommas(totalOf(lost.byCause)), 'by all causes'),
    tile('acknowledged', withCommas(publish.acked), `of ${withCommas(publish.intended)} intended`),
    tile('failed, unknown', `${withCommas(publish.failed)}, ${withCommas(publish.unknown)}`, 'messages'),
    received.expected === null
      ? tile('received', withCommas(received.got), 'nothing verified them')
      : tile(
          'lost after their acknowledgement',
          withCommas(received.lost ?? 0),
          `of ${withCommas(received.expected)} verified`,
        ),
    tile('generator', generator.valid ? 'valid' : 'not valid', 'whether these figures are the server’s'),
  ]
  return `<dl class="tiles">${tiles.join('')}</dl>`
}

const right = (value: string): Cell => ({ right: value })
const rightHead = (...names: readonly string[]): readonly Cell[] => names.map(right)

function expectHtml({ expect }: FleetReport): string {
  if (expect.length === 0) return ''
  const rows = expect.map(({ name, ok, value, compare, limit }): readonly Cell[] => [
    name,
    { text: ok ? 'met' : 'missed', kind: ok ? 'good' : 'bad' },
    right(value === null ? 'not measured' : String(Math.round(value * 1000) / 1000)),
    right(`${compare} ${limit === null ? 'not measured' : Math.round(limit * 1000) / 1000}`),
  ])
  return `<h2>Expectations</h2>\n${tableHtml('Expectations', ['expectation', 'state', ...rightHead('is', 'limit')], rows)}`
}

function stormsHtml(report: FleetReport): string {
  const { storms } = report.details
  if (storms.length === 0) return ''
  const rows = storms.map(({ name, beganMs, endedMs, affected, lost, back, t50, t95, t100 }): readonly Cell[] => [
    name,
    ...rightHead(timeText(beganMs), timeText(endedMs), withCommas(affected), withCommas(lost), withCommas(back)),
    ...[t50, t95, t100].map((ms) => right(ms === null ? 'not reached' : timeText(ms))),
  ])
  const head = ['storm', ...rightHead('began', 'ended', 'hit', 'lost', 'back', '50 % after', '95 % after', 'all after')]
  const figures = plotsOf(report).filter(({ section }) => section === 'storms')
  return `<h2>Storms</h2>
<p>Hit: modules that the storm was for. Lost: those of them whose connection was lost; the others never noticed. Times count from the storm’s end.</p>
${tableHtml('Storms', head, rows)}
${figures.map(figureHtml).join('\n')}`
}

function timesHtml({ latencyMs, details }: FleetReport): string {
  const { fromStartMs } = details
  const rows: readonly (readonly [string, LatencySpread])[] = [
    ['connect, from the intended time', latencyMs.connect],
    ['connect, from its start', fromStartMs.connect],
    ['name look-up', fromStartMs.name],
    ['TCP', fromStartMs.tcp],
    ['TLS', latencyMs.tls],
    ['CONNECT to CONNACK', fromStartMs.connack],
    ['acknowledgement, from the intended time', latencyMs.publishAck],
    ['acknowledgement, from sending', fromStartMs.publishAck],
    ['end to end', latencyMs.endToEnd],
  ]
  const measured = rows.filter(([, { max }]) => max !== null)
  const cells = measured.map(([name, { p50, p95, p99, max }]): readonly Cell[] => [
    name,
    ...[p50, p95, p99, max].map((ms) => right(timeText(ms))),
  ])
  return `<h2>Times</h2>
<p>“From the intended time” includes the wait of what could not begin when it should have: a server that stalls is not hidden by modules that wait for it. Half of the values lie below p50, 99 % below p99.</p>
${tableHtml('Times', ['what', ...rightHead('p50', 'p95', 'p99', 'longest')], cells)}`
}

function lostHtml({ lost, connected, details }: FleetReport): string {
  const groups = [
    ['lost', lost.byCause],
    ['refused', connected.refused],
    ['message failed', details.publishFailed],
  ] as const
  const rows = groups.flatMap(([what, counts]) =>
    Object.entries(counts).map(([cause, count]): readonly Cell[] => [
      printableLine(cause),
      what,
      right(withCommas(count)),
    ]),
  )
  if (rows.length === 0) return '<h2>Causes</h2><p>No connection was lost or refused, and no message failed.</p>'
  return `<h2>Causes</h2>
<p>CONNLOST and err are the codes that the module printed; connack is the server’s own.</p>
${tableHtml('Causes', ['cause', 'of', right('how often')], rows)}`
}

function healthHtml({ generator, engine, details }: FleetReport): string {
  const { lagP99Ms, lateShare, rssPerModuleKb } = generator
  const { rssMb, cpuShare, descriptors, shards } = details.process
  const rows: readonly (readonly [string, string])[] = [
    [
      'timers more than 100 ms late',
      lateShare === null ? 'no timer ran' : `${(100 * lateShare).toFixed(2)} % (valid up to 1 %)`,
    ],
    ['99 % of the timers within', timeText(lagP99Ms)],
    [
      'memory',
      `${rssMb} MB${rssPerModuleKb === null ? '' : `, ${rssPerModuleKb} KB a module with the process around it`}`,
    ],
    ...details.phases.map(({ name, lateShare, valid }): readonly [string, string] => [
      `phase ${printableLine(name)}`,
      lateShare === null
        ? 'no timer was due'
        : `${valid ? 'valid' : 'not valid'}: ${(100 * lateShare).toFixed(2)} % of its timers late`,
    ]),
    ['processor', `${(100 * cpuShare).toFixed(0)} % of a core`],
    ['open descriptors', withCommas(descriptors)],
    ['shards', `${shards}; ${engine.takeOvers} taken over, ${engine.fenced} late writes refused`],
    ['unknown events, at most', withCommas(engine.unknown)],
  ]
  return `<h2>The generator</h2>\n${tableHtml('The generator', ['what', 'value'], rows)}`
}

function trafficHtml({ details }: FleetReport): string {
  const rows = details.traffic.map(({ group, modules, tls, bytes, day }): readonly Cell[] => [
    `${printableLine(group)} (${withCommas(modules)}${tls ? ', TLS' : ''})`,
    ...rightHead(
      bytesText(bytes.connection),
      bytesText(bytes.handshake),
      bytesText(bytes.keepAlive),
      bytesText(bytes.message),
    ),
    ...rightHead(withCommas(day.keepAlives), withCommas(day.messages), bytesText(day.payload), bytesText(day.bytes)),
  ])
  const each = ['a connection', 'of it TLS', 'a keep-alive', 'a message']
  const head = ['group', ...rightHead(...each, 'keep-alives a day', 'messages a day', 'payload a day', 'bytes a day')]
  return `<h2>Bytes of a device and day</h2>
<p>Both directions. TCP/IP is estimated; what is above it was ${countedText(details)}.</p>
${tableHtml('Bytes of a device and day', head, rows)}
<details><summary>Formulas and assumptions</summary><ul>${trafficFormulas.map((line) => `<li>${text(line)}</li>`).join('')}</ul></details>`
}

/** A group that has counted something has counted its messages, if it had any. */
function countedText({ traffic }: FleetReport['details']): string {
  const counted = [...new Set(traffic.flatMap(({ counted }) => counted))]
  if (counted.length === 0) return 'estimated from the scenario too'
  const names = counted.map((kind) => countedNames[kind] ?? kind).join(', ')
  return `counted on the connections of this run (${text(names)}), and is estimated from the scenario where there was none`
}

const countedNames: Readonly<Record<string, string>> = {
  handshake: 'TLS handshakes',
  connection: 'CONNECT and CONNACK',
  keepAlive: 'keep-alives',
  message: 'messages',
}

function moduleTimesHtml({ details }: FleetReport): string {
  const rows = details.moduleTimes.map(({ what, value, source }): readonly Cell[] => [
    printableLine(what),
    right(value),
    printableLine(source),
  ])
  return `<h2>Times of the module and its radio</h2>
<p>What a real module and its network add, as this run had it.</p>
${tableHtml('Times of the module and its radio', ['what', right('value'), 'where it comes from'], rows)}`
}
