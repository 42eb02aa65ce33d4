import { Explainer, type LogReport } from '../../src/explain/public.ts'
import { textReport } from '../../src/explain/report/text-report.ts'
import { rules } from '../../src/explain/rules/rules.ts'
import { claim, claimSame, piecesOf } from './claim.ts'

const ids: ReadonlySet<string> = new Set(rules.map(({ id }) => id))
const pieceLengths = [1, 2, 3, 7, 16, 61, 256, 1021]

/**
 * A log that anybody may have written. Whatever it is, there is a report; fed whole or in pieces it is the same. What it
 * quotes are rows of the log, in order and once each; findings stand on them, are at most three and known by their id, and
 * are all among those of `all` (tried for every fourth length). It can be printed, without a character that moves a cursor.
 */
export function explain(input: Uint8Array): void {
  const whole = reportOf([input])
  claimSame(reportOf(piecesOf(input, pieceLengths[input.length % pieceLengths.length]!)), whole, 'fed in pieces, it is')
  claimRows(whole, input)
  claimFindings(whole)
  if (input.length % 4 === 0) claimAmongAll(whole, input)
  claim(!/[^\n\x20-\x7e\u00a0-\uffff]/.test(textReport(whole, { colour: false, width: 80 })), 'control characters')
}

function reportOf(pieces: readonly Uint8Array[], all = false): LogReport {
  const explainer = new Explainer({ all })
  for (const piece of pieces) explainer.feed(piece)
  return explainer.end()
}

function claimAmongAll({ findings }: LogReport, input: Uint8Array): void {
  const all = new Set(reportOf([input], true).findings.map(({ id }) => id))
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
