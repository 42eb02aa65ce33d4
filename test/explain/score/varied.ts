import { bytesOf } from '../../../src/at/public.ts'
import { explain } from '../../../src/explain/explain.ts'
import { seededRandom } from '../../../src/io/runtime/random.ts'
import type { SessionEvent } from '../session.ts'
import { shapes } from '../shapes/shapes.ts'
import { faultTable } from './fault-table.ts'
import { leftOut } from './generated.ts'
import { baseline, judged, judgeLog } from './judge.ts'
import { mutations } from './mutations.ts'
import type { Judged } from './tally.ts'
import { type VariedOptions, variedSession } from './varied-session.ts'

const textOf = (events: readonly SessionEvent[]): string => events.map(({ side, text }) => `${side} ${text}`).join('\n')

/** The nth session of a host whose program is drawn, with each fault in turn, and how it is written. */
function drawn(n: number, faults: readonly string[]) {
  const random = seededRandom(1000 + n)
  const pick = <T>(list: readonly T[]): T => list[random.below(list.length)]!
  const fault = faults[n % faults.length]!
  const shape = pick(Object.keys(shapes))
  const mutation = random.next() < 0.5 ? 'none' : pick(Object.keys(mutations))
  const options: VariedOptions = { ...faultTable[fault]!.session, fault, variety: 77 + n }
  const log = (events: readonly SessionEvent[]): string => mutations[mutation]!(shapes[shape]!(events), n)
  return { fault, shape, mutation, options, log }
}

/** Sessions with a fault that shows, of hosts whose programs are made at random, each in one shape and changed in one way. */
export function* variedCases(count: number): Iterable<Judged> {
  const out = new Set(leftOut())
  const faults = Object.keys(faultTable).filter((fault) => !out.has(fault))
  for (let n = 0; n < count; n++) {
    const { fault, options, log } = drawn(n, faults)
    const events = variedSession(options)
    if (textOf(events) === textOf(variedSession({ ...options, sound: true }))) continue
    const [text, expected] = [log(events), faultTable[fault]!]
    yield { group: fault, judgement: judgeLog(text, expected), baseline: judged(baseline(text), expected) }
  }
}

/** The same sessions without their faults, but where bytes are lost, and what is told of them above a note. */
export function* variedCleanLogs(count: number): Iterable<{ readonly name: string; readonly told: readonly string[] }> {
  const faults = Object.keys(faultTable)
  for (let n = 0; n < count; n++) {
    const { shape, mutation, options, log } = drawn(n, faults)
    if (mutation === 'dropped') continue
    const { findings } = explain(bytesOf(log(variedSession({ ...options, sound: true }))))
    const told = findings.filter(({ severity }) => severity !== 'note').map(({ id }) => id)
    yield { name: `${n} ${shape} ${mutation}`, told }
  }
}
