import { brokerOf } from './normal-groups.ts'
import { durationOf, moduleCount, type Phase, type Scenario } from './scenario.ts'

/** What a run changes of its scenario. */
export interface ScenarioOverrides {
  readonly modules?: number
  readonly broker?: string
  /** Of all phases together, ms. */
  readonly duration?: number
  readonly seed?: number
}

/** The scenario as a run wants it; a sentence: why not. Groups and phases keep their parts of the whole. */
export function overridden(
  scenario: Scenario,
  { modules, broker, duration, seed }: ScenarioOverrides,
): Scenario | string {
  const chosen = broker === undefined ? scenario.broker : brokerOf(broker)
  if (!chosen) return `--broker ${broker}: give embedded, mqtt://HOST[:PORT] or mqtts://HOST[:PORT]`
  const other = scenario.groups.find(({ tls }) => chosen.kind === 'server' && chosen.tls !== (tls !== null))
  if (other) return `--broker ${broker}: group ${other.name} ${other.tls ? 'speaks TLS' : 'has no tls'}`
  if (modules !== undefined && modules < scenario.groups.length)
    return `--modules ${modules}: there are ${scenario.groups.length} groups`
  return {
    ...scenario,
    broker: chosen,
    seed: seed ?? scenario.seed,
    groups: modules === undefined ? scenario.groups : resized(scenario, modules),
    phases: duration === undefined ? scenario.phases : stretched(scenario, duration / durationOf(scenario)),
  }
}

/** Each group has at least one. */
function resized(scenario: Scenario, modules: number): Scenario['groups'] {
  const whole = moduleCount(scenario)
  let given = 0
  let before = 0
  return scenario.groups.map((group, i) => {
    before += group.count
    const left = scenario.groups.length - 1 - i
    const upTo =
      left === 0 ? modules : Math.min(modules - left, Math.max(given + 1, Math.round((before / whole) * modules)))
    const count = upTo - given
    given = upTo
    return { ...group, count }
  })
}

/** Phases, what is spread within them, and storms; not the periods of publishing. */
const stretched = ({ phases }: Scenario, factor: number): readonly Phase[] =>
  phases.map((phase) => ({
    ...phase,
    startMs: phase.startMs * factor,
    durationMs: phase.durationMs * factor,
    actions: phase.actions.map((action) => ({
      ...action,
      ...('forMs' in action && { forMs: action.forMs * factor }),
      ...('overMs' in action && { overMs: action.overMs * factor }),
      ...('rate' in action && action.rate !== null && { rate: action.rate / factor }),
    })),
    storms: phase.storms.map((storm) => ({ ...storm, atMs: storm.atMs * factor, forMs: storm.forMs * factor })),
  }))
