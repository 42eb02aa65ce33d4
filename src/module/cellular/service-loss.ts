import { Err } from '../../at/errors.ts'
import { urcs } from '../../at/urcs.ts'
import type { Client, ConnectRequest } from '../core/state.ts'
import { type Turn, urcText } from '../core/step-context.ts'
import { clientAt, clientIndices } from '../mqtt-service/clients.ts'
import { connectFailed, connectionEnded, loseConnection } from '../mqtt-service/connection.ts'

/** The network under the MQTT service is gone: per connected client CONNLOST, then NONET once; the service stops. */
export function mqttNetworkLost(turn: Turn): void {
  if (turn.service.kind === 'stopped') return
  for (const index of clientIndices) {
    const client = clientAt(turn, index)
    connectFailed(turn, index, client, Err.socketConnect)
    loseConnection(turn, index, client, 'network')
    if (client.kind === 'disconnecting') connectionEnded(turn, index, client, 'reset')
  }
  turn.service = { kind: 'stopped' }
  urcText(turn, urcs.noNetwork.name)
}

/** A PDP context is gone that is not the service's own: the clients that CFG has put on it lose their connections. */
export function mqttContextLost(turn: Turn, cid: number): void {
  for (const index of clientIndices) {
    const client = clientAt(turn, index)
    if (requestOf(client)?.cid !== cid) continue
    connectFailed(turn, index, client, Err.socketConnect)
    loseConnection(turn, index, client, 'network')
  }
}

function requestOf(client: Client): ConnectRequest | undefined {
  if (client.kind === 'connecting') return client.attempt.request
  return client.kind === 'connected' ? client.link.request : undefined
}

/** The socket service is closed by the network. */
export function socketsLost(turn: Turn): void {
  const { cid: _, ...sockets } = turn.sockets
  turn.sockets = sockets
  urcText(turn, '+CIPEVENT: NETWORK CLOSED UNEXPECTEDLY')
}
