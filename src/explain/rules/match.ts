import type { Fact } from '../facts/fact.ts'
import type { FactView } from '../facts/fact-view.ts'
import type { CauseRule, Clue, Forbidden } from './rule.ts'

/** A rule that a log fits. */
export interface Match {
  readonly rule: CauseRule
  /** Those that the rule needs, in its order. */
  readonly facts: readonly Fact[]
  /** 0 to 1. */
  readonly confidence: number
}

/** The first place where the facts fit; undefined: nowhere. */
export function matchRule(rule: CauseRule, view: FactView): Match | undefined {
  const facts = firstFit(rule, view, rule.needs.length - 1, Number.POSITIVE_INFINITY)
  if (!facts) return undefined
  const added = (rule.supports ?? []).filter(({ clue }) => candidates(clue, view).length > 0)
  const confidence = added.reduce((sum, { adds }) => sum + adds, rule.confidence)
  return { rule, facts, confidence: Math.max(0, Math.min(1, confidence)) }
}

/** Each symptom in turn, with the nearest of the other facts before it. */
function firstFit(rule: CauseRule, view: FactView, symptom: number, before: number): readonly Fact[] | undefined {
  for (const fact of candidates(rule.needs[symptom]!, view)) {
    if (fact.at >= before) return undefined
    const others = backwards(rule.needs, view, symptom - 1, fact.at)
    if (!others) continue
    const facts = [...others, fact]
    if (!(rule.forbids ?? []).some((forbidden) => isThere(forbidden, facts, view))) return facts
  }
  return undefined
}

function backwards(needs: readonly Clue[], view: FactView, index: number, before: number): readonly Fact[] | undefined {
  if (index < 0) return []
  const clue = needs[index]!
  const found = candidates(clue, view)
  const fact = found.findLast(({ at }) => at < before) ?? (clue.anywhere ? found[0] : undefined)
  if (!fact) return undefined
  const others = backwards(needs, view, index - 1, clue.anywhere ? before : fact.at)
  return others && [...others, fact]
}

function candidates(clue: Clue, view: FactView): readonly Fact[] {
  const { kind, name, where, times = 1 } = clue
  const all: readonly Fact[] = view.all(kind, name)
  const found = where ? all.filter((fact) => (where as (fact: Fact, view: FactView) => boolean)(fact, view)) : all
  return found.length >= times ? found.slice(times - 1) : []
}

function isThere({ clue, when, withinMs }: Forbidden, facts: readonly Fact[], view: FactView): boolean {
  const [first, last] = [facts[0]!, facts.at(-1)!]
  return candidates(clue, view).some((fact) => {
    if (facts.includes(fact)) return false
    if (when === 'before' && fact.at >= last.at) return false
    if (when === 'after' && fact.at <= last.at) return false
    if (when === 'between' && (fact.at <= first.at || fact.at >= last.at)) return false
    return (
      withinMs === undefined ||
      fact.ms === undefined ||
      last.ms === undefined ||
      Math.abs(fact.ms - last.ms) <= withinMs
    )
  })
}
