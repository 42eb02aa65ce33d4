import { Err } from '../../at/errors.ts'
import { textOf } from '../../at/syntax/bytes.ts'
import { lossCauses, urcs } from '../../at/urcs.ts'
import type { DialFailure } from '../../io/net/dialer.ts'
import {
  emptyStore,
  open,
  receive,
  type Session,
  type SessionEvent,
  type Step,
  type StoredSession,
  store,
  tick,
} from '../../mqtt/public.ts'
import type { Acquisition, Client, ClientIndex, ConnectRequest, Link, PendingOperation } from '../core/state.ts'
import { deferred, log, type Turn, urcText } from '../core/step-context.ts'
import { ok } from '../line/reply.ts'
import { clientAt, clientIndices, disconnected, setClient, setOwn } from './clients.ts'
import { connectOptions } from './connect-options.ts'
import { reportMessage } from './messages.ts'

/** How long a socket may take to send what is queued and end, after DISC. */
export const lingerMs = 5000

export const operationTimeoutMs = (own: Acquisition): number => own.config.opTimeout * 1000
export const operationDeadline = (turn: Turn, own: Acquisition): number => turn.now + operationTimeoutMs(own)

export function send(turn: Turn, connection: number, events: readonly SessionEvent[]): void {
  for (const event of events)
    if (event.type === 'send') turn.effects.push({ type: 'send', connection, bytes: event.bytes })
}

/** The slot and client that a connection belongs to; undefined when it was given up meanwhile. */
export function findConnection(turn: Turn, connection: number): { index: ClientIndex; client: Client } | undefined {
  for (const index of clientIndices) {
    const client = clientAt(turn, index)
    if (connectionOf(client) === connection) return { index, client }
  }
  return undefined
}

/** The number of its socket, if it has one. */
export function connectionOf(client: Client): number | undefined {
  if (client.kind === 'connecting') return client.attempt.connection
  if (client.kind === 'connected') return client.link.connection
  return client.kind === 'disconnecting' ? client.farewell.connection : undefined
}

/** TCP is up: CONNECT goes out. */
export function connectionOpened(turn: Turn, index: ClientIndex, client: Client): void {
  if (client.kind !== 'connecting') return
  const { own, attempt } = client
  const options = connectOptions(turn, own, attempt.request)
  const step = open(options, takeSession(turn, own, attempt.request, options.cleanSession), turn.now)
  setClient(turn, index, withAttempt(client, step.session))
  send(turn, attempt.connection, step.events)
}

type Connecting = Extract<Client, { kind: 'connecting' }>

/** Written out: a spread costs more than the rest of a CONNECT. */
function withAttempt({ own, attempt: { connection, request, line } }: Connecting, session: Session): Connecting {
  return { kind: 'connecting', own, attempt: { connection, request, line, session } }
}

export function connectionReceived(turn: Turn, index: ClientIndex, client: Client, bytes: Uint8Array): void {
  const session = sessionOf(client)
  if (session) applyStep(turn, index, client, receive(session, bytes, turn.now))
}

export function connectionTick(turn: Turn, index: ClientIndex, client: Client): void {
  const session = sessionOf(client)
  if (session) applyStep(turn, index, client, tick(session, turn.now))
}

export function sessionOf(client: Client): Session | undefined {
  if (client.kind === 'connecting') return client.attempt.session
  return client.kind === 'connected' ? client.link.session : undefined
}

function applyStep(turn: Turn, index: ClientIndex, client: Client, { session, events }: Step): void {
  if (client.kind === 'connecting') setClient(turn, index, withAttempt(client, session))
  if (client.kind === 'connected')
    setClient(turn, index, { kind: 'connected', own: client.own, link: { ...client.link, session } })
  for (const event of events) applyEvent(turn, index, event)
}

function applyEvent(turn: Turn, index: ClientIndex, event: SessionEvent): void {
  const client = clientAt(turn, index)
  const connection = connectionOf(client)
  if (connection === undefined) return
  if (event.type === 'send') turn.effects.push({ type: 'send', connection, bytes: event.bytes })
  if (event.type === 'message') reportMessage(turn, index, event.message)
  if (event.type === 'accepted') accepted(turn, index, client)
  if (event.type === 'refused') connectFailed(turn, index, client, refusalCode(event.returnCode))
  if (event.type === 'failed') sessionFailed(turn, index, client, event.reason)
  if (event.type === 'done') operationDone(turn, index, client, event)
}

/** CONNACK 1–5 are 27–31; any other number is no CONNACK. */
const refusalCode = (returnCode: number): number => (returnCode <= 5 ? Err.refusedVersion - 1 + returnCode : Err.packet)

function accepted(turn: Turn, index: ClientIndex, client: Client): void {
  if (client.kind !== 'connecting' || !client.attempt.session) return
  const { connection, request, session, line } = client.attempt
  setClient(turn, index, {
    kind: 'connected',
    own: client.own,
    link: { connection, request, session, congested: false },
  })
  if (withholds(turn)) turn.resumptions.push({ line, reply: ok })
  deferred(turn, line, `+CMQTTCONNECT: ${index},${Err.ok}`)
}

const withholds = (turn: Turn): boolean => turn.device.profile.mqtt.connectFailure === 'withheld'

/** A CONNECT that was accepted fails; the SSL binding is cleared, nothing else. */
export function connectFailed(turn: Turn, index: ClientIndex, client: Client, code: number): void {
  if (client.kind !== 'connecting') return
  const { connection, line } = client.attempt
  turn.effects.push({ type: 'destroy', connection })
  setClient(turn, index, disconnected(client.own, true))
  const text = `+CMQTTCONNECT: ${index},${code}`
  if (withholds(turn)) turn.resumptions.push({ line, reply: { final: 'ERROR', lines: [text] } })
  else deferred(turn, line, text)
}

/** The dialer gave up; a TLS alert may come as late as behind the handshake. */
export function dialFailed(turn: Turn, index: ClientIndex, client: Client, reason: DialFailure): void {
  if (client.kind === 'connected') loseConnection(turn, index, client, 'reset')
  else if (client.kind === 'disconnecting') connectionEnded(turn, index, client, 'reset')
  else connectFailed(turn, index, client, dialCode(turn, reason))
}

function dialCode(turn: Turn, reason: DialFailure): number {
  if (reason === 'tls') return turn.device.profile.mqtt.tlsError
  return dialCodes[reason]
}

const dialCodes: Readonly<Record<Exclude<DialFailure, 'tls'>, number>> = {
  dns: Err.dns,
  connect: Err.socketConnect,
  certificate: Err.certificateNotSet,
  tlsTimeout: Err.timeout,
  tlsClosed: Err.closedByServer,
}

type Failure = Extract<SessionEvent, { type: 'failed' }>['reason']

function sessionFailed(turn: Turn, index: ClientIndex, client: Client, reason: Failure): void {
  log(turn, 'warn', failureSentences[reason], { client: index })
  if (client.kind === 'connecting')
    connectFailed(turn, index, client, reason === 'connackTimeout' ? Err.timeout : Err.packet)
  else loseConnection(turn, index, client, 'reset')
}

const failureSentences: Readonly<Record<Failure, string>> = {
  connackTimeout: 'the server accepted the connection and sent no CONNACK in time',
  unexpected: 'the server sent something else before CONNACK',
  pingTimeout: 'the server did not answer PINGREQ in time',
  malformed: 'the server sent a malformed packet',
  tooLarge: 'the server announced a packet over the limit',
}

function operationDone(
  turn: Turn,
  index: ClientIndex,
  client: Client,
  event: Extract<SessionEvent, { type: 'done' }>,
): void {
  if (client.kind !== 'connected') return
  const { pending } = client.link
  if (pending?.packetId !== event.packetId || pending.operation !== event.operation) return
  clearPending(turn, index, client)
  for (const filter of settledFilters(pending, event)) listFilter(turn, index, pending.operation, filter)
  const code = { ok: Err.ok, refused: Err.failed, timeout: Err.timeout }[event.outcome]
  deferred(turn, pending.line, `${pending.command}: ${index},${code}`)
}

/** The filters that the server has accepted, of all that were sent. */
function settledFilters(
  { filters = [] }: PendingOperation,
  { outcome, granted }: Extract<SessionEvent, { type: 'done' }>,
): readonly Uint8Array[] {
  if (granted) return filters.filter((_, i) => (granted[i] ?? refusedFilter) !== refusedFilter)
  return outcome === 'ok' ? filters : []
}

const refusedFilter = 0x80

function clearPending(turn: Turn, index: ClientIndex, client: Extract<Client, { kind: 'connected' }>): void {
  const { pending: _, ...link } = client.link
  setClient(turn, index, { ...client, link })
}

/** What SUB? shows: each acknowledged filter once, in order of subscription. */
function listFilter(
  turn: Turn,
  index: ClientIndex,
  operation: PendingOperation['operation'],
  filter: Uint8Array,
): void {
  const client = clientAt(turn, index)
  if (client.kind === 'free') return
  const text = textOf(filter)
  const others = client.own.filters.filter((known) => textOf(known) !== text)
  if (operation === 'unsubscribe') setOwn(turn, index, { filters: others })
  else if (others.length === client.own.filters.length) setOwn(turn, index, { filters: [...others, filter] })
}

/** The socket took everything, or has more than it can send. */
export function connectionCongested(turn: Turn, index: ClientIndex, client: Client, congested: boolean): void {
  if (client.kind === 'connected') {
    setClient(turn, index, { ...client, link: { ...client.link, congested } })
    if (!congested) publishedToSocket(turn, index, Err.ok)
  }
  if (client.kind === 'disconnecting' && !congested) farewellDone(turn, index, client, Err.ok)
}

/** The result of a QoS 0 publish whose bytes waited for the socket. */
function publishedToSocket(turn: Turn, index: ClientIndex, code: number): void {
  const client = clientAt(turn, index)
  if (client.kind !== 'connected' || client.link.pending?.packetId !== 0) return
  const { line } = client.link.pending
  clearPending(turn, index, client)
  turn.resumptions.push({ line, reply: ok })
  deferred(turn, line, `+CMQTTPUB: ${index},${code}`)
}

function farewellDone(
  turn: Turn,
  index: ClientIndex,
  { own, farewell }: Extract<Client, { kind: 'disconnecting' }>,
  code: number,
): void {
  const { connection, line } = farewell
  turn.effects.push(
    code === Err.ok ? { type: 'close', connection, graceMs: lingerMs } : { type: 'destroy', connection },
  )
  setClient(turn, index, disconnected(own, true))
  turn.resumptions.push({ line, reply: ok })
  deferred(turn, line, `+CMQTTDISC: ${index},${code}`)
}

/** What waits for the socket, and has waited long enough. */
export function expireSocketWaits(turn: Turn, index: ClientIndex): void {
  const client = clientAt(turn, index)
  if (client.kind === 'disconnecting' && client.farewell.deadline <= turn.now)
    farewellDone(turn, index, client, Err.disconnectFailed)
  if (client.kind === 'connected' && (client.link.pending?.deadline ?? Number.POSITIVE_INFINITY) <= turn.now)
    publishedToSocket(turn, index, Err.timeout)
}

/** The peer ended it, or the network did. */
export function connectionEnded(turn: Turn, index: ClientIndex, client: Client, how: 'closed' | 'reset'): void {
  if (client.kind === 'connecting') {
    log(turn, 'warn', 'CONNECT failed: the server ended the connection before CONNACK', { client: index })
    connectFailed(turn, index, client, Err.closedByServer)
  }
  if (client.kind === 'connected') loseConnection(turn, index, client, how)
  if (client.kind === 'disconnecting') farewellDone(turn, index, client, Err.disconnectFailed)
}

/** CONNLOST, behind the results of what was under way. */
export function loseConnection(turn: Turn, index: ClientIndex, client: Client, cause: keyof typeof lossCauses): void {
  if (client.kind !== 'connected') return
  const { own, link } = client
  failPending(turn, index, link)
  keepSession(turn, own, link.request, link.session)
  turn.effects.push({ type: 'destroy', connection: link.connection })
  setClient(turn, index, disconnected(own, false))
  urcText(turn, `${urcs.connectionLost.name}: ${index},${lossCauses[cause]}`)
}

/** The operation under way ends with 6. */
export function failPending(turn: Turn, index: ClientIndex, { pending }: Link): void {
  if (!pending) return
  if (pending.packetId === 0) turn.resumptions.push({ line: pending.line, reply: ok })
  deferred(turn, pending.line, `${pending.command}: ${index},${Err.messageReceive}`)
}

const sessionKey = ({ clientId }: Acquisition, { address }: ConnectRequest): string =>
  `${textOf(clientId)}\n${address.host.toLowerCase()}:${address.port}`

/** What was kept of the session that a CONNECT takes up; a clean one forgets it. */
function takeSession(turn: Turn, own: Acquisition, request: ConnectRequest, clean: boolean): StoredSession {
  if (Object.keys(turn.sessions).length === 0) return emptyStore
  const key = sessionKey(own, request)
  if (!clean) return turn.sessions[key] ?? emptyStore
  const { [key]: _, ...others } = turn.sessions
  turn.sessions = others
  return emptyStore
}

/** Keeps what is in flight, and the packet identifiers, while `clean_session` is 0. */
export function keepSession(turn: Turn, own: Acquisition, request: ConnectRequest, session: Session): void {
  if (request.cleanSession === 0) turn.sessions = { ...turn.sessions, [sessionKey(own, request)]: store(session) }
}
