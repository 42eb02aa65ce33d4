import type { SessionEvent } from '../session.ts'
import { shapes } from '../shapes/shapes.ts'
import { faultTable } from './fault-table.ts'
import { baseline, judged, judgeLog } from './judge.ts'
import { mutations } from './mutations.ts'
import { recordSession } from './recorded-session.ts'
import type { Judged } from './tally.ts'

/** A log of a fault, its group, in a shape, changed in a way. */
export interface GeneratedCase extends Judged {
  readonly shape: string
  readonly mutation: string
}

/** Mutations after which the fault may not be in the log any more. */
const cuts = new Set(['headCut', 'tailCut'])

const withoutTimes = (events: readonly SessionEvent[]): string =>
  events.map(({ side, text }) => `${side} ${text}`).join('\n')

/** The same without times: a change of jitter alone is none. */
const timeless = (events: readonly SessionEvent[]): readonly SessionEvent[] =>
  events.map((each) => ({ ...each, ms: 0 }))

/** Whether a log that was cut is a part of the same session without the fault: the fault is not in it. */
function isWithin(cut: string, whole: string): boolean {
  const text = cut.trim()
  return whole.trim().endsWith(text) || whole.trim().startsWith(text)
}

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
    const [plain, faulty] = [timeless(recordSession(session)), timeless(events)]
    for (const [shape, write] of Object.entries(shapes)) {
      const log = write(events)
      for (const [mutation, mutate] of Object.entries(mutations)) {
        if (count++ % each !== 0) continue
        if (cuts.has(mutation) && isWithin(mutate(write(faulty), count), write(plain))) continue
        const text = mutate(log, count)
        yield {
          group: fault,
          shape,
          mutation,
          judgement: judgeLog(text, { accepted }),
          baseline: judged(baseline(text), { accepted }),
        }
      }
    }
  }
}
