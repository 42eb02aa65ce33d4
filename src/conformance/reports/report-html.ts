import type { CaseCounts } from '../../transcript/player/run.ts'
import type { CaseReport, FailureReport, Report, SectionReport } from './report.ts'
import { style } from './report-style.ts'

/** One page that needs nothing else: no script, no font, no picture from elsewhere. */
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
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
