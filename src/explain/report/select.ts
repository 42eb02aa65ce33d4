import type { Match } from '../matching/match.ts'
import { type Rung, rungs, type Severity } from '../matching/rule.ts'
import { type Successes, worksAfter } from './successes.ts'

const least = 0.35
/** From so much on a cause takes the place of what only says what failed. */
const sure = 0.5
/** What is left of the sureness of what lost bytes can look like, where bytes are lost. */
const lossShare = 0.75
const weights: Readonly<Record<Severity, number>> = { error: 1, warning: 0.9, note: 0.4 }

/** As sure as the log lets them be: less where bytes are lost, and a note where it worked later. */
export function weighMatches(matches: readonly Match[], successes: Successes): readonly Match[] {
  const isNoisy = matches.some(({ rule }) => rule.noise)
  return matches
    .map((match) => weigh(match, successes))
    .map((match) => (isNoisy && match.rule.fragile ? { ...match, confidence: match.confidence * lossShare } : match))
}

/** Of those of one cause the surest. */
export function surest(weighed: readonly Match[]): readonly Match[] {
  const byId = new Map<string, Match>()
  for (const match of weighed) {
    const known = byId.get(match.rule.id)
    if (!known || scoreOf(match) > scoreOf(known)) byId.set(match.rule.id, match)
  }
  return [...byId.values()]
}

/** The matches to report, the most certain first. */
export function selectMatches(matches: readonly Match[], all: boolean): readonly Match[] {
  const weighed = [...matches].sort(bySureness)
  if (all) return weighed
  const isNoisy = weighed.some(({ rule }) => rule.noise)
  const likely = weighed.filter(({ confidence }) => confidence >= least)
  const beaten = new Set(likely.flatMap(({ rule }) => rule.beats ?? []))
  const left = likely.filter((match) => !beaten.has(match.rule.id) && !isReplaced(match, likely))
  const roots = left.filter(({ rule }) => !rule.noise && !(isNoisy && rule.fragile))
  return left.filter((match) => !roots.some((root) => isRootOf(root, match))).slice(0, 3)
}

/** What worked later was no lasting fault: it is told as a note. */
function weigh(match: Match, successes: Successes): Match {
  const { rule, facts, confidence } = match
  if (rule.comesAndGoes || rule.severity === 'note' || !worksAfter(successes, rule.rung, facts)) return match
  return { ...match, rule: { ...rule, severity: 'note' }, confidence: confidence * 0.8 }
}

/** Whether a more exact cause says why the same thing failed. */
function isReplaced(match: Match, matches: readonly Match[]): boolean {
  if (!match.rule.general) return false
  return matches.some(
    (other) =>
      !other.rule.general &&
      other.confidence >= sure &&
      symptomOf(other).some((each) => symptomOf(match).includes(each)),
  )
}

/** What failed: the command, or the row. */
function symptomOf({ facts }: Match): readonly (string | number)[] {
  const last = facts.at(-1)!
  const row = last.rows.at(-1)?.row ?? 0
  return last.kind === 'attempt' ? [row, '+CMQTTCONNECT'] : 'name' in last ? [row, last.name] : [row]
}

/** What fails on a higher rung behind a fault on a lower one follows from it. */
function isRootOf(root: Match, match: Match): boolean {
  if (root === match || root.rule.severity === 'note' || root.confidence < match.confidence - 0.2) return false
  const lower = level(root.rule.rung) < level(match.rule.rung)
  return lower && root.facts[0]!.at < match.facts.at(-1)!.at
}

const level = (rung: Rung): number => rungs.indexOf(rung)

/** Of two that are as sure, the one that says more than what failed. */
const bySureness = (one: Match, other: Match): number =>
  scoreOf(other) - scoreOf(one) || Number(one.rule.general ?? false) - Number(other.rule.general ?? false)
const scoreOf = ({ rule, confidence }: Match): number => confidence * weights[rule.severity]
