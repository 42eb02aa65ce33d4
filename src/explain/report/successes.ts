import type { Fact } from '../facts/fact.ts'
import type { FactView } from '../facts/fact-view.ts'
import { type Rung, rungs } from '../matching/rule.ts'

/** For each rung the facts that show that it works. */
export type Successes = ReadonlyMap<Rung, readonly Fact[]>

const registered = new Set(['1', '5'])

export function successesOf(view: FactView): Successes {
  const values = (name: string, test: (values: readonly string[]) => boolean) =>
    view.all('value', name).filter((fact) => test(fact.values))
  const results = (name: string) => view.all('result', name).filter(({ code }) => code === 0)
  const answered = view.all('exchange').filter(({ ending, heard }) => heard && ending !== 'none')
  const registrations = ['+CREG', '+CGREG', '+CEREG'].flatMap((name) =>
    values(name, (list) => registered.has(list.length === 1 ? list[0]! : list[1]!)),
  )
  const addresses = values('+CGPADDR', (list) => hasAddress(list[1])).concat(
    values('+IPADDR', (list) => hasAddress(list[0])),
  )
  return new Map<Rung, readonly Fact[]>([
    ['power', answered],
    ['line', answered],
    ['sim', [...values('+CPIN', ([state]) => state === 'READY'), ...registrations]],
    ['radio', registrations],
    ['pdp', [...addresses, ...results('+NETOPEN'), ...results('+CMQTTSTART')]],
    ['service', results('+CMQTTSTART')],
    ['tls', view.all('attempt').filter(({ outcome, tls }) => outcome === 'ok' && tls === true)],
    ['mqtt', results('+CMQTTCONNECT')],
    ['application', ['+CMQTTPUB', '+CMQTTSUB'].flatMap(results)],
  ])
}

const hasAddress = (text: string | undefined): boolean =>
  text !== undefined && /^(?!0\.0\.0\.0)\d{1,3}(?:\.\d{1,3}){3}|^[0-9a-f]*:[0-9a-f:]+/i.test(text)

/** Whether a rung, or one above it, works behind the facts of a match; where a command failed, the same command. */
export function worksAfter(successes: Successes, rung: Rung, facts: readonly Fact[]): boolean {
  const last = facts.at(-1)!
  const name = last.kind === 'attempt' ? '+CMQTTCONNECT' : last.kind === 'result' ? last.name : undefined
  const upper = rungs.slice(rungs.indexOf(rung))
  const later = upper.flatMap((each) => successes.get(each) ?? []).filter(({ at }) => at > last.at)
  return name === undefined ? later.length > 0 : later.some((fact) => fact.kind === 'result' && fact.name === name)
}
