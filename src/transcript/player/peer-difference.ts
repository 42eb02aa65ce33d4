import type { Place } from '../language/transcript.ts'
import { TranscriptMismatch } from '../language/transcript-error.ts'
import { shown } from './mismatch.ts'

/** The server got something else from the module than the transcript says; both as text. */
export class PeerDifference extends Error {
  override readonly name = 'PeerDifference'
  readonly code = 'peer'
  readonly expected: string
  readonly got: string
  /** Why it counts, where the texts alone don't say it. */
  readonly reason: string | undefined

  constructor(expected: string, got: string, reason?: string) {
    super(`the server got ${got || 'nothing'} in place of ${expected}`)
    this.expected = expected
    this.got = got
    this.reason = reason
  }
}

/** The same as a mismatch of the transcript. */
export function peerMismatch(
  place: Place,
  { expected, got, reason }: PeerDifference,
  lastSent: Uint8Array | undefined,
): TranscriptMismatch {
  return new TranscriptMismatch(place, {
    expected,
    got,
    reason: reason ?? 'the server got it',
    lastSent: lastSent && shown(lastSent),
    rows: [{ state: 'differs', expected, got }],
  })
}
