import { conclude, looksFor } from '../../src/explain/conclude.ts'
import type { Fact } from '../../src/explain/facts/fact.ts'
import { FactStore } from '../../src/explain/facts/fact-store.ts'
import type { LogReport } from '../../src/explain/public.ts'
import { LogReading } from '../../src/explain/read-session.ts'
import { LogBytes } from '../../src/explain/readers/log-bytes.ts'
import { textReport } from '../../src/explain/report/text-report.ts'
import { RowCutter } from '../../src/explain/rows.ts'
import { rules } from '../../src/explain/rules/rules.ts'
import { claim, claimSame, piecesOf } from './claim.ts'

const ids: ReadonlySet<string> = new Set(rules.map(({ id }) => id))
const pieceLengths = [1, 2, 3, 7, 16, 61, 256]

/**
 * A log that anybody may have written. Whatever it is, there is a report; fed whole or in pieces it has the same rows, and
 * tells the same facts (tried for every eighth length). What it quotes are rows of the log, in order and once each; findings
 * stand on them, are at most three and known by their id, and are all among those of `all` (tried for every fourth length).
 * It can be printed, without a character that moves a cursor.
 */
export function explain(input: Uint8Array): void {
  const log = readingOf([input])
  const pieces = piecesOf(input, pieceLengths[input.length % pieceLengths.length]!)
  claimSame(rowsOf(pieces), rowsOf([input]), 'cut into pieces, its rows are')
  if (input.length % 8 === 0) claimSame(readingOf(pieces), log, 'fed in pieces, it is')
  const store = new FactStore()
  for (const fact of log.facts) store.add(fact)
  const report = conclude(store, log, { all: false, family: undefined })
  claimRows(report, input)
  claimFindings(report)
  if (input.length % 4 === 0) claimAmongAll(report, conclude(store, log, { all: true, family: undefined }))
  claim(!/[^\n\x20-\x7e\u00a0-\uffff]/.test(textReport(report, { colour: false, width: 80 })), 'control characters')
}

/** What a report is made of. */
interface ReadingOfLog {
  readonly facts: readonly Fact[]
  readonly shape: string
  readonly confidence: number
}

function readingOf(pieces: readonly Uint8Array[]): ReadingOfLog {
  const facts: Fact[] = []
  const reading = new LogReading({ tell: (fact) => facts.push(fact), looksFor })
  for (const piece of pieces) reading.feed(piece)
  reading.end()
  return { facts, shape: reading.shape, confidence: reading.confidence }
}

function rowsOf(pieces: readonly Uint8Array[]): readonly string[] {
  const rows: string[] = []
  const cutter = new RowCutter((row) => rows.push(row))
  const bytes = new LogBytes((read) => cutter.feed(read))
  for (const piece of pieces) bytes.feed(piece)
  bytes.end()
  cutter.end()
  return rows
}

function claimAmongAll({ findings }: LogReport, report: LogReport): void {
  const all = new Set(report.findings.map(({ id }) => id))
  for (const { id } of findings) claim(all.has(id), `${id} is not among all findings`)
}

function claimRows({ rows }: LogReport, input: Uint8Array): void {
  const count = input.length + 1
  claim(
    rows.every(({ row }, i) => row > (rows[i - 1]?.row ?? 0) && row <= count),
    'rows are not in order',
  )
  for (const { text } of rows) claim(text.length <= 1000, `a quoted row of ${text.length}`)
}

function claimFindings({ findings, rows, ladder, confidence }: LogReport): void {
  const quoted = new Set(rows.map(({ row }) => row))
  claim(findings.length <= 3, `${findings.length} findings`)
  claim(confidence >= 0 && confidence <= 1, `read with a confidence of ${confidence}`)
  for (const finding of findings) {
    claim(ids.has(finding.id), `no rule has the id ${finding.id}`)
    claim(finding.confidence > 0 && finding.confidence <= 1, `${finding.id} has ${finding.confidence}`)
    claim(finding.rows.length > 0 && finding.rows.every((row) => quoted.has(row)), `${finding.id} quotes no row`)
    claim(finding.because !== '' && finding.do.length > 0, `${finding.id} says nothing`)
  }
  for (const { row, state } of ladder) claim((row === null) === (state === 'unknown'), 'a rung without its row')
}
