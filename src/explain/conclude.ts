import { attemptsOf } from './facts/attempts.ts'
import type { FactStore } from './facts/fact-store.ts'
import { FactView } from './facts/fact-view.ts'
import { type ModuleFamily, tracedProfile } from './facts/family.ts'
import { type Match, matchRule } from './matching/match.ts'
import { judgedIn } from './model/judged.ts'
import { makeReport, type ReadLog } from './report/make-report.ts'
import type { LogReport } from './report/report.ts'
import { selectMatches, surest, weighMatches } from './report/select.ts'
import { type Successes, successesOf } from './report/successes.ts'
import { rules } from './rules/rules.ts'
import { beginsRun } from './session/run-watch.ts'

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
export const looksFor = (text: string): boolean =>
  modelName.test(text) ||
  tracedProfile.test(text) ||
  beginsRun.test(text) ||
  sought.some((pattern) => pattern.test(text))

interface Seen {
  readonly view: FactView
  readonly successes: Successes
  readonly matches: readonly Match[]
}

/** Facts with what follows from them. */
export function viewOf(store: FactStore, family?: ModuleFamily): FactView {
  const derive = (facts: FactStore, known: ModuleFamily | undefined) => ({
    attempts: attemptsOf(facts),
    judged: judgedIn(facts, known),
  })
  return new FactView(store, derive, family)
}

function look(store: FactStore, { family, without }: Pick<Conclusions, 'family' | 'without'>): Seen {
  const view = viewOf(store, family)
  const successes = successesOf(view)
  const matches = rules.filter(({ id }) => !without?.has(id)).flatMap((rule) => matchRule(rule, view) ?? [])
  return { view, successes, matches: weighMatches(matches, successes) }
}

/** What the facts so far mean, as long as nothing follows that takes it back: at the end of a run of several. */
export const matchesSoFar = (store: FactStore, known: Pick<Conclusions, 'family' | 'without'>): readonly Match[] =>
  look(store, known).matches

/** What the facts that are known so far mean; `earlier`: what they meant at the end of each run before. */
export function conclude(
  store: FactStore,
  log: ReadLog,
  { all, ...known }: Conclusions,
  earlier: readonly Match[] = [],
): LogReport {
  const { view, successes, matches } = look(store, known)
  const read = store.isEmpty ? { ...log, shape: 'none' } : log
  return makeReport(read, view, selectMatches(surest([...matches, ...earlier]), all), successes)
}
