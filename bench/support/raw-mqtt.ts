import { bytesOf, concat } from '../../src/at/syntax/bytes.ts'
import { encode, type Qos } from '../../src/mqtt/public.ts'
import { payload, topic } from './message.ts'

export const connack = encode({ type: 'connack', sessionPresent: false, returnCode: 0 })
export const pingresp = encode({ type: 'pingresp' })
export const disconnect = encode({ type: 'disconnect' })

export const rawConnect = (clientId: string, keepAlive = 60): Uint8Array =>
  encode({ type: 'connect', version: 4, clientId: bytesOf(clientId), cleanSession: true, keepAlive })

export const rawPublish = (qos: Qos, packetId: number): Uint8Array =>
  encode({ type: 'publish', topic, payload, qos, retain: false, dup: false, packetId })

/** The answer to a SUBSCRIBE whose packet is shorter than 130 bytes. */
export const suback = (subscribe: Uint8Array): Uint8Array =>
  encode({ type: 'suback', packetId: (subscribe[2]! << 8) | subscribe[3]!, granted: [1] })

/** `count` messages, one behind the other. */
export const publishBlock = (qos: 0 | 1, count: number): Uint8Array =>
  concat(Array.from({ length: count }, (_, i) => rawPublish(qos, qos === 0 ? 0 : i + 1)))
