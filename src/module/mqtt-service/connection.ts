import type { ClientIndex } from '../../at/commands/mqtt/mqtt-params.ts'
import { mqttErr } from '../../at/errors.ts'
import { receive, type SessionEvent, type SessionStep, tick } from '../../mqtt/public.ts'
import type { ClientSlot } from '../core/state.ts'
import type { StepContext } from '../core/step-context.ts'
import { clientAt, connectionOf, sessionOf, setClient, withSession } from './clients.ts'
import { connackCode, connectAccepted, connectFailed, withAttempt } from './connecting.ts'
import { disconnectDone } from './disconnecting.ts'
import { sessionFailed } from './loss.ts'
import { reportMessage } from './messages.ts'
import { operationDone, publishedToSocket } from './operations.ts'
import { sendPacket } from './sessions.ts'

export function connectionReceived(ctx: StepContext, index: ClientIndex, client: ClientSlot, bytes: Uint8Array): void {
  const session = sessionOf(client)
  if (session) applySessionStep(ctx, index, client, receive(session, bytes, ctx.now))
}

export function connectionTick(ctx: StepContext, index: ClientIndex, client: ClientSlot): void {
  const session = sessionOf(client)
  if (session) applySessionStep(ctx, index, client, tick(session, ctx.now))
}

function applySessionStep(
  ctx: StepContext,
  index: ClientIndex,
  client: ClientSlot,
  { session, events }: SessionStep,
): void {
  if (client.kind === 'connecting') setClient(ctx, index, withAttempt(client, session))
  if (client.kind === 'connected')
    setClient(ctx, index, {
      kind: 'connected',
      acquired: client.acquired,
      connection: withSession(client.connection, session),
    })
  for (const event of events) applySessionEvent(ctx, index, event)
}

function applySessionEvent(ctx: StepContext, index: ClientIndex, event: SessionEvent): void {
  const client = clientAt(ctx, index)
  const connection = connectionOf(client)
  if (connection === undefined) return
  sendPacket(ctx, connection, event)
  if (event.type === 'message') reportMessage(ctx, index, event.message)
  if (event.type === 'accepted') connectAccepted(ctx, index, client)
  if (event.type === 'refused') connectFailed(ctx, index, client, connackCode(event.returnCode))
  if (event.type === 'failed') sessionFailed(ctx, index, client, event.reason)
  if (event.type === 'done') operationDone(ctx, index, client, event)
}

/** The socket has more bytes than it can send, or has sent them all. */
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

/** Ends a DISC or a QoS 0 publish that has waited too long for the socket. */
export function expireSocketWaits(ctx: StepContext, index: ClientIndex): void {
  const client = clientAt(ctx, index)
  if (client.kind === 'disconnecting' && client.pendingDisconnect.deadline <= ctx.now)
    disconnectDone(ctx, index, client, mqttErr.disconnectFailed)
  if (client.kind === 'connected' && (client.connection.pending?.deadline ?? Number.POSITIVE_INFINITY) <= ctx.now)
    publishedToSocket(ctx, index, mqttErr.timeout)
}
