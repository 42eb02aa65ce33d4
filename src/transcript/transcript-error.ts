import { escapeBytes } from '../at/bytes/bytes.ts'
import type { Place } from './transcript.ts'

const shownBytes = 400

/** A transcript that can't be read, or that has a hole nobody fills. */
export class TranscriptError extends Error {
  override readonly name = 'TranscriptError'
  readonly code = 'transcript'
  readonly place: Place

  constructor(place: Place, sentence: string) {
    super(`${where(place)}: ${sentence}`)
    this.place = place
  }
}

/** What differed from a transcript; every text is escaped. */
export interface Difference {
  /** What the transcript says should come. */
  readonly expected: string
  /** What came in its place, as bytes. */
  readonly got: Uint8Array
  /** What had been sent before it. */
  readonly lastSent: Uint8Array | undefined
  /** Why it counts, where the bytes alone don't say it: `not within 12000 ms`. */
  readonly reason?: string
}

/** The other end did not answer as the transcript says. */
export class TranscriptMismatch extends Error {
  override readonly name = 'TranscriptMismatch'
  readonly code = 'mismatch'
  readonly place: Place
  readonly expected: string
  /** Escaped. */
  readonly got: string
  /** Escaped; undefined when nothing was sent. */
  readonly lastSent: string | undefined

  constructor(place: Place, { expected, got, lastSent, reason }: Difference) {
    const [gotText, sentText] = [shown(got), lastSent && shown(lastSent)]
    super(
      [
        `${where(place)}: the answer differs${reason ? ` (${reason})` : ''}`,
        `  expected:  ${expected}`,
        `  got:       ${gotText || 'nothing'}`,
        `  last sent: ${sentText ?? 'nothing'}`,
      ].join('\n'),
    )
    this.place = placeOf(place)
    this.expected = expected
    this.got = gotText
    this.lastSent = sentText
  }
}

function placeOf({ fileName, line, cite }: Place): Place {
  return cite ? { fileName, line, cite } : { fileName, line }
}

function where({ fileName, line, cite }: Place): string {
  return `${fileName}:${line}${cite ? ` (${cite})` : ''}`
}

function shown(bytes: Uint8Array): string {
  const text = escapeBytes(bytes.subarray(0, shownBytes))
  return bytes.length > shownBytes ? `${text}… (${bytes.length} bytes)` : text
}
