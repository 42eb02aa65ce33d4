import { mqttErr } from '../../at/errors.ts'
import { urcs } from '../../at/urcs.ts'
import type { ClientSlot, ConnectRequest } from '../core/state.ts'
import { type StepContext, urcText, writableCellular, writableService } from '../core/step-context.ts'
import { clientAt, clientIndices } from '../mqtt-service/clients.ts'
import { connectFailed, connectionEnded, loseConnection } from '../mqtt-service/connection.ts'

/** The network under the MQTT service is gone: per connected client CONNLOST, then NONET once; the service stops. */
export function mqttNetworkLost(ctx: StepContext): void {
  if (ctx.service.mqtt.kind === 'stopped') return
  for (const index of clientIndices) {
    const client = clientAt(ctx, index)
    connectFailed(ctx, index, client, mqttErr.socketConnect)
    loseConnection(ctx, index, client, 'network')
    if (client.kind === 'disconnecting') connectionEnded(ctx, index, client, 'reset')
  }
  writableService(ctx).mqtt = { kind: 'stopped' }
  urcText(ctx, urcs.noNetwork.name)
}

/** A PDP context is gone that is not the service's own: the clients that CFG has put on it lose their connections. */
export function mqttContextLost(ctx: StepContext, cid: number): void {
  for (const index of clientIndices) {
    const client = clientAt(ctx, index)
    if (requestOf(client)?.cid !== cid) continue
    connectFailed(ctx, index, client, mqttErr.socketConnect)
    loseConnection(ctx, index, client, 'network')
  }
}

function requestOf(client: ClientSlot): ConnectRequest | undefined {
  if (client.kind === 'connecting') return client.attempt.request
  return client.kind === 'connected' ? client.connection.request : undefined
}

/** The socket service is closed by the network. */
export function socketsLost(ctx: StepContext): void {
  const { cid: _, ...sockets } = ctx.cellular.sockets
  writableCellular(ctx).sockets = sockets
  urcText(ctx, '+CIPEVENT: NETWORK CLOSED UNEXPECTEDLY')
}
