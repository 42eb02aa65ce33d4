import { profiles } from '../../at/profiles/profiles.ts'
import type { Path } from './positions.ts'
import type { ModuleGroup, Scenario, Selection } from './scenario.ts'

/** A mistake that only shows when parts of a scenario are seen together. */
export interface ScenarioFlaw {
  readonly path: Path
  readonly sentence: string
}

export function flawsOf(scenario: Scenario): readonly ScenarioFlaw[] {
  const { groups, phases } = scenario
  return [
    ...groups.flatMap((group, i) => groupFlaws(scenario, group, i)),
    ...phases.flatMap(({ actions, storms }, i) => [
      ...actions.flatMap((action, j) => selectionFlaws(scenario, action, ['phases', i, 'do', j, action.kind])),
      ...actions.flatMap((action, j) => actionFlaws(action, ['phases', i, 'do', j, action.kind])),
      ...storms.flatMap((storm, j) => selectionFlaws(scenario, storm, ['phases', i, 'storm', j, storm.kind])),
      ...storms.flatMap((storm, j) => stormFlaws(scenario, storm, ['phases', i, 'storm', j, storm.kind])),
    ]),
    ...connectFlaws(scenario),
  ]
}

function groupFlaws({ groups, broker }: Scenario, group: ModuleGroup, i: number): readonly ScenarioFlaw[] {
  const { name, host, transcript, clientId, count, tls, places } = group
  const at = (key: string, sentence: string): ScenarioFlaw => ({ path: ['groups', i, key], sentence })
  const flaws: ScenarioFlaw[] = []
  if (groups.findIndex((other) => other.name === name) < i)
    flaws.push(at('name', `another group is called ${name} too`))
  if ((host === 'transcript') !== (transcript !== null))
    flaws.push(at('host', 'host: transcript and transcript: FILE go together: give both, or neither'))
  if (count > 1 && !/\{(index|module|imei)\}/.test(clientId))
    flaws.push(at('clientId', 'modules would have the same ID: put {index}, {module} or {imei} into it'))
  const whole = places.reduce((sum, { share }) => sum + share, 0)
  if (places.length > 0 && Math.abs(whole - 1) > 0.001)
    flaws.push(at('place', `the shares of the places are ${Math.round(whole * 100)}% together: make them 100%`))
  if (tls) flaws.push(...tlsFlaws(group, i))
  if (broker.kind === 'server' && broker.tls !== (tls !== null))
    flaws.push(
      at(
        tls ? 'tls' : 'name',
        tls
          ? 'the broker is mqtt://: give mqtts://, or leave tls out'
          : 'the broker is mqtts://: give this group tls: {}',
      ),
    )
  return flaws
}

/** Built-in ones; of a file the module itself says it. */
const resumes = (profile: string): boolean => profiles[profile]?.tls.keys.includes('use_tickets') ?? true

function tlsFlaws({ tls, profile }: ModuleGroup, i: number): readonly ScenarioFlaw[] {
  const { authority, cert, key, resume } = tls!
  const at = (sentence: string): ScenarioFlaw => ({ path: ['groups', i, 'tls'], sentence })
  if (resume && !resumes(profile)) {
    const others = Object.keys(profiles).filter(resumes)
    return [at(`the firmware ${profile} resumes no session: take ${others.join(' or ')}, or leave resume out`)]
  }
  if ((cert === null) !== (key === null)) return [at('cert and key go together: give both, or neither')]
  if (authority !== null && cert !== null)
    return [at('authority issues certificates, cert names files: give one of them')]
  return []
}

function selectionFlaws({ groups }: Scenario, given: Selection, path: Path): readonly ScenarioFlaw[] {
  const names = groups.map(({ name }) => name)
  const places = [...new Set(groups.flatMap((group) => group.places.map(({ place }) => place)))]
  const unknown = given.groups.filter((name) => !names.includes(name))
  const flaws = unknown.map((name) => ({
    path: [...path, 'groups'],
    sentence: `there is no group ${name}: give one of ${names.join(', ')}`,
  }))
  if (given.place === null || places.includes(given.place)) return flaws
  const sentence = places.length === 0 ? 'no group has a place' : `give one of ${places.join(', ')}`
  return [...flaws, { path: [...path, 'place'], sentence: `no module is at ${given.place}: ${sentence}` }]
}

function actionFlaws(action: Scenario['phases'][number]['actions'][number], path: Path): readonly ScenarioFlaw[] {
  if (action.kind === 'connect' || action.kind === 'disconnect')
    return action.rate !== null && action.overMs > 0
      ? [{ path, sentence: 'rate and over say the same: give one of them' }]
      : []
  if (action.kind !== 'publish' || action.jitterMs <= action.everyMs) return []
  return [{ path: [...path, 'jitter'], sentence: 'give a jitter of at most the time of every' }]
}

function stormFlaws(
  { broker }: Scenario,
  storm: Scenario['phases'][number]['storms'][number],
  path: Path,
): readonly ScenarioFlaw[] {
  if (storm.kind !== 'brokerRestart') return []
  if ((storm.stop === null) !== (storm.start === null))
    return [{ path, sentence: 'stop and start go together: give the command for each' }]
  if (broker.kind === 'embedded' || storm.stop !== null) return []
  return [{ path, sentence: "this broker is not the run's own: give the commands stop and start, or broker: embedded" }]
}

/** Whoever never connects has nothing to do. */
function connectFlaws({ phases }: Scenario): readonly ScenarioFlaw[] {
  const kinds = phases.flatMap(({ actions }) => actions.map(({ kind }) => kind))
  if (kinds.includes('connect')) return []
  return [{ path: ['phases', 0], sentence: 'no phase connects: put "- connect: {rate: 50/s}" into a do' }]
}
