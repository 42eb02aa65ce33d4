import { printableLine } from '../../at/syntax/printable.ts'
import type { QuotedRow } from '../facts/fact.ts'
import { isCommandText } from '../lines/grammar.ts'
import type { LogSide } from '../readers/reader.ts'
import { type LogSegment, nearRows, type RowRun, runsOf, segmentsOf } from './html-parts.ts'
import { htmlStyle } from './html-style.ts'
import { type LogFinding, type LogReport, rungTitle } from './report.ts'

/** The report as one file that needs nothing else: the log, with what was found beside its rows. `title`: of the page. */
export function htmlReport(report: LogReport, rows: readonly QuotedRow[], title: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}: what went wrong</title>
<style>body { margin: 0; } .explained { min-height: 100vh; box-sizing: border-box; padding: 18px 22px; }${htmlStyle}</style>
</head>
<body>
${htmlBody(report, rows, title)}
</body>
</html>
`
}

/** The same as a part of a page that has `htmlStyle`. */
export function htmlBody(report: LogReport, rows: readonly QuotedRow[], title: string): string {
  const { findings } = report
  const near = nearRows(rows, report)
  const numbers = numbersByRow(findings)
  const segments = segmentsOf(rows, findings).map((segment) => segmentHtml(segment, report, near, numbers))
  return `<main class="explained">
<h2>${escaped(title)}</h2>
<p class="about">${escaped(aboutText(report))}</p>
${findings.length > 0 ? contentsHtml(findings) : '<p>Nothing that this program knows stands in the way.</p>'}
${ladderHtml(report)}
<div class="log">
${segments.join('\n')}
</div>
</main>`
}

function aboutText({ shape, family, rows }: LogReport): string {
  const module = family === null ? 'the log does not tell which module it is' : `module ${family}`
  return `Read as ${shape}; ${module}.${rows.length === 0 ? ' There is no AT traffic in it that can be judged.' : ''}`
}

const contentsHtml = (findings: readonly LogFinding[]): string =>
  `<ol class="toc">${findings.map(({ title }, i) => `<li><a href="#finding-${i + 1}">${escaped(title)}</a></li>`).join('')}</ol>`

const stepWords = { works: 'works', fails: 'fails', unknown: 'not shown' } as const

const ladderHtml = ({ ladder }: LogReport): string =>
  `<ul class="ladder" aria-label="How far it gets">${ladder.map(({ rung, state }) => `<li class="${state}">${rungTitle(rung)}: ${stepWords[state]}</li>`).join('')}</ul>`

function numbersByRow(findings: readonly LogFinding[]): ReadonlyMap<number, readonly number[]> {
  const numbers = new Map<number, number[]>()
  findings.forEach(({ rows }, i) => {
    for (const row of rows) numbers.set(row, [...(numbers.get(row) ?? []), i + 1])
  })
  return numbers
}

function segmentHtml(
  { rows, findings }: LogSegment,
  report: LogReport,
  near: ReadonlySet<number>,
  numbers: ReadonlyMap<number, readonly number[]>,
): string {
  const runs = runsOf(rows, near).map((run) => runHtml(run, numbers))
  const cards = findings.map((number) => findingHtml(report.findings[number - 1]!, number))
  return [...runs, ...cards].join('\n')
}

function runHtml({ folded, rows }: RowRun, numbers: ReadonlyMap<number, readonly number[]>): string {
  const lines = rows.map((row) => rowHtml(row, numbers.get(row.row) ?? [])).join('\n')
  if (!folded) return lines
  return `<details><summary>rows ${rows[0]!.row} to ${rows.at(-1)!.row}</summary>${lines}</details>`
}

const arrows: Readonly<Record<LogSide, string>> = { host: '&gt;', module: '&lt;', both: '&gt;', print: '', unknown: '' }
/** A command that the log shows on the module's side is its echo, or the log shows both sides there. */
const arrowOf = ({ side, text }: QuotedRow): string =>
  isCommandText(text.trim()) && side === 'module' ? '' : arrows[side]

function rowHtml(quoted: QuotedRow, findings: readonly number[]): string {
  const { row, side, text } = quoted
  const links = findings.map((number) => `<a href="#finding-${number}">${number}</a>`).join('')
  return `<div class="row ${side}${findings.length > 0 ? ' told' : ''}"><span>${row}</span><span>${arrowOf(quoted)}</span><span>${escaped(text)}${links}</span></div>`
}

function findingHtml(finding: LogFinding, number: number): string {
  const { id, title, severity, confidence, because, do: todo, ask, sources } = finding
  return `<article class="finding ${severity}" id="finding-${number}">
<h3>${number}. ${escaped(title)}</h3>
<p class="kind"><b>${severity}</b> ${escaped(id)}, ${Math.round(confidence * 100)} %</p>
<p>${escaped(because)}</p>
<h4>What to do</h4>
<ul>${todo.map((text) => `<li>${escaped(text)}</li>`).join('')}</ul>
${ask.length > 0 ? `<h4>What to type next</h4>\n<p>${ask.map((text) => `<code>${escaped(text)}</code>`).join(' ')}</p>` : ''}
${sources.length > 0 ? `<p class="sources">See: ${escaped(sources.join(', '))}</p>` : ''}
</article>`
}

const signs: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

const escaped = (text: string): string => printableLine(text).replace(/[&<>"']/g, (sign) => signs[sign]!)
