import type { Place } from './transcript.ts'

/** The line that is wrong, and the character (from 0) that it is wrong at. */
export interface SourceLine {
  readonly text: string
  readonly at: number
}

/** A transcript that can't be read, or that has a hole nobody fills. */
export class TranscriptError extends Error {
  override readonly name = 'TranscriptError'
  readonly code = 'transcript'
  readonly place: Place
  /** From 1; undefined where the whole line is meant. */
  readonly column: number | undefined

  constructor(place: Place, sentence: string, source?: SourceLine) {
    super(`${where(place, source && source.at + 1)}: ${sentence}${source ? caret(source) : ''}`)
    this.place = place
    this.column = source && source.at + 1
  }
}

/** One row of the two columns: what was to come, and what came; escaped. */
export interface Row {
  readonly expected?: string
  readonly got?: string
  /** `same`; `differs`: here; `behind`: not compared any more. */
  readonly state: 'same' | 'differs' | 'behind'
}

/** What differed from a transcript; every text is escaped. */
export interface Difference {
  /** What the transcript says should come. */
  readonly expected: string
  /** What came in its place. */
  readonly got: string
  /** What had been sent before it; undefined when nothing was. */
  readonly lastSent: string | undefined
  /** Why it counts, where the bytes alone don't say it: `not within 12000 ms`. */
  readonly reason?: string
  /** The exchange since the last thing sent. */
  readonly rows: readonly Row[]
}

/** The other end did not answer as the transcript says. */
export class TranscriptMismatch extends Error implements Difference {
  override readonly name = 'TranscriptMismatch'
  readonly code = 'mismatch'
  readonly place: Place
  readonly expected: string
  readonly got: string
  readonly lastSent: string | undefined
  readonly reason?: string
  readonly rows: readonly Row[]

  constructor(place: Place, difference: Difference) {
    const { expected, got, lastSent, reason, rows } = difference
    super(
      [
        `${where(place)}: the answer differs${reason ? ` (${reason})` : ''}`,
        `  expected:  ${expected}`,
        `  got:       ${got || 'nothing'}`,
        `  last sent: ${lastSent ?? 'nothing'}`,
      ].join('\n'),
    )
    this.place = placeOf(place)
    this.expected = expected
    this.got = got
    this.lastSent = lastSent
    this.rows = rows
    if (reason) this.reason = reason
  }
}

function placeOf({ fileName, line, cite, grade }: Place): Place {
  return { fileName, line, ...(cite && { cite }), ...(grade && { grade }) }
}

/** `x.at:12:3 (§2.2.1)`. */
export function where({ fileName, line, cite }: Place, column?: number): string {
  return `${fileName}:${line}${column === undefined ? '' : `:${column}`}${cite ? ` (${cite})` : ''}`
}

/** The line with a caret below the character; tabs stay, so that both lines stand alike. */
function caret({ text, at }: SourceLine): string {
  return `\n  ${text}\n  ${text.slice(0, at).replace(/[^\t]/g, ' ')}^`
}
