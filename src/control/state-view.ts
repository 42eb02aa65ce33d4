import { escapeBytes } from '../at/syntax/bytes.ts'
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

/** What a module knows, as JSON for people and test harnesses: bytes escaped, no password, no command lines. */
export function viewState({
  lines,
  service: { mqtt, sessions },
  cellular: { power, network, sim, radio },
}: ModuleState) {
  return {
    power: power.kind,
    sim: viewSim(sim),
    network: { ...network, registration: radio.registration, contexts: radio.contexts.map(viewContext) },
    service: mqtt.kind,
    clients: mqtt.kind === 'started' ? mqtt.clients.map(viewClient) : [],
    lines: lines.map(viewLine),
    sessions: Object.entries(sessions).map(viewSession),
  }
}

const viewSim = ({ kind, busy, card }: Sim) => ({ kind, busy, pinTries: card.pinTries, pukTries: card.pukTries })

const viewContext = ({ cid, type, apn, bearer }: PdpContext) => ({ cid, type, apn, active: bearer !== undefined })

export type StateView = ReturnType<typeof viewState>

function viewClient(client: ClientSlot, clientIndex: number) {
  const about = { clientIndex, kind: client.kind }
  switch (client.kind) {
    case 'free':
      return about
    case 'connecting':
      return { ...about, ...viewOwn(client.acquired), ...viewRequest(client.attempt.request) }
    case 'connected': {
      const { request, congested, pending } = client.connection
      const waiting = pending && { pending: { command: pending.command, packetId: pending.packetId } }
      return { ...about, ...viewOwn(client.acquired), ...viewRequest(request), congested, ...waiting }
    }
    default:
      return { ...about, ...viewOwn(client.acquired) }
  }
}

function viewOwn({ clientId, serverType, config, staged, filters }: AcquiredClient) {
  const { topic, payload, willTopic, willMessage } = staged
  return {
    clientId: escapeBytes(clientId),
    serverType,
    config,
    filters: filters.map(escapeBytes),
    staged: {
      ...(topic && { topic: escapeBytes(topic) }),
      ...(payload && { payloadBytes: payload.length }),
      ...(willTopic && { willTopic: escapeBytes(willTopic) }),
      ...(willMessage && { willBytes: willMessage.payload.length }),
    },
  }
}

function viewRequest({ address, keepaliveTime, cleanSession, userName }: ConnectRequest) {
  const login = userName && { userName: escapeBytes(userName) }
  return { server: escapeBytes(address.text), keepaliveTime, cleanSession, ...login }
}

function viewLine({ name, hasHost, settings, mode, typeAhead, heldBytes }: LineState) {
  return { name, hasHost, echo: settings.echo, mode: viewMode(mode), typeAheadBytes: typeAhead.length, heldBytes }
}

/** Clients see one state `executing`, whether the command waits for its response time or for its result. */
function viewMode(mode: LineMode) {
  if (mode.kind === 'working') return { kind: 'executing' }
  if (mode.kind !== 'data') return { kind: mode.kind }
  return { kind: mode.kind, command: mode.call.command, wanted: mode.wanted, got: mode.got.length }
}

function viewSession([key, { outgoing, incoming }]: readonly [string, StoredSession]) {
  const cut = key.lastIndexOf('\n')
  return {
    clientId: key.slice(0, cut),
    server: key.slice(cut + 1),
    outgoing: outgoing.length,
    incoming: incoming.length,
  }
}
