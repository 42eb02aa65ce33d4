import { closeSync, openSync, writeFileSync } from 'node:fs'
import type { Report } from '../../conformance/reports/report.ts'
import { reportHtml } from '../../conformance/reports/report-html.ts'
import { reportJson } from '../../conformance/reports/report-json.ts'
import { reportJunit } from '../../conformance/reports/report-junit.ts'
import { errorText, SetupError } from '../../io/setup-error.ts'

export interface ReportFiles {
  readonly junit?: string
  readonly json?: string
  readonly html?: string
}

const kinds = { junit: reportJunit, json: reportJson, html: reportHtml } as const
const names = Object.keys(kinds) as readonly (keyof typeof kinds)[]

/** Makes sure, before a run that may take hours, that its reports can be written. Throws a `SetupError`. */
export function checkReportFiles(files: ReportFiles): void {
  for (const name of names)
    if (files[name] !== undefined) attempt(name, files[name], (path) => closeSync(openSync(path, 'a')))
}

/** Writes the reports that were asked for. Throws a `SetupError`. */
export function writeReports(files: ReportFiles, report: Report): void {
  for (const name of names)
    if (files[name] !== undefined) attempt(name, files[name], (path) => writeFileSync(path, kinds[name](report)))
}

function attempt(name: string, path: string, act: (path: string) => void): void {
  try {
    act(path)
  } catch (error) {
    throw new SetupError(
      'denied',
      `--${name} ${path} can't be written (${errorText(error)}): give another file.`,
      error,
    )
  }
}
