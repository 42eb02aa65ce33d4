import type { QuotedRow } from '../facts/fact.ts'
import type { LogFinding, LogReport } from './report.ts'

/** A piece of the log, and what is told beside its end. */
export interface LogSegment {
  readonly rows: readonly QuotedRow[]
  /** Numbers of findings, from 1. */
  readonly findings: readonly number[]
}

/** Cuts the log behind each row that shows a finding. */
export function segmentsOf(rows: readonly QuotedRow[], findings: readonly LogFinding[]): readonly LogSegment[] {
  const segments: LogSegment[] = []
  let begin = 0
  for (const row of [...new Set(findings.map(lastRow))].sort((one, other) => one - other)) {
    const end = rows.findLastIndex((each) => each.row <= row) + 1
    const numbers = findings.flatMap((finding, i) => (lastRow(finding) === row ? [i + 1] : []))
    segments.push({ rows: rows.slice(begin, Math.max(begin, end)), findings: numbers })
    begin = Math.max(begin, end)
  }
  return begin < rows.length ? [...segments, { rows: rows.slice(begin), findings: [] }] : segments
}

const lastRow = ({ rows }: LogFinding): number => rows.at(-1) ?? 0

/** Rows that stand together: shown, or folded because no finding is near. */
export interface RowRun {
  readonly folded: boolean
  readonly rows: readonly QuotedRow[]
}

/** So many rows around those that findings stand on are shown. */
const around = 25
/** Fewer are not worth folding. */
const leastFolded = 12

/** Folds what is far from every row that a finding stands on. */
export function runsOf(rows: readonly QuotedRow[], near: ReadonlySet<number>): readonly RowRun[] {
  const runs: { folded: boolean; rows: QuotedRow[] }[] = []
  for (const row of rows) {
    const folded = !near.has(row.row)
    const last = runs.at(-1)
    if (last?.folded === folded) last.rows.push(row)
    else runs.push({ folded, rows: [row] })
  }
  return runs.map((run) => ({ ...run, folded: run.folded && run.rows.length >= leastFolded }))
}

/** Numbers of the rows that are near to a finding; without any finding the first and the last ones. */
export function nearRows(rows: readonly QuotedRow[], { findings }: LogReport): ReadonlySet<number> {
  const told = findings.flatMap((finding) => finding.rows)
  const places = told.length > 0 ? told : [rows[0]?.row ?? 0, rows.at(-1)?.row ?? 0]
  return new Set(places.flatMap((row) => Array.from({ length: 2 * around + 1 }, (_, i) => row - around + i)))
}
