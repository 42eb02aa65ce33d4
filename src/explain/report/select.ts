import type { Match } from '../rules/match.ts'
import { type Rung, rungs } from '../rules/rule.ts'
import { type Successes, worksAfter } from './successes.ts'

const least = 0.35

/** The matches to report, the most certain first. */
export function selectMatches(matches: readonly Match[], successes: Successes, all: boolean): readonly Match[] {
  const weighed = matches.map((match) => weigh(match, successes))
  if (all) return [...weighed].sort(bySureness)
  const beaten = new Set(
    weighed.filter(({ confidence }) => confidence >= least).flatMap(({ rule }) => rule.beats ?? []),
  )
  const left = weighed.filter(({ rule, confidence }) => !beaten.has(rule.id) && confidence >= least)
  return withoutConsequences(left).sort(bySureness).slice(0, 3)
}

/** What worked later was no lasting fault: it is told as a note. */
function weigh(match: Match, successes: Successes): Match {
  const { rule, facts, confidence } = match
  if (rule.comesAndGoes || rule.severity === 'note' || !worksAfter(successes, rule.rung, facts.at(-1)!)) return match
  return { ...match, rule: { ...rule, severity: 'note' }, confidence: confidence * 0.7 }
}

/** What fails on a higher rung behind a fault on a lower one follows from it. */
function withoutConsequences(matches: readonly Match[]): Match[] {
  return matches.filter((match) => !matches.some((root) => isRootOf(root, match)))
}

function isRootOf(root: Match, match: Match): boolean {
  if (root === match || root.rule.severity === 'note' || root.confidence < match.confidence - 0.2) return false
  const lower = level(root.rule.rung) < level(match.rule.rung)
  return lower && root.facts[0]!.at < match.facts.at(-1)!.at
}

const level = (rung: Rung): number => rungs.indexOf(rung)
const severity = { error: 0, warning: 1, note: 2 } as const

const bySureness = (one: Match, other: Match): number =>
  severity[one.rule.severity] - severity[other.rule.severity] || other.confidence - one.confidence
