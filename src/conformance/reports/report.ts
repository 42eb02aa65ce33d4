import type { Grade } from '../../at/commands/command.ts'
import type { Difference, TranscriptMismatch } from '../../transcript/language/transcript-error.ts'
import type { CaseCounts, CaseResult } from '../../transcript/player/run.ts'
import { countResults } from '../../transcript/player/run.ts'
import { compareSections, sectionOf, sectionTitle } from '../section.ts'

/** The result of a run, as data. `docs/reference/conformance.md` describes its JSON. */
export interface Report {
  readonly format: 'atmqtt-conformance'
  readonly formatVersion: 1
  /** `atmqtt 0.1.0`. */
  readonly tool: string
  /** `memory`, `/dev/ttyUSB2`, `127.0.0.1:7672`. */
  readonly module: string
  readonly profile: string
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly ms: number
  /** How many cases of the suite are for other profiles. */
  readonly others: number
  readonly counts: CaseCounts
  readonly sections: readonly SectionReport[]
}

export interface SectionReport {
  /** `§2.2.8`, or the name of a group. */
  readonly section: string
  /** `AT+CMQTTCONNECT`; may be empty. */
  readonly title: string
  readonly counts: CaseCounts
  readonly cases: readonly CaseReport[]
}

export interface CaseReport {
  readonly file: string
  readonly line: number
  readonly title: string
  readonly grade?: Grade
  /** Identifiers of the requirements that it shows when it passes. */
  readonly shows: readonly string[]
  readonly outcome: 'passed' | 'failed' | 'skipped'
  readonly ms: number
  /** Why it was skipped. */
  readonly reason?: string
  readonly failure?: FailureReport
}

/** The place and the difference; all texts escaped. */
export interface FailureReport extends Difference {
  readonly file: string
  readonly line: number
  /** The section that the step shows. */
  readonly cite?: string
}

export type About = Pick<Report, 'tool' | 'module' | 'profile' | 'startedAt' | 'ms' | 'others'>

export const reportJson = (report: Report): string => `${JSON.stringify(report, undefined, 2)}\n`

export function reportOf(results: readonly CaseResult[], about: About): Report {
  const names = [...new Set(results.map(sectionOf))].sort(compareSections)
  return {
    format: 'atmqtt-conformance',
    formatVersion: 1,
    ...about,
    ms: Math.round(about.ms),
    counts: countResults(results),
    sections: names.map((name) => sectionReport(name, results)),
  }
}

function sectionReport(section: string, results: readonly CaseResult[]): SectionReport {
  const own = results.filter((result) => sectionOf(result) === section)
  return { section, title: sectionTitle(section), counts: countResults(own), cases: own.map(caseReport) }
}

const baseName = (path: string): string => path.replace(/^.*[\\/]/, '')

function caseReport({ fileName, line, title, grade, shows, outcome, ms }: CaseResult): CaseReport {
  return {
    file: baseName(fileName),
    line,
    title,
    ...(grade && { grade }),
    shows,
    outcome: outcome.kind,
    ms: Math.round(ms),
    ...(outcome.kind === 'skipped' && { reason: outcome.reason }),
    ...(outcome.kind === 'failed' && { failure: failureReport(outcome.mismatch) }),
  }
}

function failureReport({ place, expected, got, lastSent, reason, rows }: TranscriptMismatch): FailureReport {
  const why = reason === undefined ? {} : { reason }
  const cite = place.cite === undefined ? {} : { cite: place.cite }
  return { file: baseName(place.fileName), line: place.line, ...cite, expected, got, lastSent, ...why, rows }
}
