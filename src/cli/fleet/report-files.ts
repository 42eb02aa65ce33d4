import { randomUUID } from 'node:crypto'
import { fleetHtml } from '../../fleet/report/html-report.ts'
import { fleetJunit } from '../../fleet/report/report-junit.ts'
import type { FleetReport } from '../../fleet/report/report-schema.ts'
import { OutputFile, unreadPipe, writeWhole } from '../../io/output-file.ts'
import { errorCode, errorText, SetupError } from '../../io/setup-error.ts'

export interface ReportFiles {
  readonly json?: string
  readonly html?: string
  readonly junit?: string
}

const kinds = {
  json: (report: FleetReport) => `${JSON.stringify(report, undefined, 2)}\n`,
  html: (report: FleetReport) => fleetHtml(report, randomUUID()),
  junit: fleetJunit,
} as const
const names = Object.keys(kinds) as readonly (keyof typeof kinds)[]

const permissions = 0o666

/** Throws before a run that could not write its report; what is in the files stays, and a pipe open for its reader. */
export function checkReportFiles(files: ReportFiles): void {
  for (const name of names) attempt(files, name, (path) => new OutputFile(path, { append: true, permissions }))
}

export function writeReportFiles(files: ReportFiles, report: FleetReport): void {
  for (const name of names)
    attempt(files, name, (path) => writeWhole(path, kinds[name](report), { append: false, permissions }))
}

function attempt(files: ReportFiles, name: keyof ReportFiles, write: (path: string) => void): void {
  const path = files[name]
  if (path === undefined) return
  try {
    write(path)
  } catch (error) {
    const advice = errorCode(error) === unreadPipe.code ? unreadPipe.advice : 'give another file'
    throw new SetupError('denied', `--${name} ${path} can't be written (${errorText(error)}): ${advice}.`, error)
  }
}
