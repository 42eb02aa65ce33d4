import type { Fact } from '../facts/fact.ts'
import type { FactView } from '../facts/fact-view.ts'
import type { CauseRule, Clue, Forbidden, Way } from './rule.ts'

/** A rule that a log fits. */
export interface Match {
  readonly rule: CauseRule
  readonly way: Way
  /** Those that the way needs, in its order. */
  readonly facts: readonly Fact[]
  /** 0 to 1. */
  readonly confidence: number
}

/** Where the facts fit one of its ways, the surest one; undefined: nowhere. */
export function matchRule(rule: CauseRule, view: FactView): Match | undefined {
  const matches = rule.ways.flatMap((way) => {
    const facts = firstFit(way, view)
    return facts ? [{ rule, way, facts, confidence: confidenceOf(way, view) }] : []
  })
  return matches.sort((one, other) => other.confidence - one.confidence)[0]
}

function confidenceOf({ confidence, supports = [] }: Way, view: FactView): number {
  const added = supports.filter(({ clue }) => candidates(clue, view).length > 0)
  return Math.max(
    0,
    Math.min(
      1,
      added.reduce((sum, { adds }) => sum + adds, confidence),
    ),
  )
}

/** Each symptom in turn, with the nearest of the other facts before it. */
function firstFit({ needs, forbids = [] }: Way, view: FactView): readonly Fact[] | undefined {
  for (const fact of candidates(needs.at(-1)!, view)) {
    const others = backwards(needs, view, needs.length - 2, fact.at)
    if (!others) continue
    const facts = [...others, fact]
    if (inTime(needs, facts) && !forbids.some((forbidden) => isThere(forbidden, facts, view))) return facts
  }
  return undefined
}

const beginOf = ({ at, from = at }: Fact): number => from

function backwards(needs: readonly Clue[], view: FactView, index: number, before: number): readonly Fact[] | undefined {
  if (index < 0) return []
  const clue = needs[index]!
  const found = candidates(clue, view)
  const fact = found.findLast(({ at }) => at < before) ?? (clue.anywhere ? found[0] : undefined)
  if (!fact) return undefined
  const others = backwards(needs, view, index - 1, clue.anywhere ? before : fact.at)
  return others && [...others, fact]
}

function inTime(needs: readonly Clue[], facts: readonly Fact[]): boolean {
  return needs.every(({ withinMs, afterMs }, i) => {
    const [now, before] = [facts[i]!.ms, facts[i - 1]?.ms]
    if (now === undefined || before === undefined) return afterMs === undefined
    return (
      now - before <= (withinMs ?? Number.POSITIVE_INFINITY) && now - before >= (afterMs ?? Number.NEGATIVE_INFINITY)
    )
  })
}

function candidates(clue: Clue, view: FactView): readonly Fact[] {
  const { kind, name, where, times = 1 } = clue
  const all: readonly Fact[] = view.all(kind, name)
  if (all.length < times) return []
  const found = where ? all.filter((fact) => (where as (fact: Fact, view: FactView) => boolean)(fact, view)) : all
  return found.length >= times ? found.slice(times - 1) : []
}

function isThere({ clue, when }: Forbidden, facts: readonly Fact[], view: FactView): boolean {
  const [first, last] = [facts[0]!, facts.at(-1)!]
  return candidates(clue, view).some((fact) => {
    if (facts.includes(fact)) return false
    if (when === 'before') return beginOf(fact) <= last.at
    if (when === 'after') return fact.at > last.at
    if (when === 'between') return fact.at > first.at && beginOf(fact) <= last.at
    return true
  })
}
