import type { QuotedRow } from '../facts/fact.ts'
import type { Rung, Severity } from '../matching/rule.ts'

/** What a log says. */
export interface LogReport {
  /** The shape that it was read as. */
  readonly shape: string
  /** Kind of module; null: the log does not tell. */
  readonly family: string | null
  /** The built-in profile nearest to it; null: the log does not tell, or it is none of ours. */
  readonly profile: string | null
  /** How surely the log was read, 0 to 1. */
  readonly confidence: number
  /** Those that findings and ladder stand on, in order. */
  readonly rows: readonly QuotedRow[]
  readonly ladder: readonly LadderStep[]
  /** The most certain first. */
  readonly findings: readonly LogFinding[]
}

export interface LadderStep {
  readonly rung: Rung
  readonly state: 'works' | 'fails' | 'unknown'
  /** That shows it. */
  readonly row: number | null
}

export interface LogFinding {
  /** Stable. */
  readonly id: string
  readonly title: string
  readonly severity: Severity
  /** 0 to 1. */
  readonly confidence: number
  /** Numbers of rows. */
  readonly rows: readonly number[]
  readonly because: string
  readonly do: readonly string[]
  /** What to type next. */
  readonly ask: readonly string[]
  readonly sources: readonly string[]
}

/** As people write it: `SIM`. */
export const rungTitle = (rung: Rung): string => (/^(?:sim|pdp|tls|mqtt)$/.test(rung) ? rung.toUpperCase() : rung)
