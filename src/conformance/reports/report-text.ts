import { differenceText } from '../../transcript/language/columns.ts'
import type { CaseCounts, CaseResult } from '../../transcript/player/run.ts'
import { sectionOf } from '../section.ts'
import type { CaseReport, Report } from './report.ts'

/** One case, a line; a failure with its two columns. `width`: of the terminal. */
export function caseText(result: CaseResult, width: number): string {
  const { outcome, ms } = result
  switch (outcome.kind) {
    case 'passed':
      return `passed   ${aboutText(result)}  (${durationText(ms)})`
    case 'skipped':
      return `skipped  ${aboutText(result)}: ${outcome.reason}`
    case 'failed':
      return `FAILED   ${aboutText(result)}\n\n  ${differenceText(outcome.mismatch, width)}\n`
  }
}

function aboutText(result: CaseResult): string {
  const { fileName, line, grade, title } = result
  const file = fileName.replace(/^.*[\\/]/, '')
  return [`${file}:${line}`, sectionOf(result), grade, title].filter(Boolean).join('  ')
}

const durationText = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`)

/** The end of a report: a table by section, and the counts alone on the last line. */
export function summaryText(report: Report): string {
  const { module, profile, ms, others, counts } = report
  const about = `${module}, profile ${profile}, ${durationText(ms)}; ${others} cases are for other profiles`
  const parts = [tableText(report), about]
  return `\n${parts.join('\n\n')}\n\n${countsText(counts)}\n`
}

export const countsText = ({ passed, failed, skipped }: CaseCounts): string =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`

/** The skipped cases, grouped by reason. Empty: none was skipped. */
export function skippedText({ sections }: Report): string {
  const skipped = sections.flatMap(({ cases }) => cases).filter(({ outcome }) => outcome === 'skipped')
  const reasons = [...new Set(skipped.map(({ reason }) => reason))]
  return reasons
    .map((reason) => {
      const own = skipped.filter((one) => one.reason === reason)
      return [`skipped: ${reason}`, ...own.map(nameText)].join('\n')
    })
    .join('\n')
}

const nameText = ({ file, line, title }: CaseReport): string => `  ${file}:${line}  ${title}`

function tableText({ sections, counts }: Report): string {
  const rows = sections.map((one) => ({ name: [one.section, one.title].filter(Boolean).join('  '), ...one.counts }))
  const all = [...rows, { name: 'all', ...counts }]
  const width = Math.max(...all.map(({ name }) => name.length))
  const line = (name: string, ...cells: readonly (number | string)[]) =>
    `${name.padEnd(width)}  ${cells.map((cell) => `${cell || '-'}`.padStart(7)).join('  ')}`
  return [
    line('section', 'passed', 'failed', 'skipped'),
    ...all.map(({ name, passed, failed, skipped }) => line(name, passed, failed, skipped)),
  ].join('\n')
}
