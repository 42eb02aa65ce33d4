import { attemptsOf } from './facts/attempts.ts'
import type { FactStore } from './facts/fact-store.ts'
import { FactView } from './facts/fact-view.ts'
import type { ModuleFamily } from './facts/family.ts'
import { matchRule } from './matching/match.ts'
import { judgedIn } from './model/judged.ts'
import { makeReport, type ReadLog } from './report/make-report.ts'
import type { LogReport } from './report/report.ts'
import { selectMatches } from './report/select.ts'
import { successesOf } from './report/successes.ts'
import { rules } from './rules/rules.ts'

export interface Conclusions {
  /** Every cause that fits, instead of the first three. */
  readonly all: boolean
  /** The family, whatever the log tells. */
  readonly family: ModuleFamily | undefined
  /** Ids of causes that can not be. */
  readonly without?: ReadonlySet<string>
}

const sought = rules
  .flatMap(({ ways }) => ways)
  .flatMap(({ needs, forbids = [], supports = [] }) => [
    ...needs,
    ...forbids.map(({ clue }) => clue),
    ...supports.map(({ clue }) => clue),
  ])
  .flatMap(({ print }) => print ?? [])
const modelName = /A76\d\d|SIM\d{3,4}/

/** Whether a rule looks for such a text of the host. */
export const looksFor = (text: string): boolean => modelName.test(text) || sought.some((pattern) => pattern.test(text))

/** What the facts that are known so far mean. */
export function conclude(store: FactStore, log: ReadLog, { all, family, without }: Conclusions): LogReport {
  const derive = (facts: FactStore, known: ModuleFamily | undefined) => ({
    attempts: attemptsOf(facts),
    judged: judgedIn(facts, known),
  })
  const view = new FactView(store, derive, family)
  const successes = successesOf(view)
  const matches = rules.filter(({ id }) => !without?.has(id)).flatMap((rule) => matchRule(rule, view) ?? [])
  return makeReport(
    store.isEmpty ? { ...log, shape: 'none' } : log,
    view,
    selectMatches(matches, successes, all),
    successes,
  )
}
