import type { Profile } from '../../at/profiles/profile.ts'
import { profiles } from '../../at/profiles/profiles.ts'
import type { Exchange, JudgedFact } from '../facts/fact.ts'
import type { FactStore } from '../facts/fact-store.ts'
import type { ModuleFamily } from '../facts/family.ts'
import type { CommandAnswer, ModelVerdict } from '../facts/verdict.ts'
import { isJudged, judge } from './judge.ts'
import { misuseOf } from './misuse.ts'

const everyProfile = Object.values(profiles)
/** So many refusals are judged: what comes after them is more of the same. */
const most = 120

/** The commands that were refused, as the model sees them. */
export function judgedIn(store: FactStore, family: ModuleFamily | undefined): readonly JudgedFact[] {
  const candidates = profilesOf(family)
  if (candidates.length === 0) return []
  const refused = store.of('exchange').filter(({ ending }) => ending === 'error' || ending === 'cme')
  return refused.slice(0, most).map((exchange) => judgedFact(exchange, answerOf(exchange, store), candidates))
}

/** Of a family that is none of ours the model knows nothing. */
function profilesOf(family: ModuleFamily | undefined): readonly Profile[] {
  if (!family) return everyProfile
  return everyProfile.filter(
    ({ name }) => name === family.profile || (family.model === undefined && name.startsWith(family.name)),
  )
}

function judgedFact(exchange: Exchange, answer: CommandAnswer, candidates: readonly Profile[]): JudgedFact {
  const own = lineIsAtFault(answer) ? misuseOf(exchange, candidates) : undefined
  const misuse = own && withoutState(exchange, own)
  const verdict =
    isJudged(exchange) && exchange.ending === 'error' ? verdictOf(exchange, answer, candidates) : undefined
  const { name, rows, ms, at, from } = exchange
  return {
    kind: 'judged',
    name,
    exchange,
    answer,
    otherFamily: misuse !== undefined && misuseOf(exchange, everyProfile) === undefined,
    rows,
    at,
    ...(from !== undefined && { from }),
    ...(ms !== undefined && { ms }),
    ...(misuse && { misuse }),
    ...(verdict && { verdict }),
  }
}

/** A bare `ERROR`, or 12, invalid parameter. */
const lineIsAtFault = (answer: CommandAnswer): boolean =>
  answer === 'error' || answer === 12 || answer === 22 || answer === 10

/** A reason that is named, such as a missing SIM, is none of the line. */
function withoutState(
  { ending, code, words }: Exchange,
  misuse: NonNullable<JudgedFact['misuse']>,
): JudgedFact['misuse'] {
  if (ending !== 'cme') return misuse
  return code === 3 || code === 50 || code === 4 || /parameter|not (?:allowed|supported)/i.test(words ?? '')
    ? misuse
    : undefined
}

function answerOf(exchange: Exchange, store: FactStore): CommandAnswer {
  const { name, from = 0, at } = exchange
  return (
    store.of('result', name).findLast((each) => each.at >= from && each.at <= at && each.code !== 0)?.code ?? 'error'
  )
}

const order: readonly ModelVerdict[] = ['believed', 'left-over', 'no-sim', 'no-network', 'apn-refused', 'otherwise']

/** The likeliest of what the candidates say. */
function verdictOf(exchange: Exchange, answer: CommandAnswer, candidates: readonly Profile[]): ModelVerdict {
  const verdicts = candidates.map((profile) => judge(profile, exchange, answer))
  if (verdicts.every((verdict) => verdict === 'anywhere')) return 'anywhere'
  return order.find((verdict) => verdicts.includes(verdict)) ?? 'otherwise'
}
