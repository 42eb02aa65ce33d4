import type { Profile } from '../../at/profiles/profile.ts'
import type { BelievedClient, BelievedState } from '../facts/fact.ts'
import type { SituationName } from '../facts/verdict.ts'
import { applied, beginReplay, letConnect, type Replay, replayConfig, say } from './pure-replay.ts'

/** A state in which a module may have been when a command came. */
export interface ReplaySituation {
  readonly name: SituationName
  readonly replay: Replay
}

const replays = new Map<string, Replay>()

/** What the log tells, then what may be different from it, the likeliest first; `starts`: the command starts the service. */
export function situationsFor(
  profile: Profile,
  believed: BelievedState,
  client: 0 | 1,
  starts: boolean,
): readonly ReplaySituation[] {
  const state = believed.clients[client]
  const situations: ReplaySituation[] = [
    { name: 'believed', replay: replayOf(profile, believed.service, state, client) },
  ]
  if (leftOvers(believed.service, state)) {
    for (const kind of ['free', 'acquired', 'connected'] as const)
      situations.push({ name: 'left-over', replay: replayOf(profile, 'started', { ...fresh, state: kind }, client) })
  }
  for (const name of starts ? (['no-sim', 'no-network', 'apn-refused'] as const) : [])
    situations.push({ name, replay: remembered(`${profile.name} ${name}`, () => worldOf(profile, name)) })
  return situations
}

const fresh: BelievedClient = { state: 'free', topic: false, payload: false, pending: false }

/** An earlier run can only be behind what the log does not tell. */
const leftOvers = (service: BelievedState['service'], { state }: BelievedClient): boolean =>
  service === 'unknown' || state === 'unknown'

function replayOf(profile: Profile, service: BelievedState['service'], client: BelievedClient, index: 0 | 1): Replay {
  const key = [profile.name, service, index, client.state, client.topic, client.payload, client.pending].join(' ')
  return remembered(key, () => (service === 'started' ? startedReplay(profile, client, index) : freshReplay(profile)))
}

function remembered(key: string, make: () => Replay): Replay {
  const known = replays.get(key) ?? make()
  replays.set(key, known)
  return known
}

const freshReplay = (profile: Profile): Replay => beginReplay(replayConfig(profile))

function startedReplay(profile: Profile, client: BelievedClient, index: 0 | 1): Replay {
  const started = say(freshReplay(profile), 'AT+CMQTTSTART').replay
  if (client.state === 'free' || client.state === 'unknown') return started
  const acquired = say(started, `AT+CMQTTACCQ=${index},"log",0`).replay
  if (client.state === 'acquired') return acquired
  const connecting = say(acquired, `AT+CMQTTCONNECT=${index},"tcp://server",60,1`).replay
  return client.state === 'connecting' ? connecting : staged(letConnect(connecting), client, index)
}

function staged(connected: Replay, { topic, payload, pending }: BelievedClient, index: 0 | 1): Replay {
  let replay = connected
  if (topic || pending) replay = say(replay, `AT+CMQTTTOPIC=${index},1`, 'a').replay
  if (payload || pending) replay = say(replay, `AT+CMQTTPAYLOAD=${index},1`, 'a').replay
  return pending ? say(replay, `AT+CMQTTPUB=${index},1,60`).replay : replay
}

function worldOf(profile: Profile, name: 'no-sim' | 'no-network' | 'apn-refused'): Replay {
  if (name === 'no-sim') return beginReplay(replayConfig(profile, { hasSim: false }))
  const lost = applied(freshReplay(profile), { type: 'network', coverage: 'down' })
  if (name === 'no-network') return lost
  const refusedApns = lost.state.cellular.radio.contexts.map(({ apn }) => apn.toLowerCase())
  const refusing = applied(lost, { type: 'radio', change: { refusedApns } })
  return applied(refusing, { type: 'network', coverage: 'up' })
}
