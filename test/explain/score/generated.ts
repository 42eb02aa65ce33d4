import type { SessionEvent } from '../session.ts'
import { shapes } from '../shapes/shapes.ts'
import { faultTable } from './fault-table.ts'
import { baseline, type Judgement, judged, judgeLog } from './judge.ts'
import { mutations } from './mutations.ts'
import { recordSession } from './recorded-session.ts'

/** A log of a fault in a shape, changed in a way. */
export interface GeneratedCase {
  readonly fault: string
  readonly shape: string
  readonly mutation: string
  readonly judgement: Judgement
  readonly baseline: Judgement
}

const withoutTimes = (events: readonly SessionEvent[]): string =>
  events.map(({ side, text }) => `${side} ${text}`).join('\n')

/** Faults whose log is that of a session without them, jitter apart, and faults that no log of this kind shows. */
export function leftOut(): readonly string[] {
  return Object.entries(faultTable)
    .filter(
      ([fault, { session, accepted }]) =>
        accepted.length === 0 ||
        withoutTimes(recordSession({ ...session, fault })) === withoutTimes(recordSession(session)),
    )
    .map(([fault]) => fault)
}

/** Every fault × shape × mutation that counts. `each`: every so many of them alone. */
export function* generatedCases(each = 1): Iterable<GeneratedCase> {
  const out = new Set(leftOut())
  let count = 0
  for (const [fault, { session, accepted }] of Object.entries(faultTable)) {
    if (out.has(fault)) continue
    const events = recordSession({ ...session, fault })
    for (const [shape, write] of Object.entries(shapes)) {
      const log = write(events)
      for (const [mutation, mutate] of Object.entries(mutations)) {
        if (count++ % each !== 0) continue
        const text = mutate(log, count)
        yield {
          fault,
          shape,
          mutation,
          judgement: judgeLog(text, { accepted }),
          baseline: judged(baseline(text), { accepted }),
        }
      }
    }
  }
}
