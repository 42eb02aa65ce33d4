import { empty } from '../../at/syntax/bytes.ts'
import type { ConnectOptions, Message } from '../../mqtt/public.ts'
import type { AcquiredClient, ConnectRequest } from '../core/state.ts'
import { log, type StepContext } from '../core/step-context.ts'

/** What CONNECT says on the wire, from what was acquired, staged, configured and given. */
export function connectOptions(ctx: StepContext, acquired: AcquiredClient, request: ConnectRequest): ConnectOptions {
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

/** A topic without message is a will with an empty message, QoS 0; a message without topic is none. */
function willOf(ctx: StepContext, { staged }: AcquiredClient): Message | undefined {
  if (staged.willTopic) return { topic: staged.willTopic, payload: empty, qos: 0, ...staged.willMessage, retain: false }
  if (staged.willMessage) log(ctx, 'warn', 'a will message without a will topic: CONNECT has no will')
  return undefined
}
