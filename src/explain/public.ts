/** Reads a log of AT commands and tells the cause of what went wrong in it. */
export { Explainer, type ExplainOptions, explain } from './explain.ts'
export type { QuotedRow } from './facts/fact.ts'
export type { LogSide } from './readers/reader.ts'
export type { LadderStep, LogFinding, LogReport } from './report/report.ts'
