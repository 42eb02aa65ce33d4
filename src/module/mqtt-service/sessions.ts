import { textOf } from '../../at/syntax/bytes.ts'
import { emptyStore, type Session, type SessionEvent, type StoredSession, store } from '../../mqtt/public.ts'
import type { AcquiredClient, ConnectRequest } from '../core/state.ts'
import { type StepContext, writableService } from '../core/step-context.ts'

export function sendPackets(ctx: StepContext, connection: number, events: readonly SessionEvent[]): void {
  for (const event of events)
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

/** Stores unacknowledged messages and packet identifiers when `clean_session` is 0. */
export function keepSession(
  ctx: StepContext,
  acquired: AcquiredClient,
  request: ConnectRequest,
  session: Session,
): void {
  if (request.cleanSession === 0)
    writableService(ctx).sessions = { ...ctx.service.sessions, [sessionKey(acquired, request)]: store(session) }
}
