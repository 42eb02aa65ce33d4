import type { Fact } from '../facts/fact.ts'

/** What goes well brings no cause: a line that is busy costs nothing more. */
export function mayTell(fact: Fact): boolean {
  if (fact.kind === 'exchange') return fact.ending !== 'ok'
  if (fact.kind === 'result') return fact.code !== 0
  return fact.kind !== 'message' || !fact.complete
}
