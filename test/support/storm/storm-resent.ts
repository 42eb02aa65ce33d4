import type { Module } from '../../../src/module/public.ts'
import { packetType, type RawPacket, readPacket, readPublish } from '../mqtt-bytes.ts'

/**
 * Payloads of QoS 2 that the server publishes again although it has sent PUBREL for them, which MQTT-4.3.3-1 forbids:
 * the module has forgotten them and must take them for new. mosquitto 2.0.11 does that after a CONNECT whose
 * connection was gone before it could answer.
 */
export function watchResent(module: Module): ReadonlySet<string> {
  const resent = new Set<string>()
  const released = new Set<string>()
  const payloads = new Map<number, string>()
  const rests = new Map<number, Buffer>()
  const take = (packet: RawPacket): void => {
    const { type, flags, body } = packet
    if (type === packetType.pubrel) released.add(payloads.get(body.readUInt16BE(0)) ?? '')
    if (type !== packetType.publish || (flags & 6) !== 4) return
    const { packetId, payload } = readPublish(packet)
    const text = payload.toString('latin1')
    payloads.set(packetId, text)
    if (released.has(text)) resent.add(text)
  }
  module.observe({
    line() {},
    connection(connection, direction, bytes) {
      if (direction === 'out') return
      let rest = Buffer.concat([rests.get(connection) ?? Buffer.alloc(0), bytes])
      for (let packet = readPacket(rest); packet; packet = readPacket(rest)) {
        rest = rest.subarray(packet.raw.length)
        take(packet)
      }
      rests.set(connection, rest)
    },
  })
  return resent
}
