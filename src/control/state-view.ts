import type { Content } from '../at/commands/content.ts'
import { bytesOf, escapeBytes } from '../at/syntax/bytes.ts'
import type {
  AcquiredClient,
  ClientSlot,
  ConnectRequest,
  LineMode,
  LineState,
  ModuleState,
  PdpContext,
  Sim,
} from '../module/core/state.ts'
import type { StoredSession } from '../mqtt/public.ts'

/**
 * What a module knows, as JSON for people and test harnesses: bytes escaped, no password, no command lines. Topics and
 * identity are stars where they are left out; the rest of what may be is not in it.
 */
export function viewState(state: ModuleState, leftOut: readonly Content[] = []) {
  const { lines, service, cellular } = state
  const { mqtt, sessions } = service
  const { power, network, sim, radio } = cellular
  const shows = shower(leftOut)
  return {
    power: power.kind,
    sim: viewSim(sim),
    network: { ...network, registration: radio.registration, contexts: radio.contexts.map(viewContext) },
    service: mqtt.kind,
    clients: mqtt.kind === 'started' ? mqtt.clients.map((client, index) => viewClient(client, index, shows)) : [],
    lines: lines.map(viewLine),
    sessions: Object.entries(sessions).map((session) => viewSession(session, shows)),
  }
}

export type Shower = (content: Content, bytes: Uint8Array) => string

export const shower =
  (leftOut: readonly Content[]): Shower =>
  (content, bytes) =>
    leftOut.includes(content) ? '*'.repeat(bytes.length) : escapeBytes(bytes)

export const viewSim = ({ kind, busy, card }: Sim) => ({ kind, busy, pinTries: card.pinTries, pukTries: card.pukTries })

export const viewContext = ({ cid, type, apn, bearer }: PdpContext) => ({
  cid,
  type,
  apn,
  active: bearer !== undefined,
})

export type StateView = ReturnType<typeof viewState>

export function viewClient(client: ClientSlot, clientIndex: number, shows: Shower) {
  const about = { clientIndex, kind: client.kind }
  switch (client.kind) {
    case 'free':
      return about
    case 'connecting':
      return { ...about, ...viewOwn(client.acquired, shows), ...viewRequest(client.attempt.request, shows) }
    case 'connected': {
      const { request, congested, pending } = client.connection
      const waiting = pending && { pending: { command: pending.command, packetId: pending.packetId } }
      return { ...about, ...viewOwn(client.acquired, shows), ...viewRequest(request, shows), congested, ...waiting }
    }
    default:
      return { ...about, ...viewOwn(client.acquired, shows) }
  }
}

function viewOwn({ clientId, serverType, config, staged, filters }: AcquiredClient, shows: Shower) {
  const { topic, payload, willTopic, willMessage } = staged
  return {
    clientId: shows('identity', clientId),
    serverType,
    config,
    filters: filters.map((filter) => shows('topics', filter)),
    staged: {
      ...(topic && { topic: shows('topics', topic) }),
      ...(payload && { payloadBytes: payload.length }),
      ...(willTopic && { willTopic: shows('topics', willTopic) }),
      ...(willMessage && { willBytes: willMessage.payload.length }),
    },
  }
}

function viewRequest({ address, keepaliveTime, cleanSession, userName }: ConnectRequest, shows: Shower) {
  const login = userName && { userName: shows('identity', userName) }
  return { server: escapeBytes(address.text), keepaliveTime, cleanSession, ...login }
}

export function viewLine({ name, hasHost, settings, mode, typeAhead, heldBytes }: LineState) {
  return { name, hasHost, echo: settings.echo, mode: viewMode(mode), typeAheadBytes: typeAhead.length, heldBytes }
}

/** Clients see one state `executing`, whether the command waits for its response time or for its result. */
function viewMode(mode: LineMode) {
  if (mode.kind === 'working') return { kind: 'executing' }
  if (mode.kind !== 'data') return { kind: mode.kind }
  return { kind: mode.kind, command: mode.call.command, wanted: mode.wanted, got: mode.got.length }
}

function viewSession([key, { outgoing, incoming }]: readonly [string, StoredSession], shows: Shower) {
  const cut = key.lastIndexOf('\n')
  return {
    clientId: shows('identity', bytesOf(key.slice(0, cut))),
    server: key.slice(cut + 1),
    outgoing: outgoing.length,
    incoming: incoming.length,
  }
}
