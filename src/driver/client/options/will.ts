import { ClientError } from '../errors.ts'
import type { QoS } from '../packets.ts'
import type { Will } from './options.ts'
import { checkTopic } from './topics.ts'
import type { Unsupported } from './unsupported.ts'

export interface WillSettings {
  readonly topic: string
  readonly payload: Uint8Array
  readonly qos: QoS
}

const longest = 1024

/** A will as the module can send it. */
export function willOf(will: Will, unsupported: Unsupported): WillSettings {
  const { topic, qos } = will
  if (will.retain)
    unsupported.leaveOut(
      'The module can not retain a will: leave out will.retain.',
      'The module can not retain a will: it is sent, and not retained. Who subscribes after that does not get it.',
    )
  unsupported.leaveOut5(will, ['properties'])
  checkTopic(topic, 'topic')
  if (qos && qos !== 1 && qos !== 2) throw new ClientError('invalid', `will.qos is ${qos}: give 0, 1 or 2.`)
  const payload = payloadOf(will.payload)
  return { topic, payload, qos: qosOf(qos || 0, payload, unsupported) }
}

function payloadOf(given: unknown): Uint8Array {
  const payload = given ?? ''
  const bytes = typeof payload === 'string' ? new TextEncoder().encode(payload) : payload
  if (!(bytes instanceof Uint8Array)) throw new ClientError('invalid', 'will.payload must be a string or bytes.')
  if (bytes.length <= longest) return bytes
  throw new ClientError('invalid', `The will has ${bytes.length} bytes, the module takes ${longest} at most.`)
}

function qosOf(qos: QoS, payload: Uint8Array, unsupported: Unsupported): QoS {
  if (payload.length > 0 || qos === 0) return qos
  unsupported.leaveOut(
    'The module sends an empty will with QoS 0 only: give it a payload, or QoS 0.',
    `The module sends an empty will with QoS 0 only, not with ${qos}: the server may lose it on its way to subscribers.`,
  )
  return 0
}
