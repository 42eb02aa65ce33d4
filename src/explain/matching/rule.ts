import type { Fact, FactKind, FactOf } from '../facts/fact.ts'
import type { FactView } from '../facts/fact-view.ts'

/** What has to work before the next can: the steps from power to the application. */
export const rungs = ['power', 'line', 'sim', 'radio', 'pdp', 'service', 'tls', 'mqtt', 'application'] as const
export type Rung = (typeof rungs)[number]

export type Severity = 'error' | 'warning' | 'note'

/** A fact that a rule looks for. */
export interface Clue<K extends FactKind = FactKind> {
  readonly kind: K
  readonly name?: string
  readonly where?: (fact: FactOf<K>, view: FactView) => boolean
  /** At least so many of them, of which the last one so far is taken. One, where not given. */
  readonly times?: number
  /** It may stand anywhere, also behind the clue that follows. */
  readonly anywhere?: true
  /** At most so long behind the clue before it, where the log has times. */
  readonly withinMs?: number
  /** At least so long behind the clue before it. */
  readonly afterMs?: number
  /** For clues of the host's own text: rows that are kept. */
  readonly print?: RegExp
}

export interface Forbidden {
  readonly clue: Clue
  /** Where it must not be: before or behind the last of the facts that are needed, or between first and last. Anywhere, where not given. */
  readonly when?: 'before' | 'after' | 'between'
}

/** One way in which a log shows a cause. */
export interface Way {
  /** 0 to 1, before `supports`. */
  readonly confidence: number
  /** In the order of the log; the last one is the symptom. */
  readonly needs: readonly Clue[]
  readonly forbids?: readonly Forbidden[]
  /** What makes it more likely, or with a negative number less. */
  readonly supports?: readonly { readonly clue: Clue; readonly adds: number }[]
  /** Why the rows mean that: a sentence. */
  readonly because: string | ((facts: readonly Fact[], view: FactView) => string)
}

/** A cause: how logs show it, and what to say. */
export interface CauseRule {
  /** Never renamed. */
  readonly id: string
  /** What is wrong, as one sentence without its full stop. */
  readonly title: string
  readonly rung: Rung
  readonly severity: Severity
  readonly ways: readonly Way[]
  /** A later success does not take it back: it comes and goes. */
  readonly comesAndGoes?: true
  /** It says no more than what failed: a cause that is more exact takes its place. */
  readonly general?: true
  /** Bytes that were lost on the way can look like it: it is less sure where others are lost. */
  readonly fragile?: true
  /** It says that bytes were lost: what else is wrong need not follow from it. */
  readonly noise?: true
  /** Less exact causes that it takes the place of. */
  readonly beats?: readonly string[]
  readonly do: readonly string[]
  /** Commands to type next, which tell it from its neighbours. */
  readonly ask: readonly string[]
  /** `owner/repository#number`, or a section of a manual. */
  readonly sources: readonly string[]
  /** Sessions that show it: `> ` host, `< ` module, `# ` the host's own text, `@+5s` time. */
  readonly examples: readonly string[]
  /** Sessions that look like it and must not bring it. */
  readonly nearMisses: readonly string[]
}

export const rule = (definition: CauseRule): CauseRule => definition
