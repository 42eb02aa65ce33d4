import type { Fact, QuotedRow } from '../facts/fact.ts'
import type { FactView } from '../facts/fact-view.ts'
import type { Match } from '../matching/match.ts'
import { rungs } from '../matching/rule.ts'
import { shownRows, shownSentence } from './log-mask.ts'
import type { LadderStep, LogFinding, LogReport } from './report.ts'
import type { Successes } from './successes.ts'

export interface ReadLog {
  readonly shape: string
  readonly confidence: number
}

export function makeReport(log: ReadLog, view: FactView, matches: readonly Match[], successes: Successes): LogReport {
  const steps = rungs.map((rung) => stepOf(rung, matches, successes))
  const facts = [...matches.flatMap((match) => match.facts), ...steps.flatMap(({ fact }) => fact ?? [])]
  return {
    shape: log.shape,
    family: view.family?.name ?? null,
    profile: view.family?.profile ?? null,
    confidence: rounded(log.confidence),
    rows: quotedRows(facts),
    ladder: steps.map(({ step }) => step),
    findings: matches.map((match) => findingOf(match, view)),
  }
}

function findingOf({ rule, way, facts, confidence }: Match, view: FactView): LogFinding {
  const { id, title, severity, do: todo, ask, sources } = rule
  const { because } = way
  const sentence = typeof because === 'string' ? because : because(facts, view)
  const quoted = facts.flatMap(({ rows }) => rows)
  return {
    id,
    title,
    severity,
    confidence: rounded(confidence),
    rows: [...new Set(quoted.map(({ row }) => row))].sort((one, other) => one - other),
    because: shownSentence(sentence, quoted),
    do: todo,
    ask,
    sources,
  }
}

function stepOf(
  rung: (typeof rungs)[number],
  matches: readonly Match[],
  successes: Successes,
): { readonly step: LadderStep; readonly fact?: Fact } {
  const broken = matches.find(({ rule }) => rule.rung === rung && rule.severity !== 'note')?.facts.at(-1)
  const fact = broken ?? successes.get(rung)?.at(-1)
  const state = broken ? 'fails' : fact ? 'works' : 'unknown'
  return { step: { rung, state, row: fact?.rows.at(-1)?.row ?? null }, ...(fact && { fact }) }
}

/** Each row once, in order. */
function quotedRows(facts: readonly Fact[]): readonly QuotedRow[] {
  const byRow = new Map<number, QuotedRow>()
  for (const { rows } of facts) for (const quoted of rows) if (!byRow.has(quoted.row)) byRow.set(quoted.row, quoted)
  return shownRows([...byRow.values()].sort((one, other) => one.row - other.row))
}

const rounded = (number: number): number => Math.round(number * 100) / 100
