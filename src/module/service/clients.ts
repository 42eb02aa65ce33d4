import type { Acquisition, Client, ClientIndex, Config, Service, ServiceContexts, Staged } from '../state.ts'
import type { Turn } from '../turn.ts'

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
  const { clientId, serverType, config, filters, sslContext, topicInput } = own
  if (sslContext !== undefined || topicInput !== undefined) return { ...own, staged }
  return { clientId, serverType, config, staged, filters }
}

/** Changes what a client owns, whatever it is doing. */
export function setOwn(turn: Turn, index: ClientIndex, change: Partial<Acquisition>): void {
  const client = clientAt(turn, index)
  if (client.kind !== 'free') setClient(turn, index, { ...client, own: { ...client.own, ...change } })
}

/** The client without its connection; the SSL binding goes as well when `unbind` says so. */
export function disconnected(own: Acquisition, unbind: boolean): Client {
  if (!unbind || own.sslContext === undefined) return { kind: 'acquired', own }
  const { sslContext: _, ...rest } = own
  return { kind: 'acquired', own: rest }
}

export const clientIndices: readonly ClientIndex[] = [0, 1]
