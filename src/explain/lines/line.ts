import type { LogSide } from '../readers/reader.ts'

/** A line of either side, or of the host's own text, put together from the pieces of a log. */
export interface LogLine {
  readonly side: LogSide
  /** Without its line end; one character a byte. */
  readonly text: string
  /** Of the row in the log where it ended. */
  readonly row: number
  /** Of the row in the log where it began. */
  readonly firstRow: number
  readonly ms?: number | undefined
  /** How it ended, where the log shows that. */
  readonly end?: 'cr' | 'lf' | 'crlf' | 'none' | undefined
}
