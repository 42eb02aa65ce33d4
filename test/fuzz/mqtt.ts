import { concat } from '../../src/mqtt/bytes.ts'
import {
  emptyParser,
  encode,
  nextTickAt,
  type Packet,
  parse,
  publish,
  receive,
  type Session,
  type SessionEvent,
  store,
  subscribe,
  tick,
} from '../../src/mqtt/public.ts'
import { connected, frozen, message, text } from '../../src/mqtt/testing.ts'
import { claim, claimSame, piecesOf } from './claim.ts'

const maxPacketBytes = 300

interface Run {
  readonly packets: readonly Packet[]
  readonly failure: string | null
}

/**
 * The decoder and the session of MQTT. The first byte: 3.1 or 3.1.1, and the size of the pieces. However it is cut, the
 * same packets come out; what is kept of an incomplete one is bounded; a packet written again is the same packet. A
 * session tells each end once, says nothing after its own, and stays sound.
 */
export function mqtt(input: Uint8Array): void {
  const [head = 0] = input
  const bytes = input.subarray(1)
  const version = head & 1 ? 3 : 4
  const pieces = piecesOf(bytes, 1 + ((head >> 1) & 15))
  const whole = decode([bytes], version)
  claimSame(decode(pieces, version), whole, 'cut, it decodes to')
  for (const packet of whole.packets) writtenAgain(packet, version)
  if (whole.failure === null && version === 4 && !whole.packets.some(isOfMqtt31)) claimBytes(whole.packets, bytes)
  follow(pieces)
}

function decode(pieces: readonly Uint8Array[], version: 3 | 4): Run {
  const packets: Packet[] = []
  let parser = emptyParser
  for (const piece of pieces) {
    const parsed = parse(parser, piece, { version, maxPacketBytes })
    packets.push(...parsed.packets)
    parser = parsed.parser
    const kept = parser.pieces.reduce((sum, { buffer }) => sum + buffer.byteLength, 0)
    claim(kept === parser.have && kept < maxPacketBytes, `${kept} bytes are kept of an incomplete packet`)
    if (parsed.failure) return { packets, failure: parsed.failure }
  }
  return { packets, failure: null }
}

function writtenAgain(packet: Packet, version: 3 | 4): void {
  const bytes = encode(packet)
  const again = parse(emptyParser, bytes, { version, maxPacketBytes: bytes.length })
  claimSame(again.packets, [packet], 'written and decoded again, the packet is')
  claimSame(encode(again.packets[0]!), bytes, 'written twice, the bytes are')
}

/** A CONNECT says by itself which version it is of. */
const isOfMqtt31 = (packet: Packet): boolean => packet.type === 'connect' && packet.version === 3

/** 3.1 leaves bits free. In 3.1.1 the only freedom is how long a length is written: as long as what came, it is what came. */
function claimBytes(packets: readonly Packet[], bytes: Uint8Array): void {
  const written = concat(packets.map((packet) => encode(packet)))
  if (written.length === bytes.length) claimSame(written, bytes, 'written again, what came is')
}

/** Has a publish of each QoS and a subscription on the way. */
const busy: Session = begin()

function begin(): Session {
  let session = connected({ maxPacketBytes }, { lastPacketId: 0, outgoing: [], incoming: [3, 65_535] })
  session = publish(session, message(1), { dup: false, deadline: 100 }, 0).session
  session = publish(session, message(2), { dup: false, deadline: 100 }, 0).session
  session = subscribe(session, text('a'), 1, 150, 0).session
  return frozen(publish(session, message(2), { dup: false, deadline: 200 }, 0).session)
}

function follow(pieces: readonly Uint8Array[]): void {
  let session = busy
  const ends = new Set<number>()
  let over = false
  const hear = (events: readonly SessionEvent[]): void => {
    claim(!over || events.length === 0, 'a session goes on after its end')
    for (const event of events) {
      if (event.type === 'done') claim(ends.size < ends.add(event.packetId).size, `${event.packetId} ended twice`)
      over ||= event.type === 'failed'
    }
  }
  pieces.forEach((piece, i) => {
    const received = receive(session, piece, i * 10)
    hear(received.events)
    const ticked = tick(received.session, i * 10)
    hear(ticked.events)
    session = frozen(ticked.session)
    claimSound(session)
    claim(!over || nextTickAt(session) === Number.POSITIVE_INFINITY, 'a deadline after the end')
  })
}

function claimSound(session: Session): void {
  const { outgoing, incoming } = store(session)
  const ids = outgoing.map(({ packetId }) => packetId)
  claim(new Set(ids).size === ids.length && new Set(incoming).size === incoming.length, 'an identifier is used twice')
  claim(![...ids, ...incoming].some((id) => id < 1 || id > 65_535), 'an identifier is out of range')
  claim(session.phase === 'ended' || session.parser.have < maxPacketBytes, 'too much is kept')
}
