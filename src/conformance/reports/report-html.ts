import { printableText } from '../../at/syntax/printable.ts'
import type { CaseCounts } from '../../transcript/player/run.ts'
import type { CaseReport, FailureReport, Report, SectionReport } from './report.ts'

/** One self-contained page: no script, no font, no external image. */
export function reportHtml(report: Report): string {
  const { module, profile, counts, sections } = report
  const title = escaped(`Conformance of ${module}, profile ${profile}`)
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${style}</style>
<h1>${title}</h1>
<p class="about">${aboutOf(report)}</p>
<p class="numbers">${(['passed', 'failed', 'skipped'] as const).map((kind) => `<span class="${kind}"><b>${counts[kind]}</b>${kind}</span>`).join('')}</p>
${bar(counts)}
${failuresOf(sections)}
<h2>By section</h2>
${overview(sections)}
${sections.map(sectionOf).join('\n')}
</html>
`
}

function aboutOf({ tool, startedAt, ms, others }: Report): string {
  const date = startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')
  return escaped(`${tool} · ${date} · ${(ms / 1000).toFixed(1)} s · ${others} cases are for other profiles`)
}

function bar({ passed, failed, skipped }: CaseCounts): string {
  const all = passed + failed + skipped || 1
  const part = (name: string, count: number) =>
    count === 0 ? '' : `<i class="${name}" style="width:${((100 * count) / all).toFixed(2)}%"></i>`
  return `<div class="bar">${part('p', passed)}${part('f', failed)}${part('s', skipped)}</div>`
}

function failuresOf(sections: readonly SectionReport[]): string {
  const failed = sections.flatMap(({ section, cases }) =>
    cases.flatMap((one) => (one.failure ? [{ section, one }] : [])),
  )
  if (failed.length === 0) return ''
  return `<h2>What failed</h2>\n${failed.map(({ section, one }) => article(section, one, one.failure!)).join('\n')}`
}

function article(section: string, { title, grade }: CaseReport, failure: FailureReport): string {
  const { file, line, lastSent, reason, rows } = failure
  const sent = lastSent === undefined ? '' : `<p class="dim">sent <code>${escaped(lastSent)}</code></p>`
  return `<article>
<h3>${escaped(title)}</h3>
<p class="dim">${escaped(section)} · <code>${escaped(file)}:${line}</code> ${badge(grade)}${reason ? ` · ${escaped(reason)}` : ''}</p>
${sent}<table class="diff"><tr><th>expected<th>got</tr>
${rows.map((row) => `<tr class="${row.state}"><td>${escaped(row.expected ?? '')}<td>${escaped(row.got ?? '')}</tr>`).join('\n')}
</table></article>`
}

function overview(sections: readonly SectionReport[]): string {
  const rows = sections.map(
    ({ section, title, counts }, i) =>
      `<tr><td class="nowrap"><a href="#s${i}">${escaped(section)}</a><td>${escaped(title)}${countCells(counts)}<td>${bar(counts)}</tr>`,
  )
  const head = ['passed', 'failed', 'skipped'].map((kind) => `<th class="number">${kind}`).join('')
  return `<div class="scroll"><table><tr><th>section<th>${head}<th></tr>\n${rows.join('\n')}\n</table></div>`
}

const countCells = (counts: CaseCounts): string =>
  (['passed', 'failed', 'skipped'] as const)
    .map((kind) => `<td class="number${counts[kind] > 0 ? ` ${kind}` : ' dim'}">${counts[kind] || '–'}`)
    .join('')

function sectionOf({ section, title, cases }: SectionReport, index: number): string {
  const head = `<tr><th>case<th>file<th>known from<th>outcome<th class="number">ms</tr>`
  return `<h2 id="s${index}">${escaped([section, title].filter(Boolean).join(' '))}</h2>
<div class="scroll"><table>${head}
${cases.map(caseRow).join('\n')}
</table></div>`
}

function caseRow({ title, file, line, grade, outcome, reason, shows, ms }: CaseReport): string {
  const why = reason ? `<br><span class="dim">${escaped(reason)}</span>` : ''
  const ids = shows.length > 0 ? `<br><span class="dim">${escaped(shows.join(' '))}</span>` : ''
  return `<tr><td>${escaped(title)}${ids}<td class="nowrap"><code>${escaped(file)}:${line}</code><td>${badge(grade)}<td class="${outcome}">${outcome}${why}<td class="number dim">${outcome === 'skipped' ? '–' : ms}</tr>`
}

const badge = (grade: string | undefined): string => (grade ? `<span class="grade">${escaped(grade)}</span>` : '')

const escaped = (text: string): string =>
  printableText(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** The style of the HTML page; dark where the reader's system is. */
const style = `
:root { color-scheme: light dark; --bg: #fbfbfa; --card: #fff; --text: #1c2024; --dim: #60646c; --line: #e1e3e6;
  --passed: #1a7f4b; --failed: #c62f3b; --skipped: #8d96a0; --mark: #fdecec; }
@media (prefers-color-scheme: dark) { :root { --bg: #131517; --card: #1b1e21; --text: #eceef0; --dim: #9ba1a8;
  --line: #2e3338; --passed: #4cc38a; --failed: #ff6b73; --skipped: #7b848d; --mark: #3a1d20; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 68rem; padding: 2rem 1.25rem 4rem; background: var(--bg); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.6rem; }
h2 { margin: 2.5rem 0 .75rem; font-size: 1.15rem; }
.about { margin: .25rem 0 1.25rem; color: var(--dim); }
.numbers { display: flex; gap: 2rem; margin: 0 0 .75rem; font-variant-numeric: tabular-nums; }
.numbers b { font-size: 1.6rem; margin-right: .35rem; }
.passed b, td.passed { color: var(--passed); } .failed b, td.failed { color: var(--failed); }
.skipped b, td.skipped { color: var(--skipped); }
.bar { display: flex; height: .5rem; border-radius: .25rem; overflow: hidden; background: var(--line); }
.bar i { display: block; } .bar .p { background: var(--passed); } .bar .f { background: var(--failed); }
.bar .s { background: var(--skipped); }
table { border-collapse: collapse; width: 100%; background: var(--card); border: 1px solid var(--line); }
th, td { padding: .4rem .7rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { color: var(--dim); font-weight: 600; font-size: .85rem; } tr:last-child > td { border-bottom: 0; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td .bar { min-width: 7rem; margin-top: .45rem; }
a { color: inherit; } .dim { color: var(--dim); } .nowrap { white-space: nowrap; }
code, pre, .diff { font: 13px/1.45 ui-monospace, "DejaVu Sans Mono", monospace; }
article { background: var(--card); border: 1px solid var(--line); border-left: 3px solid var(--failed);
  padding: .9rem 1rem; margin: 0 0 1rem; }
article h3 { margin: 0 0 .25rem; font-size: 1rem; } article p { margin: .25rem 0; }
.diff { margin-top: .6rem; table-layout: fixed; } .diff td { overflow-wrap: anywhere; white-space: pre-wrap; }
.diff .differs { background: var(--mark); } .diff .behind { color: var(--dim); }
.grade { border: 1px solid var(--line); border-radius: 1rem; padding: 0 .5rem; font-size: .8rem; color: var(--dim); }
.scroll { overflow-x: auto; }
`
