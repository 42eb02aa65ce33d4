import { cmeErrors } from '../../../src/at/errors.ts'
import { bytesOf } from '../../../src/at/public.ts'
import { explain } from '../../../src/explain/explain.ts'
import type { CauseRule } from '../../../src/explain/matching/rule.ts'
import type { LogFinding } from '../../../src/explain/report/report.ts'
import { rules } from '../../../src/explain/rules/rules.ts'
import { sessionOf } from '../../explain/session.ts'
import { shapes } from '../../explain/shapes/shapes.ts'

/** What is found in an example of a cause, and the lines that it stands on. */
export interface ShownExample {
  readonly rule: CauseRule
  readonly session: string
  readonly finding: LogFinding
  readonly lines: readonly string[]
}

const shown = rules.flatMap((rule) => rule.examples.flatMap((session) => shownExample(rule, session) ?? []))

/** The examples of a cause, explained. */
export const examplesOf = ({ id }: CauseRule): readonly ShownExample[] => shown.filter(({ rule }) => rule.id === id)

function shownExample(rule: CauseRule, session: string): ShownExample | undefined {
  const report = explain(bytesOf(shapes.espLog!(sessionOf(session))))
  const finding = report.findings.find(({ id }) => id === rule.id)
  if (!finding) return undefined
  const lines = report.rows.filter(({ row }) => finding.rows.includes(row)).map(({ text }) => text)
  return { rule, session, finding, lines }
}

/** `+CMQTTCONNECT 32`, `+CMQTTSUB ERROR`, `CME 10`: the failures that lines of a log show. */
export function failuresIn(lines: readonly string[]): readonly string[] {
  let command: string | undefined
  return lines.flatMap((line) => {
    command = /^AT(\+\w+)(?=[=?]|$)/.exec(line)?.[1] ?? command
    const result = /^(\+CMQTT\w+): (?:\d,)?(\d{1,2})$/.exec(line)
    if (result) return result[2] === '0' ? [] : [`${result[1]} ${result[2]}`]
    if (line === 'ERROR' && command?.startsWith('+CMQTT')) return [`${command} ERROR`]
    const code = cmeCode(/^\+CME ERROR: ?(.*)$/.exec(line)?.[1])
    return code === undefined ? [] : [`CME ${code}`]
  })
}

function cmeCode(said: string | undefined): string | undefined {
  if (said === undefined || /^\d+$/.test(said)) return said
  return Object.entries(cmeErrors).find(([, words]) => words.toLowerCase() === said.toLowerCase())?.[0]
}

/** By failure the causes whose examples show it; under `*` those that say no more than what failed. */
export function causesByFailure(): ReadonlyMap<string, readonly string[]> {
  const byFailure = new Map<string, Set<string>>()
  const add = (failure: string, id: string) => byFailure.set(failure, (byFailure.get(failure) ?? new Set()).add(id))
  for (const { rule, lines } of [...shown].sort((one, other) => weight(one.rule) - weight(other.rule)))
    if (anyFailure(rule) === undefined) for (const failure of failuresIn(lines)) add(failure, rule.id)
  for (const rule of rules) {
    const failure = anyFailure(rule)
    if (failure !== undefined) add(failure, rule.id)
  }
  return new Map([...byFailure].map(([failure, found]) => [failure, [...found]]))
}

/** `* 32` for `err-32`. */
function anyFailure({ id }: CauseRule): string | undefined {
  const code = /^err-(\d+)$/.exec(id)?.[1]
  return code === undefined ? (id === 'cme-error' ? 'CME *' : undefined) : `* ${code}`
}

const weight = ({ general }: CauseRule): number => (general ? 1 : 0)
