import { concat } from '../../at/syntax/bytes.ts'
import { DelayLine } from '../delay-line.ts'
import { type FaultContext, fault } from '../fault.ts'
import { isAcknowledgement, PacketCutter, packetTypes } from '../packets.ts'
import { choiceParam, wholeParam } from '../params.ts'

/** The MQTT server refuses, is slow, stays silent, answers late, or sends malformed packets. */
export const serverFaults = [
  fault({
    name: 'connack-refused',
    title: 'The server refuses CONNECT with a return code: 1 to 5 come as 27 to 31.',
    group: 'server',
    reports: [17],
    params: { code: wholeParam(1, 255, 5, 'return code of CONNACK') },
    lasts: 'until',
    start: (context, { code }) =>
      perPacket(context, () => (packet, pass) => pass(isType(packet, 'connack') ? connack(code) : packet)),
  }),
  fault({
    name: 'server-silent',
    title: 'The server takes everything and says nothing until the fault ends; its answers come then.',
    group: 'server',
    reports: [7, 9],
    params: {},
    lasts: 'until',
    start: (context) => delayed(context, () => Number.POSITIVE_INFINITY),
  }),
  fault({
    name: 'server-late',
    title: 'The server acknowledges late: PUB, SUB and UNSUB end with 17, or after that time.',
    group: 'server',
    reports: [8, 9],
    params: { afterMs: wholeParam(1, 600_000, 30_000, 'how late, ms') },
    lasts: 'until',
    start(context, { afterMs }) {
      perPacket(context, () => {
        const late = new DelayLine(context.clock)
        context.onStop(() => late.flush())
        return (packet, pass) => {
          if (isAcknowledgement(packet)) late.push(packet, afterMs, pass)
          else pass(packet)
        }
      })
    },
  }),
  fault({
    name: 'server-slow',
    title: 'What the server sends comes in slowly, byte by byte.',
    group: 'server',
    reports: [8],
    params: { bytesPerSecond: wholeParam(1, 1_000_000, 50, 'bytes per second') },
    lasts: 'until',
    start: (context, { bytesPerSecond }) =>
      delayed(context, (clockMs, free) => Math.max(clockMs, free) + 1000 / bytesPerSecond),
  }),
  fault({
    name: 'answers-lost',
    title: 'Packets of the server are lost although the connection stays.',
    group: 'server',
    reports: [22],
    params: {
      packets: choiceParam(['acknowledgements', 'pings', 'messages'], 'acknowledgements', 'which packets'),
    },
    lasts: 'until',
    start(context, { packets }) {
      const lost = {
        acknowledgements: isAcknowledgement,
        pings: (packet: Uint8Array) => isType(packet, 'pingresp'),
        messages: (packet: Uint8Array) => isType(packet, 'publish'),
      }[packets]
      perPacket(context, () => (packet, pass) => lost(packet) || pass(packet))
    },
  }),
  fault({
    name: 'message-redelivered',
    title: 'The server sends each message twice, the second time with DUP: QoS 1 comes twice, QoS 2 once.',
    group: 'server',
    reports: [15],
    params: {},
    lasts: 'until',
    start: (context) =>
      perPacket(context, () => (packet, pass) => pass(isAssured(packet) ? concat([packet, again(packet)]) : packet)),
  }),
  fault({
    name: 'malformed-packet',
    title: 'The server sends bytes that are no MQTT packet: CONNLOST with cause 2.',
    group: 'server',
    reports: [20],
    params: {},
    lasts: 'once',
    start({ dialer, end }) {
      for (const link of dialer.connections()) link.inject(Uint8Array.of(0xf0, 0x00))
      end()
    },
  }),
]

type Change = (packet: Uint8Array, pass: (bytes: Uint8Array) => void) => void

const isType = (packet: Uint8Array, type: keyof typeof packetTypes): boolean =>
  (packet[0]! & 0xf0) === packetTypes[type]
const connack = (code: number): Uint8Array => Uint8Array.of(packetTypes.connack, 2, 0, code)
/** A PUBLISH of QoS 1 or 2. */
const isAssured = (packet: Uint8Array): boolean => isType(packet, 'publish') && (packet[0]! & 0x06) !== 0

function again(packet: Uint8Array): Uint8Array {
  const copy = packet.slice()
  copy[0] = copy[0]! | 0x08
  return copy
}

/**
 * Replaces each packet that servers send, from the first one that begins while the tap is in place. The received part of
 * an incomplete packet is passed on at the end. `make` is called for each connection.
 */
function perPacket({ tapConnections, onStop }: FaultContext, make: () => Change): void {
  tapConnections('in', (link) => {
    const cutter = new PacketCutter(link.position('in'))
    let [busy, over] = [false, false]
    let passRest = (): void => {}
    // A listener may end the fault: the bytes that came with the packet are passed on first.
    onStop(() => {
      over = true
      if (!busy) passRest()
    })
    const change = make()
    return {
      take(bytes, pass) {
        passRest = () => pass(cutter.rest())
        busy = true
        for (const piece of cutter.take(bytes)) {
          if (piece.whole && !over) change(piece.bytes, pass)
          else pass(piece.bytes)
        }
        busy = false
        if (over) passRest()
      },
    }
  })
}

/** Delays each byte that servers send: `due` says when, given now and when the one before is due. */
function delayed(
  { tapConnections, clock, onStop }: FaultContext,
  due: (nowMs: number, freeMs: number) => number,
): void {
  tapConnections('in', () => {
    const line = new DelayLine(clock)
    let free = 0
    onStop(() => line.flush())
    return {
      take(bytes, pass) {
        const now = clock.now()
        for (const byte of bytes) {
          free = due(now, free)
          line.push(Uint8Array.of(byte), free - now, pass)
        }
      },
      held: () => line.held,
    }
  })
}
