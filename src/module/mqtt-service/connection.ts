import { mqttErr } from '../../at/errors.ts'
import { textOf } from '../../at/syntax/bytes.ts'
import { lossCauses, urcs } from '../../at/urcs.ts'
import type { DialFailure } from '../../io/net/dialer.ts'
import {
  emptyStore,
  open,
  receive,
  type Session,
  type SessionEvent,
  type SessionStep,
  type StoredSession,
  store,
  tick,
} from '../../mqtt/public.ts'
import type {
  AcquiredClient,
  ClientIndex,
  ClientSlot,
  ConnectRequest,
  PendingOperation,
  SlotConnection,
} from '../core/state.ts'
import { deferred, log, type StepContext, urcText, writableService } from '../core/step-context.ts'
import { ok } from '../line/reply.ts'
import { clientAt, clientIndices, disconnected, setAcquired, setClient } from './clients.ts'
import { connectOptions } from './connect-options.ts'
import { reportMessage } from './messages.ts'

/** How long a socket may take to send what is queued and end, after DISC. */
export const lingerMs = 5000

export const operationTimeoutMs = (acquired: AcquiredClient): number => acquired.config.opTimeout * 1000
export const operationDeadline = (ctx: StepContext, acquired: AcquiredClient): number =>
  ctx.now + operationTimeoutMs(acquired)

export function send(ctx: StepContext, connection: number, events: readonly SessionEvent[]): void {
  for (const event of events)
    if (event.type === 'send') ctx.effects.push({ type: 'send', connection, bytes: event.bytes })
}

/** The slot and client that a connection belongs to; undefined when it was given up meanwhile. */
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

/** TCP is up: CONNECT goes out. */
export function connectionOpened(ctx: StepContext, index: ClientIndex, client: ClientSlot): void {
  if (client.kind !== 'connecting') return
  const { acquired, attempt } = client
  const options = connectOptions(ctx, acquired, attempt.request)
  const step = open(options, takeSession(ctx, acquired, attempt.request, options.cleanSession), ctx.now)
  setClient(ctx, index, withAttempt(client, step.session))
  send(ctx, attempt.connectionId, step.events)
}

type Connecting = Extract<ClientSlot, { kind: 'connecting' }>

/** Written out: a spread costs more than the rest of a CONNECT. */
function withAttempt({ acquired, attempt: { connectionId, request, line } }: Connecting, session: Session): Connecting {
  return { kind: 'connecting', acquired, attempt: { connectionId, request, line, session } }
}

export function connectionReceived(ctx: StepContext, index: ClientIndex, client: ClientSlot, bytes: Uint8Array): void {
  const session = sessionOf(client)
  if (session) applyStep(ctx, index, client, receive(session, bytes, ctx.now))
}

export function connectionTick(ctx: StepContext, index: ClientIndex, client: ClientSlot): void {
  const session = sessionOf(client)
  if (session) applyStep(ctx, index, client, tick(session, ctx.now))
}

export function sessionOf(client: ClientSlot): Session | undefined {
  if (client.kind === 'connecting') return client.attempt.session
  return client.kind === 'connected' ? client.connection.session : undefined
}

function applyStep(ctx: StepContext, index: ClientIndex, client: ClientSlot, { session, events }: SessionStep): void {
  if (client.kind === 'connecting') setClient(ctx, index, withAttempt(client, session))
  if (client.kind === 'connected')
    setClient(ctx, index, {
      kind: 'connected',
      acquired: client.acquired,
      connection: { ...client.connection, session },
    })
  for (const event of events) applyEvent(ctx, index, event)
}

function applyEvent(ctx: StepContext, index: ClientIndex, event: SessionEvent): void {
  const client = clientAt(ctx, index)
  const connection = connectionOf(client)
  if (connection === undefined) return
  if (event.type === 'send') ctx.effects.push({ type: 'send', connection, bytes: event.bytes })
  if (event.type === 'message') reportMessage(ctx, index, event.message)
  if (event.type === 'accepted') accepted(ctx, index, client)
  if (event.type === 'refused') connectFailed(ctx, index, client, refusalCode(event.returnCode))
  if (event.type === 'failed') sessionFailed(ctx, index, client, event.reason)
  if (event.type === 'done') operationDone(ctx, index, client, event)
}

/** CONNACK 1–5 are 27–31; any other number is no CONNACK. */
const refusalCode = (returnCode: number): number =>
  returnCode <= 5 ? mqttErr.refusedVersion - 1 + returnCode : mqttErr.packet

function accepted(ctx: StepContext, index: ClientIndex, client: ClientSlot): void {
  if (client.kind !== 'connecting' || !client.attempt.session) return
  const { connectionId, request, session, line } = client.attempt
  setClient(ctx, index, {
    kind: 'connected',
    acquired: client.acquired,
    connection: { connectionId, request, session, congested: false },
  })
  if (withholds(ctx)) ctx.resumptions.push({ line, reply: ok })
  deferred(ctx, line, `+CMQTTCONNECT: ${index},${mqttErr.ok}`)
}

const withholds = (ctx: StepContext): boolean => ctx.config.profile.mqtt.connectFailure === 'withheld'

/** A CONNECT that was accepted fails; the SSL binding is cleared, nothing else. */
export function connectFailed(ctx: StepContext, index: ClientIndex, client: ClientSlot, code: number): void {
  if (client.kind !== 'connecting') return
  const { connectionId, line } = client.attempt
  ctx.effects.push({ type: 'destroy', connection: connectionId })
  setClient(ctx, index, disconnected(client.acquired, true))
  const text = `+CMQTTCONNECT: ${index},${code}`
  if (withholds(ctx)) ctx.resumptions.push({ line, reply: { final: 'ERROR', lines: [text] } })
  else deferred(ctx, line, text)
}

/** The dialer gave up; a TLS alert may come as late as behind the handshake. */
export function dialFailed(ctx: StepContext, index: ClientIndex, client: ClientSlot, reason: DialFailure): void {
  if (client.kind === 'connected') loseConnection(ctx, index, client, 'reset')
  else if (client.kind === 'disconnecting') connectionEnded(ctx, index, client, 'reset')
  else connectFailed(ctx, index, client, dialCode(ctx, reason))
}

function dialCode(ctx: StepContext, reason: DialFailure): number {
  if (reason === 'tls') return ctx.config.profile.mqtt.tlsError
  return dialCodes[reason]
}

const dialCodes: Readonly<Record<Exclude<DialFailure, 'tls'>, number>> = {
  dns: mqttErr.dns,
  connect: mqttErr.socketConnect,
  certificate: mqttErr.certificateNotSet,
  tlsTimeout: mqttErr.timeout,
  tlsClosed: mqttErr.closedByServer,
}

type Failure = Extract<SessionEvent, { type: 'failed' }>['reason']

function sessionFailed(ctx: StepContext, index: ClientIndex, client: ClientSlot, reason: Failure): void {
  log(ctx, 'warn', failureSentences[reason], { client: index })
  if (client.kind === 'connecting')
    connectFailed(ctx, index, client, reason === 'connackTimeout' ? mqttErr.timeout : mqttErr.packet)
  else loseConnection(ctx, index, client, 'reset')
}

const failureSentences: Readonly<Record<Failure, string>> = {
  connackTimeout: 'the server accepted the connection and sent no CONNACK in time',
  unexpected: 'the server sent something else before CONNACK',
  pingTimeout: 'the server did not answer PINGREQ in time',
  malformed: 'the server sent a malformed packet',
  tooLarge: 'the server announced a packet over the limit',
}

function operationDone(
  ctx: StepContext,
  index: ClientIndex,
  client: ClientSlot,
  event: Extract<SessionEvent, { type: 'done' }>,
): void {
  if (client.kind !== 'connected') return
  const { pending } = client.connection
  if (pending?.packetId !== event.packetId || pending.operation !== event.operation) return
  clearPending(ctx, index, client)
  for (const filter of settledFilters(pending, event)) listFilter(ctx, index, pending.operation, filter)
  const code = { ok: mqttErr.ok, refused: mqttErr.failed, timeout: mqttErr.timeout }[event.outcome]
  deferred(ctx, pending.line, `${pending.command}: ${index},${code}`)
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

function clearPending(ctx: StepContext, index: ClientIndex, client: Extract<ClientSlot, { kind: 'connected' }>): void {
  const { pending: _, ...connection } = client.connection
  setClient(ctx, index, { ...client, connection })
}

/** What SUB? shows: each acknowledged filter once, in order of subscription. */
function listFilter(
  ctx: StepContext,
  index: ClientIndex,
  operation: PendingOperation['operation'],
  filter: Uint8Array,
): void {
  const client = clientAt(ctx, index)
  if (client.kind === 'free') return
  const text = textOf(filter)
  const others = client.acquired.filters.filter((known) => textOf(known) !== text)
  if (operation === 'unsubscribe') setAcquired(ctx, index, { filters: others })
  else if (others.length === client.acquired.filters.length) setAcquired(ctx, index, { filters: [...others, filter] })
}

/** The socket took everything, or has more than it can send. */
export function connectionCongested(
  ctx: StepContext,
  index: ClientIndex,
  client: ClientSlot,
  congested: boolean,
): void {
  if (client.kind === 'connected') {
    setClient(ctx, index, { ...client, connection: { ...client.connection, congested } })
    if (!congested) publishedToSocket(ctx, index, mqttErr.ok)
  }
  if (client.kind === 'disconnecting' && !congested) disconnectDone(ctx, index, client, mqttErr.ok)
}

/** The result of a QoS 0 publish whose bytes waited for the socket. */
function publishedToSocket(ctx: StepContext, index: ClientIndex, code: number): void {
  const client = clientAt(ctx, index)
  if (client.kind !== 'connected' || client.connection.pending?.packetId !== 0) return
  const { line } = client.connection.pending
  clearPending(ctx, index, client)
  ctx.resumptions.push({ line, reply: ok })
  deferred(ctx, line, `+CMQTTPUB: ${index},${code}`)
}

function disconnectDone(
  ctx: StepContext,
  index: ClientIndex,
  { acquired, pendingDisconnect }: Extract<ClientSlot, { kind: 'disconnecting' }>,
  code: number,
): void {
  const { connectionId, line } = pendingDisconnect
  ctx.effects.push(
    code === mqttErr.ok
      ? { type: 'close', connection: connectionId, graceMs: lingerMs }
      : { type: 'destroy', connection: connectionId },
  )
  setClient(ctx, index, disconnected(acquired, true))
  ctx.resumptions.push({ line, reply: ok })
  deferred(ctx, line, `+CMQTTDISC: ${index},${code}`)
}

/** What waits for the socket, and has waited long enough. */
export function expireSocketWaits(ctx: StepContext, index: ClientIndex): void {
  const client = clientAt(ctx, index)
  if (client.kind === 'disconnecting' && client.pendingDisconnect.deadline <= ctx.now)
    disconnectDone(ctx, index, client, mqttErr.disconnectFailed)
  if (client.kind === 'connected' && (client.connection.pending?.deadline ?? Number.POSITIVE_INFINITY) <= ctx.now)
    publishedToSocket(ctx, index, mqttErr.timeout)
}

/** The peer ended it, or the network did. */
export function connectionEnded(
  ctx: StepContext,
  index: ClientIndex,
  client: ClientSlot,
  how: 'closed' | 'reset',
): void {
  if (client.kind === 'connecting') {
    log(ctx, 'warn', 'CONNECT failed: the server ended the connection before CONNACK', { client: index })
    connectFailed(ctx, index, client, mqttErr.closedByServer)
  }
  if (client.kind === 'connected') loseConnection(ctx, index, client, how)
  if (client.kind === 'disconnecting') disconnectDone(ctx, index, client, mqttErr.disconnectFailed)
}

/** CONNLOST, behind the results of what was under way. */
export function loseConnection(
  ctx: StepContext,
  index: ClientIndex,
  client: ClientSlot,
  cause: keyof typeof lossCauses,
): void {
  if (client.kind !== 'connected') return
  const { acquired, connection } = client
  failPending(ctx, index, connection)
  keepSession(ctx, acquired, connection.request, connection.session)
  ctx.effects.push({ type: 'destroy', connection: connection.connectionId })
  setClient(ctx, index, disconnected(acquired, false))
  urcText(ctx, `${urcs.connectionLost.name}: ${index},${lossCauses[cause]}`)
}

/** The operation under way ends with 6. */
export function failPending(ctx: StepContext, index: ClientIndex, { pending }: SlotConnection): void {
  if (!pending) return
  if (pending.packetId === 0) ctx.resumptions.push({ line: pending.line, reply: ok })
  deferred(ctx, pending.line, `${pending.command}: ${index},${mqttErr.messageReceive}`)
}

const sessionKey = ({ clientId }: AcquiredClient, { address }: ConnectRequest): string =>
  `${textOf(clientId)}\n${address.host.toLowerCase()}:${address.port}`

/** What was kept of the session that a CONNECT takes up; a clean one forgets it. */
function takeSession(
  ctx: StepContext,
  acquired: AcquiredClient,
  request: ConnectRequest,
  clean: boolean,
): StoredSession {
  if (Object.keys(ctx.service.sessions).length === 0) return emptyStore
  const key = sessionKey(acquired, request)
  if (!clean) return ctx.service.sessions[key] ?? emptyStore
  const { [key]: _, ...others } = ctx.service.sessions
  writableService(ctx).sessions = others
  return emptyStore
}

/** Keeps what is in flight, and the packet identifiers, while `clean_session` is 0. */
export function keepSession(
  ctx: StepContext,
  acquired: AcquiredClient,
  request: ConnectRequest,
  session: Session,
): void {
  if (request.cleanSession === 0)
    writableService(ctx).sessions = { ...ctx.service.sessions, [sessionKey(acquired, request)]: store(session) }
}
