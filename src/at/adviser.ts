/** A cause of what went wrong on a line, as `atmqtt explain` tells it. */
export interface AdvisedCause {
  /** Stable: docs/reference/causes has a page for each. */
  readonly id: string
  readonly title: string
  readonly severity: 'error' | 'warning' | 'note'
  /** 0 to 1. */
  readonly confidence: number
  readonly because: string
  readonly do: readonly string[]
  /** Lines on which it rests, counted from 1: those that the host ends with CR, and the module with LF. */
  readonly rows?: readonly number[]
}

/**
 * Hears what goes over one line and tells causes of what goes wrong there. Who may not import `explain/`, which makes one,
 * takes it as an argument.
 */
export interface Adviser {
  /** Bytes of one side, cut anywhere, one character a byte; `ms`: when, from any beginning. */
  hear(side: 'host' | 'module', text: string, ms: number): void
  /** Errors and warnings that were not told yet, at most three, the most certain first. */
  news(): readonly AdvisedCause[]
  /** All that is known so far. */
  report(): AdvisedReport
}

/** What `atmqtt explain --json` prints, as far as others look into it. */
export interface AdvisedReport {
  readonly findings: readonly AdvisedCause[]
}

/** Makes one for a line, by its name. */
export type NewAdviser = (line: string) => Adviser

/** A cause in one line. */
export const causeText = ({ id, title, do: todo }: AdvisedCause): string => `${title} (${id}). ${todo.join(' ')}`.trim()
