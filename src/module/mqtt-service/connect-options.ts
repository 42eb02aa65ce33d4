import { empty } from '../../at/syntax/bytes.ts'
import type { ConnectOptions, Message } from '../../mqtt/public.ts'
import type { Acquisition, ConnectRequest } from '../core/state.ts'
import { log, type Turn } from '../core/step-context.ts'

/** What CONNECT says on the wire, from what was acquired, staged, configured and given. */
export function connectOptions(turn: Turn, own: Acquisition, request: ConnectRequest): ConnectOptions {
  const plain: ConnectOptions = {
    version: own.config.version,
    clientId: own.clientId,
    cleanSession: request.cleanSession === 1,
    keepAlive: request.keepaliveTime,
    operationTimeoutMs: own.config.opTimeout * 1000,
    maxPacketBytes: turn.device.maxPacketBytes,
  }
  const [will, { userName, password }] = [willOf(turn, own), request]
  if (!will && !userName && !password) return plain
  return { ...plain, ...(will && { will }), ...(userName && { username: userName }), ...(password && { password }) }
}

/** A topic without message is a will with an empty message, QoS 0; a message without topic is none. */
function willOf(turn: Turn, { staged }: Acquisition): Message | undefined {
  if (staged.willTopic) return { topic: staged.willTopic, payload: empty, qos: 0, ...staged.willMessage, retain: false }
  if (staged.willMessage) log(turn, 'warn', 'a will message without a will topic: CONNECT has no will')
  return undefined
}
