import { bytesOf, escapeBytes, textOf } from '../../at/syntax/bytes.ts'
import { emptyStore, type Session, type SessionEvent, type StoredSession, store } from '../../mqtt/public.ts'
import type { AcquiredClient, ConnectRequest } from '../core/state.ts'
import { log, type StepContext, writableService } from '../core/step-context.ts'

export function sendPackets(ctx: StepContext, connection: number, events: readonly SessionEvent[]): void {
  for (const event of events) sendPacket(ctx, connection, event)
}

/** Does nothing for an event that is no packet to send. */
export function sendPacket(ctx: StepContext, connection: number, event: SessionEvent): void {
  if (event.type === 'send') ctx.effects.push({ type: 'send', connection, bytes: event.bytes })
}

const sessionKey = ({ clientId }: AcquiredClient, { address }: ConnectRequest): string =>
  `${textOf(clientId)}\n${address.host.toLowerCase()}:${address.port}`

/** The stored session that a CONNECT resumes; with `clean_session` 1 it is deleted instead. */
export function takeSession(
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

/** Sessions that a module keeps: each may be of another client ID, so there would be no end of them. */
const mostSessions = 1000

/** Stores unacknowledged messages and packet identifiers when `clean_session` is 0; the session kept longest goes for it. */
export function keepSession(
  ctx: StepContext,
  acquired: AcquiredClient,
  request: ConnectRequest,
  session: Session,
): void {
  if (request.cleanSession !== 0) return
  const key = sessionKey(acquired, request)
  const { [key]: _, ...others } = ctx.service.sessions
  // A key has a line feed, so it is no number, and the order is that in which sessions were kept.
  const kept = Object.entries(others)
  const forgotten = kept.length < mostSessions ? [] : kept.splice(0, kept.length + 1 - mostSessions)
  for (const [oldest] of forgotten) logForgotten(ctx, oldest)
  writableService(ctx).sessions = Object.fromEntries([...kept, [key, store(session)]])
}

function logForgotten(ctx: StepContext, key: string): void {
  const cut = key.lastIndexOf('\n')
  const fields = { clientId: escapeBytes(bytesOf(key.slice(0, cut))), server: key.slice(cut + 1) }
  log(ctx, 'warn', `MQTT session forgotten: the module keeps ${mostSessions}`, fields)
}
