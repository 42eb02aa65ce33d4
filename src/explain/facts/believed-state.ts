import type { BelievedClient, BelievedState, Exchange, Fact, ResultFact } from './fact.ts'

const client = (state: BelievedClient['state'], rest: Partial<BelievedClient> = {}): BelievedClient => ({
  topic: false,
  payload: false,
  pending: false,
  ...rest,
  state,
})

export const unknownState: BelievedState = { service: 'unknown', clients: [client('unknown'), client('unknown')] }
const stopped: BelievedState = { service: 'stopped', clients: [client('free'), client('free')] }
const started: BelievedState = { service: 'started', clients: [client('free'), client('free')] }

type Change = (state: BelievedState, fact: Exchange | ResultFact, index: 0 | 1) => BelievedState

function withClient(state: BelievedState, index: 0 | 1, changed: BelievedClient): BelievedState {
  const clients = index === 0 ? ([changed, state.clients[1]] as const) : ([state.clients[0], changed] as const)
  return { service: 'started', clients }
}

const become =
  (to: BelievedClient['state']): Change =>
  (state, _, index) =>
    withClient(state, index, client(to))

const stage =
  (key: 'topic' | 'payload'): Change =>
  (state, _, index) =>
    withClient(state, index, { ...state.clients[index], [key]: true })

const begin: Change = (state, _, index) =>
  withClient(state, index, { ...state.clients[index], topic: false, payload: false, pending: true })

const operationDone: Change = (state, fact, index) => {
  const done = fact as ResultFact
  const connected = done.code === 0 ? 'connected' : state.clients[index].state
  return withClient(state, index, { ...state.clients[index], state: connected, pending: false })
}

/** By command: what its `OK` means. */
const accepted: Readonly<Record<string, Change>> = {
  '+CMQTTACCQ': become('acquired'),
  '+CMQTTREL': become('free'),
  '+CMQTTCONNECT': become('connecting'),
  '+CMQTTTOPIC': stage('topic'),
  '+CMQTTPAYLOAD': stage('payload'),
  '+CMQTTPUB': begin,
  '+CMQTTSUB': begin,
  '+CMQTTUNSUB': begin,
}

/** By command: what its result means. */
const resulted: Readonly<Record<string, Change>> = {
  '+CMQTTSTART': (state, fact) => ((fact as ResultFact).code === 0 ? started : state),
  '+CMQTTSTOP': (state, fact) => ((fact as ResultFact).code === 0 ? stopped : state),
  '+CMQTTCONNECT': (state, fact, index) =>
    withClient(state, index, client((fact as ResultFact).code === 0 ? 'connected' : 'acquired')),
  '+CMQTTDISC': (state, fact, index) =>
    (fact as ResultFact).code === 0 ? withClient(state, index, client('acquired')) : state,
  '+CMQTTPUB': operationDone,
  '+CMQTTSUB': operationDone,
  '+CMQTTUNSUB': operationDone,
}

/** What is believed after a fact. */
export function believedAfter(state: BelievedState, fact: Fact): BelievedState {
  if (fact.kind === 'boot') return fact.first ? stopped : state
  if (fact.kind === 'value') return afterUrc(state, fact.name, fact.values)
  if (fact.kind === 'result') return resulted[fact.name]?.(state, fact, indexOf(fact.client)) ?? state
  if (fact.kind !== 'exchange' || fact.ending !== 'ok' || fact.form !== 'write') return state
  return accepted[fact.name]?.(state, fact, indexOf(Number(fact.args[0]))) ?? state
}

function afterUrc(state: BelievedState, name: string, values: readonly string[]): BelievedState {
  if (name === '+CMQTTNONET') return stopped
  return name === '+CMQTTCONNLOST' ? withClient(state, indexOf(Number(values[0])), client('acquired')) : state
}

const indexOf = (number: number | undefined): 0 | 1 => (number === 1 ? 1 : 0)
