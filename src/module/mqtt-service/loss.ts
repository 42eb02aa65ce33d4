import type { ClientIndex } from '../../at/commands/mqtt/mqtt-params.ts'
import { mqttErr } from '../../at/errors.ts'
import { lossCauses, urcs } from '../../at/urcs.ts'
import type { DialFailure } from '../../io/net/dialer.ts'
import type { SessionEvent } from '../../mqtt/public.ts'
import type { ClientSlot, ConnectRequest } from '../core/state.ts'
import { log, type StepContext, urcText, writableService } from '../core/step-context.ts'
import { clientAt, clientIndices, lossEffect, setClient, withoutConnection } from './clients.ts'
import { connectFailed, dialFailureCode } from './connecting.ts'
import { disconnectDone } from './disconnecting.ts'
import { failPending } from './operations.ts'
import { keepSession } from './sessions.ts'

/** A connected client loses its connection: the pending operation fails, then CONNLOST. */
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
  const end = cause === 'network' ? lossEffect(ctx) : 'destroy'
  ctx.effects.push({ type: end, connection: connection.connectionId })
  setClient(ctx, index, withoutConnection(acquired, false))
  urcText(ctx, `${urcs.connectionLost.name}: ${index},${lossCauses[cause]}`)
}

/** The peer or the network ended a connection. */
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

/** The dialer failed. After the handshake too: a TLS alert may arrive late. */
export function dialFailed(ctx: StepContext, index: ClientIndex, client: ClientSlot, reason: DialFailure): void {
  if (client.kind === 'connected') loseConnection(ctx, index, client, 'reset')
  else if (client.kind === 'disconnecting') connectionEnded(ctx, index, client, 'reset')
  else connectFailed(ctx, index, client, dialFailureCode(ctx, reason))
}

type Failure = Extract<SessionEvent, { type: 'failed' }>['reason']

export function sessionFailed(ctx: StepContext, index: ClientIndex, client: ClientSlot, reason: Failure): void {
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

/** The PDP context of the MQTT service is gone: CONNLOST for each connected client, then NONET once; the service stops. */
export function mqttNetworkLost(ctx: StepContext): void {
  if (ctx.service.mqtt.kind === 'stopped') return
  for (const index of clientIndices) {
    const client = clientAt(ctx, index)
    connectFailed(ctx, index, client, mqttErr.socketConnect, lossEffect(ctx))
    loseConnection(ctx, index, client, 'network')
    if (client.kind === 'disconnecting') disconnectDone(ctx, index, client, mqttErr.disconnectFailed, lossEffect(ctx))
  }
  writableService(ctx).mqtt = { kind: 'stopped' }
  urcText(ctx, urcs.noNetwork.name)
}

/** Another PDP context is gone: the clients that use it by CFG `cid` or `scid` lose their connections. */
export function mqttContextLost(ctx: StepContext, cid: number): void {
  for (const index of clientIndices) {
    const client = clientAt(ctx, index)
    if (requestOf(client)?.cid !== cid) continue
    connectFailed(ctx, index, client, mqttErr.socketConnect, lossEffect(ctx))
    loseConnection(ctx, index, client, 'network')
  }
}

function requestOf(client: ClientSlot): ConnectRequest | undefined {
  if (client.kind === 'connecting') return client.attempt.request
  return client.kind === 'connected' ? client.connection.request : undefined
}
