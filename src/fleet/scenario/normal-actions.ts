import type { ActionText } from './action-schema.ts'
import type { FleetAction, Selection, Storm, StormKind, StormTime } from './scenario.ts'
import type { StormText } from './storm-schema.ts'

/** Where the scenario gives none: the run's own topics. */
export const usualTopic = 'fleet/{run}/{client}'

interface SelectionText {
  readonly groups?: string | readonly string[] | undefined
  readonly place?: string | undefined
  readonly share?: number | undefined
}

const selectionOf = ({ groups = [], place, share = 1 }: SelectionText): Selection => ({
  groups: typeof groups === 'string' ? [groups] : groups,
  place: place ?? null,
  share,
})

/** `phaseMs`: how long the action's phase lasts. */
export function actionOf(given: ActionText, phaseMs: number): FleetAction {
  const { connect, disconnect, subscribe, verify, sleep, power, sim } = given
  if (connect) return { ...spread(connect), kind: 'connect', rate: connect.rate ?? null }
  if (disconnect) return { ...spread(disconnect), kind: 'disconnect', rate: disconnect.rate ?? null }
  if (subscribe)
    return { ...selectionOf(subscribe), kind: 'subscribe', topic: subscribe.topic, qos: subscribe.qos ?? 0 }
  if (verify) return { ...selectionOf(verify), kind: 'verify', qos: verify.qos ?? 1 }
  if (sleep) return { ...spread(sleep), kind: 'sleep', forMs: sleep.for }
  if (power) return { ...spread(power), kind: 'power', state: power.state }
  if (sim) return { ...spread(sim), kind: 'sim', state: sim.state }
  return publishOf(given.publish!, phaseMs)
}

const spread = (given: SelectionText & { readonly over?: number | undefined }) => ({
  ...selectionOf(given),
  overMs: given.over ?? 0,
})

function publishOf(given: NonNullable<ActionText['publish']>, phaseMs: number): FleetAction {
  const {
    topic = usualTopic,
    every,
    jitter = 0,
    qos = 1,
    retain = false,
    size = 64,
    payload = null,
    waiting = 10,
  } = given
  const about = { topic, qos, retain, size, payload, waiting }
  return {
    ...selectionOf(given),
    ...about,
    kind: 'publish',
    everyMs: every,
    jitterMs: jitter,
    forMs: given.for ?? phaseMs,
  }
}

/** `phase`: what a storm without a name is called after. */
export function stormOf(given: StormText, phase: string): Storm {
  const [[kind, about]] = Object.entries(given) as [[StormKind['kind'], SelectionText & StormAbout]]
  const time: StormTime = {
    name: about.name ?? `${phase}: ${kind}`,
    atMs: about.at ?? 0,
    forMs: about.for ?? about.down ?? 0,
  }
  return { ...selectionOf(about), ...time, ...kindOf(kind, about) }
}

interface StormAbout {
  readonly name?: string
  readonly at?: number
  readonly for?: number
  readonly down?: number
  readonly network?: 'silent' | 'down'
  readonly idle?: number
  readonly by?: number
  readonly stop?: string
  readonly start?: string
}

function kindOf(kind: StormKind['kind'], about: StormAbout): StormKind {
  switch (kind) {
    case 'region':
      return { kind, network: about.network ?? 'silent' }
    case 'nat':
      return { kind, idleMs: about.idle! }
    case 'clockSkew':
      return { kind, byMs: about.by! }
    case 'brokerRestart':
      return { kind, stop: about.stop ?? null, start: about.start ?? null }
    default:
      return { kind }
  }
}
