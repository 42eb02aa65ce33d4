import { Err } from '../../at/errors.ts'
import { bytesOf, concat } from '../../at/syntax/bytes.ts'
import type { TlsSettings } from '../../io/net/dialer.ts'
import { disconnect } from '../../mqtt/public.ts'
import { activate } from '../cellular/contexts.ts'
import { utcNow } from '../cellular/real-time-clock.ts'
import type { Acquisition, Client, ClientIndex } from '../core/state.ts'
import { deferred, type Turn } from '../core/step-context.ts'
import { error, ok, okWith, type Reply, type ReplyLine, refuse } from '../line/reply.ts'
import { clientAt, clientIndices, contextsOf, disconnected, setClient } from '../mqtt-service/clients.ts'
import { failPending, keepSession, lingerMs, operationTimeoutMs } from '../mqtt-service/connection.ts'
import { tlsSettings } from '../mqtt-service/ssl-contexts.ts'
import type { MqttHandlers } from './handlers.ts'

/** §2.2.8, §2.2.9 */
export const connectHandlers: MqttHandlers<'connect' | 'disconnect'> = {
  connect: {
    read: (turn) => okWith(...clientIndices.map((index) => connectRow(index, clientAt(turn, index)))),
    connect: (turn, { clientIndex, serverAddress, cleanSession = 0, ...rest }, line) => {
      const client = clientAt(turn, clientIndex)
      if (client.kind === 'connecting') return refuse('+CMQTTCONNECT', clientIndex, Err.busy)
      if (client.kind !== 'acquired') return refuse('+CMQTTCONNECT', clientIndex, Err.notSupported)
      const { started, clients } = contextsOf(turn)
      const cid = clients[clientIndex]
      if (activate(turn, cid) !== undefined) return withoutContext(turn, clientIndex, client.own, line)
      const connection = turn.nextConnection++
      const request = { address: serverAddress, cleanSession, ...rest, ...(cid !== started && { cid }) }
      setClient(turn, clientIndex, {
        kind: 'connecting',
        own: client.own,
        attempt: { connection, line, request },
      })
      const { host, port } = serverAddress
      turn.effects.push({
        type: 'dial',
        connection,
        host,
        port,
        timeoutMs: operationTimeoutMs(client.own),
        ...(client.own.serverType === 1 && {
          tls: contextFor(turn, clientIndex, client.own),
          localTime: utcNow(turn),
        }),
      })
      return turn.device.profile.mqtt.connectFailure === 'withheld' ? 'withheld' : ok
    },
  },
  disconnect: {
    read: (turn) =>
      okWith(
        ...clientIndices.map((index) => `+CMQTTDISC: ${index},${clientAt(turn, index).kind === 'connected' ? 0 : 1}`),
      ),
    disconnect: (turn, { clientIndex, timeout = turn.device.profile.mqtt.discDefaultTimeout }, line) => {
      const client = clientAt(turn, clientIndex)
      if (client.kind === 'connecting' || client.kind === 'disconnecting')
        return refuse('+CMQTTDISC', clientIndex, Err.busy)
      if (client.kind !== 'connected') return refuse('+CMQTTDISC', clientIndex, Err.noConnection)
      return leave(turn, clientIndex, client, timeout * 1000, line)
    },
  },
}

/** The network refuses the PDP context of the client: CONNECT is accepted and fails. */
function withoutContext(turn: Turn, index: ClientIndex, own: Acquisition, line: number): Reply {
  const text = `+CMQTTCONNECT: ${index},${Err.networkNotOpened}`
  setClient(turn, index, disconnected(own, true))
  if (turn.device.profile.mqtt.connectFailure === 'withheld') return { ...error, lines: [text] }
  deferred(turn, line, text)
  return ok
}

/** The bound context, else the one with the client's own number (§2.2.8). */
const contextFor = (turn: Turn, index: ClientIndex, own: Acquisition): TlsSettings =>
  tlsSettings(turn.sslContexts[own.sslContext ?? index]!)

function leave(
  turn: Turn,
  index: ClientIndex,
  { own, link }: Extract<Client, { kind: 'connected' }>,
  timeoutMs: number,
  line: number,
): Reply {
  failPending(turn, index, link)
  keepSession(turn, own, link.request, link.session)
  turn.effects.push({ type: 'send', connection: link.connection, bytes: disconnect(link.session) })
  if (link.congested && timeoutMs > 0) {
    const farewell = { connection: link.connection, line, deadline: turn.now + timeoutMs }
    setClient(turn, index, { kind: 'disconnecting', own, farewell })
    return 'withheld'
  }
  turn.effects.push({ type: 'close', connection: link.connection, graceMs: lingerMs })
  setClient(turn, index, disconnected(own, true))
  deferred(turn, line, `+CMQTTDISC: ${index},${Err.ok}`)
  return ok
}

/** The parameters only while connected, user name and password in clear: the note's form. */
function connectRow(index: ClientIndex, client: Client): ReplyLine {
  if (client.kind !== 'connected') return `+CMQTTCONNECT: ${index}`
  const { address, keepaliveTime, cleanSession, userName, password } = client.link.request
  const login = [userName, password].flatMap((text) => (text ? [bytesOf(',"'), text, bytesOf('"')] : []))
  const head = [bytesOf(`+CMQTTCONNECT: ${index},"`), address.text, bytesOf(`",${keepaliveTime},${cleanSession}`)]
  return concat([...head, ...login])
}
