import { twoColumns } from '../transcript/language/columns.ts'
import type { FailureReport } from './reports/report.ts'

const width = 120

/** A failure as plain text: where, what was sent, and the two columns. */
export function failureText({ file, line, cite, lastSent, reason, rows }: FailureReport): string {
  return [
    `${file}:${line}${cite ? ` (${cite})` : ''}: the answer differs${reason ? `, ${reason}` : ''}`,
    ...(lastSent === undefined ? [] : ['', `    sent  ${lastSent}`]),
    '',
    ...twoColumns(rows, width),
  ].join('\n')
}
