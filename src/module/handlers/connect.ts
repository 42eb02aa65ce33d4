import type { ClientIndex } from '../../at/commands/mqtt/mqtt-params.ts'
import { type CmeCode, cmeNoNetwork, mqttErr } from '../../at/errors.ts'
import { bytesOf, concat } from '../../at/syntax/bytes.ts'
import type { TlsSettings } from '../../io/net/dialer.ts'
import { activate } from '../cellular/contexts.ts'
import { clockTimeUtc } from '../cellular/real-time-clock.ts'
import { error, ok, okWith, type Reply, type ReplyLine, refuse } from '../core/reply.ts'
import type { AcquiredClient, ClientSlot } from '../core/state.ts'
import { deferred, type StepContext, writableService } from '../core/step-context.ts'
import { clientAt, clientIndices, contextsOf, setClient, withoutConnection } from '../mqtt-service/clients.ts'
import { beginDisconnect } from '../mqtt-service/disconnecting.ts'
import { operationTimeoutMs } from '../mqtt-service/operations.ts'
import { tlsSettings } from '../mqtt-service/ssl-contexts.ts'
import type { MqttHandlers } from './handler-types.ts'

/** §2.2.8, §2.2.9 */
export const connectHandlers: MqttHandlers<'connect' | 'disconnect'> = {
  connect: {
    read: (ctx) => okWith(...clientIndices.map((index) => connectRow(index, clientAt(ctx, index)))),
    connect: (ctx, { clientIndex, serverAddress, cleanSession = 0, ...rest }, line) => {
      const client = clientAt(ctx, clientIndex)
      const { connectWhenConnected, addressWithoutTcp } = ctx.config.profile.mqtt
      if (client.kind === 'connecting') return refuse('+CMQTTCONNECT', clientIndex, mqttErr.busy)
      if (client.kind !== 'acquired') return refuse('+CMQTTCONNECT', clientIndex, connectWhenConnected)
      if (serverAddress.foreign && addressWithoutTcp !== null)
        return refuse('+CMQTTCONNECT', clientIndex, addressWithoutTcp)
      const { started, clients } = contextsOf(ctx)
      const cid = clients[clientIndex]
      const cause = activate(ctx, cid)
      if (cause !== undefined) return contextRefused(ctx, clientIndex, client.acquired, line, cause)
      const connectionId = writableService(ctx).nextConnection++
      const request = { address: serverAddress, cleanSession, ...rest, ...(cid !== started && { cid }) }
      setClient(ctx, clientIndex, {
        kind: 'connecting',
        acquired: client.acquired,
        attempt: { connectionId, line, request },
      })
      const { host, port } = serverAddress
      ctx.effects.push({
        type: 'dial',
        connection: connectionId,
        host,
        port,
        timeoutMs: operationTimeoutMs(client.acquired),
        ...(client.acquired.serverType === 1 && {
          tls: tlsSettingsFor(ctx, clientIndex, client.acquired),
          localTime: clockTimeUtc(ctx),
        }),
      })
      return ctx.config.profile.mqtt.connectFailure === 'withheld' ? 'pending' : ok
    },
  },
  disconnect: {
    read: (ctx) =>
      okWith(
        ...clientIndices.map((index) => `+CMQTTDISC: ${index},${clientAt(ctx, index).kind === 'connected' ? 0 : 1}`),
      ),
    disconnect: (ctx, { clientIndex, timeout = ctx.config.profile.mqtt.discDefaultTimeout }, line) => {
      const client = clientAt(ctx, clientIndex)
      if (client.kind === 'connecting' || client.kind === 'disconnecting')
        return refuse('+CMQTTDISC', clientIndex, mqttErr.busy)
      if (client.kind !== 'connected') return refuse('+CMQTTDISC', clientIndex, mqttErr.noConnection)
      return beginDisconnect(ctx, clientIndex, client, timeout * 1000, line)
    },
  },
}

/** The PDP context of the client is refused, or there is no network for it: CONNECT is accepted and fails. */
function contextRefused(
  ctx: StepContext,
  index: ClientIndex,
  acquired: AcquiredClient,
  line: number,
  cause: CmeCode,
): Reply {
  const code = cause === cmeNoNetwork ? mqttErr.socketConnect : mqttErr.networkNotOpened
  const text = `+CMQTTCONNECT: ${index},${code}`
  setClient(ctx, index, withoutConnection(acquired, true))
  if (ctx.config.profile.mqtt.connectFailure === 'withheld') return { ...error, lines: [text] }
  deferred(ctx, line, text)
  return ok
}

/** The bound context, else the one with the client's own number (§2.2.8). */
const tlsSettingsFor = (ctx: StepContext, index: ClientIndex, acquired: AcquiredClient): TlsSettings =>
  tlsSettings(ctx.service.sslContexts[acquired.sslContext ?? index]!, ctx.config.profile.tls)

/** Parameters are shown only while connected, user name and password in clear text, as in the note. */
function connectRow(index: ClientIndex, client: ClientSlot): ReplyLine {
  if (client.kind !== 'connected') return `+CMQTTCONNECT: ${index}`
  const { address, keepaliveTime, cleanSession, userName, password } = client.connection.request
  const login = [userName, password].flatMap((text) => (text ? [bytesOf(',"'), text, bytesOf('"')] : []))
  const head = [bytesOf(`+CMQTTCONNECT: ${index},"`), address.text, bytesOf(`",${keepaliveTime},${cleanSession}`)]
  return concat([...head, ...login])
}
