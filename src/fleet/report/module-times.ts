import type { Profile } from '../../at/profiles/profile.ts'
import { profiles } from '../../at/profiles/profiles.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { FleetReport } from './report-schema.ts'

type ModuleTime = FleetReport['details']['moduleTimes'][number]

const notTimed: ModuleTime = {
  what: 'Boot, registration and commands',
  value: '0 ms',
  source: 'not simulated: the scenario has "timing: instant"',
}

const roundTrip: ModuleTime = {
  what: 'Radio: latency and data rate of the cell',
  value: 'none added',
  source: 'not simulated: connections go through this machine’s own network',
}

/** The times that stand for modules and their radio, each with what it rests on. */
export function moduleTimes({ timing, groups }: Scenario): readonly ModuleTime[] {
  if (timing === 'instant') return [notTimed, roundTrip]
  const names = [...new Set(groups.map(({ profile }) => profile))]
  return [...names.flatMap((name) => timesOf(name, profiles[name])), roundTrip]
}

const chosen = 'assumed: no manual gives it, below the slowest reply that manuals allow'

function timesOf(name: string, profile: Profile | undefined): readonly ModuleTime[] {
  if (!profile)
    return [{ what: `${name}: all times`, value: 'of that file', source: 'chosen by who wrote the profile' }]
  const { boot, searchMs, responseTimes } = profile
  const lines = [boot[0], boot.at(-1)].flatMap((line) => line ?? [])
  return [
    ...lines.map(({ text, afterMs }) => ({
      what: `${name}: power-on to ${text}`,
      value: `${afterMs} ms`,
      source: 'the order from manuals and logs (requirements prof-31, prof-64), the exact time assumed',
    })),
    { what: `${name}: search to registration`, value: `${searchMs} ms`, source: 'assumed (requirement device-1)' },
    ...(['network', 'other', 'quick'] as const).map((kind) => ({
      what: `${name}: answer of ${answers[kind]}`,
      value: `${responseTimes[kind].join(' to ')} ms`,
      source: chosen,
    })),
  ]
}

const answers = {
  network: 'commands that wait for the network, such as starting the MQTT service',
  other: 'other commands',
  quick: 'queries',
} as const
