import type { ClientIndex } from '../../at/commands/mqtt/mqtt-params.ts'
import type { Session } from '../../mqtt/public.ts'
import type {
  AcquiredClient,
  ClientSlot,
  Config,
  MqttService,
  ServiceContexts,
  ServiceState,
  SlotConnection,
  Staged,
} from '../core/state.ts'
import { type StepContext, writableService } from '../core/step-context.ts'
import { initialSslContexts } from './ssl-contexts.ts'

/** What CFG shows and CONNECT uses before anything was set (§2.2.15). */
export const defaultConfig: Config = { checkUtf8: 1, opTimeout: 120, version: 3 }

const free: ClientSlot = { kind: 'free' }
export const freeClients: readonly [ClientSlot, ClientSlot] = [free, free]

/** Connections are numbered from 1. */
export const initialService: ServiceState = {
  mqtt: { kind: 'stopped' },
  sslContexts: initialSslContexts,
  sessions: {},
  nextConnection: 1,
}

/** The client in a slot; `free` when the service is stopped. */
export const clientAt = (ctx: StepContext, index: ClientIndex): ClientSlot =>
  ctx.service.mqtt.kind === 'started' ? ctx.service.mqtt.clients[index] : free

const firstContext: ServiceContexts = { started: 1, common: 1, clients: [1, 1] }

/** The PDP contexts of the service; 1 where none was set. */
export const contextsOf = ({ service: { mqtt } }: Pick<StepContext, 'service'>): ServiceContexts =>
  (mqtt.kind === 'started' && mqtt.contexts) || firstContext

export function setClient(ctx: StepContext, index: ClientIndex, client: ClientSlot): void {
  if (ctx.service.mqtt.kind !== 'started') return
  const { clients, contexts } = ctx.service.mqtt
  const [first, second] = clients
  const mqtt: MqttService = { kind: 'started', clients: index === 0 ? [client, second] : [first, client] }
  writableService(ctx).mqtt = contexts === undefined ? mqtt : { ...mqtt, contexts }
}

/** The client with other acquired data. Written out for the states in which messages pass: a spread costs more than a command. */
export function withAcquired(client: Exclude<ClientSlot, { kind: 'free' }>, acquired: AcquiredClient): ClientSlot {
  if (client.kind === 'connected') return { kind: 'connected', acquired, connection: client.connection }
  return client.kind === 'acquired' ? { kind: 'acquired', acquired } : { ...client, acquired }
}

/** The connection with a later session; written out as well. */
export function withSession(connection: SlotConnection, session: Session): SlotConnection {
  const { connectionId, request, congested, pending } = connection
  if (pending === undefined) return { connectionId, request, session, congested }
  return { connectionId, request, session, congested, pending }
}

/** The acquired data with other staged inputs for PUB and CONNECT; written out as well. */
export function withStaged(acquired: AcquiredClient, staged: Staged): AcquiredClient {
  const { clientId, serverType, config, filters } = acquired
  return withOptional({ clientId, serverType, config, staged, filters }, acquired)
}

/** Written out: objects built by spreads get hidden classes of their own in V8, half a kilobyte for each client. */
function withOptional(plain: AcquiredClient, { sslContext, topicInput }: Partial<AcquiredClient>): AcquiredClient {
  const { clientId, serverType, config, staged, filters } = plain
  if (topicInput !== undefined) return { ...plain, topicInput, ...(sslContext !== undefined && { sslContext }) }
  return sslContext === undefined ? plain : { clientId, serverType, config, staged, filters, sslContext }
}

function withChange(acquired: AcquiredClient, change: Partial<AcquiredClient>): AcquiredClient {
  const { config = acquired.config, staged = acquired.staged, filters = acquired.filters } = change
  const { sslContext = acquired.sslContext, topicInput = acquired.topicInput } = change
  const { clientId, serverType } = acquired
  const inputs = { ...(sslContext !== undefined && { sslContext }), ...(topicInput && { topicInput }) }
  return withOptional({ clientId, serverType, config, staged, filters }, inputs)
}

/** Changes the acquired data of a client in any state. */
export function setAcquired(
  ctx: StepContext,
  index: ClientIndex,
  change: Omit<Partial<AcquiredClient>, 'clientId' | 'serverType'>,
): void {
  const client = clientAt(ctx, index)
  if (client.kind !== 'free') setClient(ctx, index, withAcquired(client, withChange(client.acquired, change)))
}

/** The client without its connection; `unbind`: without its SSL binding too. */
export function withoutConnection(acquired: AcquiredClient, unbind: boolean): ClientSlot {
  if (!unbind || acquired.sslContext === undefined) return { kind: 'acquired', acquired }
  const { clientId, serverType, config, staged, filters, topicInput } = acquired
  const unbound = withOptional({ clientId, serverType, config, staged, filters }, topicInput ? { topicInput } : {})
  return { kind: 'acquired', acquired: unbound }
}

export const clientIndices: readonly ClientIndex[] = [0, 1]

/** The slot and client that a connection belongs to; undefined: it was closed meanwhile. */
export function findConnection(
  ctx: StepContext,
  connection: number,
): { index: ClientIndex; client: ClientSlot } | undefined {
  for (const index of clientIndices) {
    const client = clientAt(ctx, index)
    if (connectionOf(client) === connection) return { index, client }
  }
  return undefined
}

/** The number of its socket, if it has one. */
export function connectionOf(client: ClientSlot): number | undefined {
  if (client.kind === 'connecting') return client.attempt.connectionId
  if (client.kind === 'connected') return client.connection.connectionId
  return client.kind === 'disconnecting' ? client.pendingDisconnect.connectionId : undefined
}

/** How connections are given up without network or power: half-open, unless the input says that servers are told. */
export const lossEffect = ({ announces }: StepContext): 'abandon' | 'destroy' => (announces ? 'destroy' : 'abandon')

export function sessionOf(client: ClientSlot): Session | undefined {
  if (client.kind === 'connecting') return client.attempt.session
  return client.kind === 'connected' ? client.connection.session : undefined
}
