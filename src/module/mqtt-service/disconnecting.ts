import type { ClientIndex } from '../../at/commands/mqtt/mqtt-params.ts'
import { mqttErr } from '../../at/errors.ts'
import { disconnect } from '../../mqtt/public.ts'
import { ok, type Reply } from '../core/reply.ts'
import type { ClientSlot } from '../core/state.ts'
import { deferred, type StepContext } from '../core/step-context.ts'
import { setClient, withoutConnection } from './clients.ts'
import { failPending } from './operations.ts'
import { keepSession } from './sessions.ts'

/** How long a socket may take to send what is queued and end, after DISC. */
export const lingerMs = 5000

/** DISC of a connected client; `pending` while its bytes wait for the socket. */
export function beginDisconnect(
  ctx: StepContext,
  index: ClientIndex,
  { acquired, connection }: Extract<ClientSlot, { kind: 'connected' }>,
  timeoutMs: number,
  line: number,
): Reply {
  failPending(ctx, index, connection)
  keepSession(ctx, acquired, connection.request, connection.session)
  ctx.effects.push({ type: 'send', connection: connection.connectionId, bytes: disconnect(connection.session) })
  if (connection.congested && timeoutMs > 0) {
    const pendingDisconnect = { connectionId: connection.connectionId, line, deadline: ctx.now + timeoutMs }
    setClient(ctx, index, { kind: 'disconnecting', acquired, pendingDisconnect })
    return 'pending'
  }
  ctx.effects.push({ type: 'close', connection: connection.connectionId, graceMs: lingerMs })
  setClient(ctx, index, withoutConnection(acquired, true))
  deferred(ctx, line, `${ctx.config.commands.disconnect!.name}: ${index},${mqttErr.ok}`)
  return ok
}

/** Ends a DISC: the socket took its bytes, or did not in time. */
export function disconnectDone(
  ctx: StepContext,
  index: ClientIndex,
  { acquired, pendingDisconnect }: Extract<ClientSlot, { kind: 'disconnecting' }>,
  code: number,
  end: 'destroy' | 'abandon' = 'destroy',
): void {
  const { connectionId, line } = pendingDisconnect
  ctx.effects.push(
    code === mqttErr.ok
      ? { type: 'close', connection: connectionId, graceMs: lingerMs }
      : { type: end, connection: connectionId },
  )
  setClient(ctx, index, withoutConnection(acquired, true))
  ctx.resumptions.push({ line, reply: ok })
  deferred(ctx, line, `${ctx.config.commands.disconnect!.name}: ${index},${code}`)
}
