/** Who said what a row shows. `both`: a command and its echo in one. `print`: the host's own text, not on the line. */
export type LogSide = 'host' | 'module' | 'both' | 'print' | 'unknown'

/** What a reader finds in a row. */
export interface Piece {
  readonly side: LogSide
  /** One character a byte. */
  readonly text: string
  /** The log's own time, ms from any beginning. */
  readonly ms?: number
  /** The end of the row stands for a line end. Else the text has its line ends in it, and goes on in the next row. */
  readonly whole: boolean
}

/** Takes the rows of one log in order; may keep what it needs to know of earlier ones. */
export interface RowReader {
  /** `text`: a row without its line end, one character a byte. */
  read(text: string): readonly Piece[]
  /** The log is over: what is still kept. */
  end?(): readonly Piece[]
}

/** Reads one shape of log. */
export interface Reader {
  readonly shape: string
  /** How much the first rows of a log look like its shape, 0 to 1. */
  score(sample: readonly string[]): number
  /** Begins to read a log that begins with these rows. */
  open(sample: readonly string[]): RowReader
}
