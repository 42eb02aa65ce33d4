import type { Acquisition, Client, ClientIndex, Config, Service, ServiceContexts, Staged } from '../core/state.ts'
import type { Turn } from '../core/step-context.ts'

/** What CFG shows and CONNECT uses before anything was set (§2.2.15). */
export const defaultConfig: Config = { checkUtf8: 1, opTimeout: 120, version: 3 }

const free: Client = { kind: 'free' }
export const freeClients: readonly [Client, Client] = [free, free]

/** The client in a slot; `free` when the service is stopped. */
export const clientAt = (turn: Turn, index: ClientIndex): Client =>
  turn.service.kind === 'started' ? turn.service.clients[index] : free

const firstContext: ServiceContexts = { started: 1, common: 1, clients: [1, 1] }

/** The PDP contexts of the service; 1 for all that was not set otherwise. */
export const contextsOf = ({ service }: Pick<Turn, 'service'>): ServiceContexts =>
  (service.kind === 'started' && service.contexts) || firstContext

export function setClient(turn: Turn, index: ClientIndex, client: Client): void {
  if (turn.service.kind !== 'started') return
  const { clients, contexts } = turn.service
  const [first, second] = clients
  const service: Service = { kind: 'started', clients: index === 0 ? [client, second] : [first, client] }
  turn.service = contexts === undefined ? service : { ...service, contexts }
}

/** The client with another acquisition. Written out for the states that messages pass through: a spread costs more than a command. */
export function withOwn(client: Exclude<Client, { kind: 'free' }>, own: Acquisition): Client {
  if (client.kind === 'connected') return { kind: 'connected', own, link: client.link }
  return client.kind === 'acquired' ? { kind: 'acquired', own } : { ...client, own }
}

/** The acquisition with other inputs waiting for PUB and CONNECT; written out as well. */
export function withStaged(own: Acquisition, staged: Staged): Acquisition {
  const { clientId, serverType, config, filters } = own
  return withInputs({ clientId, serverType, config, staged, filters }, own)
}

/** Written out: what spreads put together has a hidden class of its own in V8, half a kilobyte for each client. */
function withInputs(plain: Acquisition, { sslContext, topicInput }: Partial<Acquisition>): Acquisition {
  const { clientId, serverType, config, staged, filters } = plain
  if (topicInput !== undefined) return { ...plain, topicInput, ...(sslContext !== undefined && { sslContext }) }
  return sslContext === undefined ? plain : { clientId, serverType, config, staged, filters, sslContext }
}

function changed(own: Acquisition, change: Partial<Acquisition>): Acquisition {
  const { config = own.config, staged = own.staged, filters = own.filters } = change
  const { sslContext = own.sslContext, topicInput = own.topicInput } = change
  const { clientId, serverType } = own
  const inputs = { ...(sslContext !== undefined && { sslContext }), ...(topicInput && { topicInput }) }
  return withInputs({ clientId, serverType, config, staged, filters }, inputs)
}

/** Changes what a client owns, whatever it is doing. */
export function setOwn(
  turn: Turn,
  index: ClientIndex,
  change: Omit<Partial<Acquisition>, 'clientId' | 'serverType'>,
): void {
  const client = clientAt(turn, index)
  if (client.kind !== 'free') setClient(turn, index, withOwn(client, changed(client.own, change)))
}

/** The client without its connection; the SSL binding goes as well when `unbind` says so. */
export function disconnected(own: Acquisition, unbind: boolean): Client {
  if (!unbind || own.sslContext === undefined) return { kind: 'acquired', own }
  const { clientId, serverType, config, staged, filters, topicInput } = own
  const unbound = withInputs({ clientId, serverType, config, staged, filters }, topicInput ? { topicInput } : {})
  return { kind: 'acquired', own: unbound }
}

export const clientIndices: readonly ClientIndex[] = [0, 1]
