import type { Clock } from '../../io/runtime/runtime.ts'
import type { Row } from '../language/transcript-error.ts'
import { expectationText, mismatch, type PlayExchange, shown } from './mismatch.ts'
import { readNext } from './reader.ts'
import type { Awaited, Expected } from './reader-state.ts'

/** A play, as far as it waits for what the module says. */
export interface Receiving extends PlayExchange {
  readonly options: { readonly clock: Clock }
  rows: Row[]
}

/** Waits for a step that receives, and for `~` blocks on the way; rejects with a `TranscriptMismatch`. */
export async function awaitStep(play: Receiving, expected: Expected, limitMs: number): Promise<void> {
  const { clock } = play.options
  const deadline = clock.now() + limitMs
  for (;;) {
    const limit = nextLimit(play, expected, deadline)
    const overdue = limit.awaited && limit.at < clock.now()
    const verdict = overdue ? 'wait' : readNext(play, expected)
    if (verdict === 'done') return fitted(play, expected.kind === 'settle' ? '' : expectationText(expected))
    if (verdict === 'again') continue
    if (verdict === 'differs') throw mismatch(play, expected)
    const remaining = limit.at - clock.now()
    if (remaining > 0 && (await play.inbox.more(clock, remaining))) continue
    throw mismatch(play, limit.awaited?.step ?? expected, 'not in time')
  }
}

/** What came since the last step is what was expected. */
export function fitted(play: Receiving, expected: string): void {
  const got = play.inbox.takeRead()
  if (got.length > 0) play.rows.push({ state: 'same', expected, got: shown(got) })
}

/** The earliest deadline: that of the step, or of a `~` block with its own limit. */
function nextLimit({ awaited }: Receiving, expected: Expected, deadline: number): { at: number; awaited?: Awaited } {
  const settling = expected.kind === 'settle' ? awaited.find((block) => block.deadline === undefined) : undefined
  let limit: { at: number; awaited?: Awaited } = { at: deadline, ...(settling && { awaited: settling }) }
  if (expected.kind === 'settle' && !settling) limit.at = Number.POSITIVE_INFINITY
  for (const block of awaited) {
    if (block.deadline !== undefined && block.deadline < limit.at) limit = { at: block.deadline, awaited: block }
  }
  return limit
}

/** Listens for surplus bytes until none come, or the time is over. */
export async function quiet({ inbox, options }: Receiving, quietMs: number): Promise<void> {
  const { clock } = options
  const end = clock.now() + quietMs
  while (clock.now() < end && (await inbox.more(clock, end - clock.now()))) {}
}
