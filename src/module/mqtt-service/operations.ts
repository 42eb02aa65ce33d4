import type { ClientIndex } from '../../at/commands/mqtt/mqtt-params.ts'
import { mqttErr } from '../../at/errors.ts'
import { textOf } from '../../at/syntax/bytes.ts'
import type { SessionEvent } from '../../mqtt/public.ts'
import { ok } from '../core/reply.ts'
import type { AcquiredClient, ClientSlot, PendingOperation, SlotConnection } from '../core/state.ts'
import { deferred, type StepContext } from '../core/step-context.ts'
import { clientAt, setAcquired, setClient } from './clients.ts'

export const operationTimeoutMs = (acquired: AcquiredClient): number => acquired.config.opTimeout * 1000
export const operationDeadline = (ctx: StepContext, acquired: AcquiredClient): number =>
  ctx.now + operationTimeoutMs(acquired)

export function operationDone(
  ctx: StepContext,
  index: ClientIndex,
  client: ClientSlot,
  event: Extract<SessionEvent, { type: 'done' }>,
): void {
  if (client.kind !== 'connected') return
  const { pending } = client.connection
  if (pending?.packetId !== event.packetId || pending.operation !== event.operation) return
  clearPending(ctx, index, client)
  for (const filter of acceptedFilters(pending, event)) listFilter(ctx, index, pending.operation, filter)
  deferred(ctx, pending.line, `${pending.command}: ${index},${codes[event.outcome]}`)
}

const codes = { ok: mqttErr.ok, refused: mqttErr.failed, timeout: mqttErr.timeout } as const

/** The filters that the server has accepted, of all that were sent. */
function acceptedFilters(
  { filters = [] }: PendingOperation,
  { outcome, granted }: Extract<SessionEvent, { type: 'done' }>,
): readonly Uint8Array[] {
  if (granted) return filters.filter((_, i) => (granted[i] ?? refusedFilter) !== refusedFilter)
  return outcome === 'ok' ? filters : []
}

const refusedFilter = 0x80

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

/** The result of a QoS 0 publish whose bytes waited for the socket. */
export function publishedToSocket(ctx: StepContext, index: ClientIndex, code: number): void {
  const client = clientAt(ctx, index)
  if (client.kind !== 'connected' || client.connection.pending?.packetId !== 0) return
  const { line, command } = client.connection.pending
  clearPending(ctx, index, client)
  ctx.resumptions.push({ line, reply: ok })
  deferred(ctx, line, `${command}: ${index},${code}`)
}

/** The pending operation ends with 6. */
export function failPending(ctx: StepContext, index: ClientIndex, { pending }: SlotConnection): void {
  if (!pending) return
  if (pending.packetId === 0) ctx.resumptions.push({ line: pending.line, reply: ok })
  deferred(ctx, pending.line, `${pending.command}: ${index},${mqttErr.messageReceive}`)
}

function clearPending(ctx: StepContext, index: ClientIndex, client: Extract<ClientSlot, { kind: 'connected' }>): void {
  const { connectionId, request, session, congested } = client.connection
  setClient(ctx, index, {
    kind: 'connected',
    acquired: client.acquired,
    connection: { connectionId, request, session, congested },
  })
}
