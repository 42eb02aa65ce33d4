import { Err } from '../../at/commands/err.ts'
import { urcs } from '../../at/commands/urc.ts'
import { clientAt, clientIndices } from '../service/clients.ts'
import { connectFailed, connectionEnded, loseConnection } from '../service/connection.ts'
import { type Turn, urcText } from '../turn.ts'

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

/** The socket service is closed by the network. */
export function socketsLost(turn: Turn): void {
  const { cid: _, ...sockets } = turn.sockets
  turn.sockets = sockets
  urcText(turn, '+CIPEVENT: NETWORK CLOSED UNEXPECTEDLY')
}
