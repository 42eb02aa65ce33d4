import { textOf } from '../../at/syntax/bytes.ts'
import type { FaultyConnection } from '../../io/net/faulty-dialer.ts'
import type { Tap } from '../../io/wrappers/tap.ts'
import { type FaultContext, fault } from '../fault.ts'
import { PacketCutter, packetTypes } from '../packets.ts'
import { textParam } from '../params.ts'

/** A server that ends the connection of a client that does what it may not. */
export const policyFaults = [
  fault({
    name: 'policy-closes',
    title: 'The server ends the connection on a PUB or SUB of one topic or filter: 6, then CONNLOST with cause 1.',
    group: 'server',
    reports: [27],
    params: { topic: textParam(1024, 'denied/#', 'what the policy denies, as an MQTT filter') },
    lasts: 'until',
    start({ tapConnections, onStop }, { topic }) {
      tapConnections('out', (link) => policed(link, topic, onStop))
    },
  }),
]

/** Passes on what the module sends, up to a packet that the policy denies. */
function policed(link: FaultyConnection, denied: string, onStop: FaultContext['onStop']): Tap {
  const cutter = new PacketCutter(link.position('out'))
  let passRest = (): void => {}
  onStop(() => passRest())
  return {
    take(bytes, pass) {
      passRest = () => pass(cutter.rest())
      for (const { bytes: packet, whole } of cutter.take(bytes)) {
        if (whole && topicsOf(packet).some((topic) => isCovered(topic, denied))) return link.cut('ended')
        pass(packet)
      }
    },
  }
}

/** The topic of a PUBLISH, the filters of a SUBSCRIBE; of other packets none. */
function topicsOf(packet: Uint8Array): readonly string[] {
  const type = packet[0]! & 0xf0
  const from = bodyStart(packet)
  if (type === packetTypes.publish) return [textAt(packet, from)]
  if (type !== packetTypes.subscribe) return []
  const filters: string[] = []
  for (let at = from + 2; at + 2 < packet.length; at += 2 + filters.at(-1)!.length + 1) filters.push(textAt(packet, at))
  return filters
}

/** Behind the remaining length, of which each byte but the last has its highest bit set. */
const bodyStart = (packet: Uint8Array): number => packet.findIndex((byte, i) => i > 0 && byte < 0x80) + 1

/** A character each byte. */
const textAt = (packet: Uint8Array, at: number): string =>
  textOf(packet.subarray(at + 2, at + 2 + packet[at]! * 256 + packet[at + 1]!))

/** Whether a topic is one of a filter; the wildcards of a topic that is a filter itself count as names. */
export function isCovered(topic: string, filter: string): boolean {
  const levels = topic.split('/')
  const wanted = filter.split('/')
  const rest = wanted.indexOf('#')
  if (rest < 0 ? levels.length !== wanted.length : levels.length < rest) return false
  return wanted.slice(0, rest < 0 ? undefined : rest).every((level, i) => level === '+' || level === levels[i])
}
