import type { ClientIndex } from '../../at/commands/mqtt/mqtt-params.ts'
import { mqttErr } from '../../at/errors.ts'
import { empty } from '../../at/syntax/bytes.ts'
import type { DialFailure } from '../../io/net/dialer.ts'
import { type ConnectOptions, type Message, open, type Session } from '../../mqtt/public.ts'
import { ok } from '../core/reply.ts'
import type { AcquiredClient, ClientSlot, ConnectRequest } from '../core/state.ts'
import { deferred, log, type StepContext } from '../core/step-context.ts'
import { setClient, withoutConnection } from './clients.ts'
import { sendPackets, takeSession } from './sessions.ts'

/** TCP is up: CONNECT goes out. */
export function connectionOpened(ctx: StepContext, index: ClientIndex, client: ClientSlot): void {
  if (client.kind !== 'connecting') return
  const { acquired, attempt } = client
  const options = connectOptions(ctx, acquired, attempt.request)
  const step = open(options, takeSession(ctx, acquired, attempt.request, options.cleanSession), ctx.now)
  setClient(ctx, index, withAttempt(client, step.session))
  sendPackets(ctx, attempt.connectionId, step.events)
}

/** The CONNECT packet, from the acquired client, its staged will, its configuration and the parameters of the command. */
function connectOptions(ctx: StepContext, acquired: AcquiredClient, request: ConnectRequest): ConnectOptions {
  const plain: ConnectOptions = {
    version: acquired.config.version,
    clientId: acquired.clientId,
    cleanSession: request.cleanSession === 1,
    keepAlive: request.keepaliveTime,
    operationTimeoutMs: acquired.config.opTimeout * 1000,
    maxPacketBytes: ctx.config.maxPacketBytes,
  }
  const [will, { userName, password }] = [willOf(ctx, acquired), request]
  if (!will && !userName && !password) return plain
  return { ...plain, ...(will && { will }), ...(userName && { username: userName }), ...(password && { password }) }
}

/** A topic without message is a will with an empty message, QoS 0; a message without topic gives no will. */
function willOf(ctx: StepContext, { staged }: AcquiredClient): Message | undefined {
  if (staged.willTopic) return { topic: staged.willTopic, payload: empty, qos: 0, ...staged.willMessage, retain: false }
  if (staged.willMessage) log(ctx, 'warn', 'a will message without a will topic: CONNECT has no will')
  return undefined
}

type Connecting = Extract<ClientSlot, { kind: 'connecting' }>

/** Written out: a spread costs more than all other work of a CONNECT. */
export function withAttempt(
  { acquired, attempt: { connectionId, request, line } }: Connecting,
  session: Session,
): Connecting {
  return { kind: 'connecting', acquired, attempt: { connectionId, request, line, session } }
}

export function connectAccepted(ctx: StepContext, index: ClientIndex, client: ClientSlot): void {
  if (client.kind !== 'connecting' || !client.attempt.session) return
  const { connectionId, request, session, line } = client.attempt
  setClient(ctx, index, {
    kind: 'connected',
    acquired: client.acquired,
    connection: { connectionId, request, session, congested: false },
  })
  if (withholdsOk(ctx)) ctx.resumptions.push({ line, reply: ok })
  deferred(ctx, line, `${ctx.config.commands.connect!.name}: ${index},${mqttErr.ok}`)
}

/** CONNACK 1–5 are 27–31; any other number is a malformed packet. */
export const connackCode = (returnCode: number): number =>
  returnCode <= 5 ? mqttErr.refusedVersion - 1 + returnCode : mqttErr.packet

/** A CONNECT that was accepted fails; of the client only the SSL binding is cleared. */
export function connectFailed(
  ctx: StepContext,
  index: ClientIndex,
  client: ClientSlot,
  code: number,
  end: 'destroy' | 'abandon' = 'destroy',
): void {
  if (client.kind !== 'connecting') return
  const { connectionId, line } = client.attempt
  ctx.effects.push({ type: end, connection: connectionId })
  setClient(ctx, index, withoutConnection(client.acquired, true))
  const text = `${ctx.config.commands.connect!.name}: ${index},${code}`
  if (withholdsOk(ctx)) ctx.resumptions.push({ line, reply: { final: 'ERROR', lines: [text] } })
  else deferred(ctx, line, text)
}

const withholdsOk = (ctx: StepContext): boolean => ctx.config.profile.mqtt.connectFailure === 'withheld'

export function dialFailureCode({ config: { profile } }: StepContext, reason: DialFailure): number {
  const { tlsError, certificateError, notTlsError, tlsClosedError, tlsCutError } = profile.mqtt
  switch (reason) {
    case 'dns':
      return mqttErr.dns
    case 'connect':
      return mqttErr.socketConnect
    case 'certificate':
      return certificateError
    case 'tls':
      return tlsError
    case 'notTls':
      return notTlsError
    case 'tlsTimeout':
      return mqttErr.timeout
    case 'tlsClosed':
      return tlsClosedError
    case 'tlsCut':
      return tlsCutError
    case 'refused':
      return mqttErr.requireConnection
  }
}
