import { expect, test } from 'vitest'
import { concat } from './bytes.ts'
import type { Packet } from './packet.ts'
import {
  emptyParser,
  encode,
  nextTickAt,
  parse,
  publish,
  receive,
  type Session,
  store,
  subscribe,
  tick,
} from './public.ts'
import { connected, frozen, message, text } from './testing.ts'

const maxPacketBytes = 300
type Random = (below: number) => number

/** mulberry32: the same seed gives the same inputs. */
const randomOf = (seed: number): Random => {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const packetIds = [1, 2, 3, 4, 7, 65_535]
const corpus: Uint8Array[] = [
  ...packetIds.flatMap((packetId) => {
    const acknowledgements = ['puback', 'pubrec', 'pubrel', 'pubcomp', 'unsuback'] as const
    const packets: Packet[] = acknowledgements.map((type) => ({ type, packetId }))
    for (const qos of [1, 2] as const) packets.push({ type: 'publish', ...message(qos), dup: false, packetId })
    packets.push({ type: 'suback', packetId, granted: [0] }, { type: 'suback', packetId, granted: [0x80] })
    return packets
  }),
  { type: 'publish', ...message(0, 'topic', 'x'.repeat(200)), dup: false, packetId: 0 } as const,
  { type: 'connack', sessionPresent: true, returnCode: 0 } as const,
  { type: 'pingresp' } as const,
  { type: 'subscribe', packetId: 1, filters: [{ filter: text('a'), qos: 1 }] } as const,
  { type: 'unsubscribe', packetId: 1, filters: [text('a'), text('b')] } as const,
  {
    type: 'connect',
    version: 4,
    clientId: text('c'),
    cleanSession: true,
    keepAlive: 9,
    will: message(1),
    username: text('u'),
    password: text('p'),
  } as const,
].map((packet) => encode(packet))

const mutate = (random: Random, bytes: Uint8Array): Uint8Array => {
  const copy = bytes.slice()
  const at = random(copy.length)
  switch (random(6)) {
    case 0:
      copy[at]! ^= 1 << random(8)
      return copy
    case 1:
      copy[at] = random(256)
      return copy
    case 2:
      return copy.subarray(0, at)
    case 3:
      return concat([copy.subarray(0, at), Uint8Array.of(random(256)), copy.subarray(at)])
    case 4:
      return concat([copy.subarray(0, at), copy.subarray(at + 1)])
    default:
      return Uint8Array.from({ length: random(40) }, () => random(256))
  }
}

const stream = (random: Random, damage: number): Uint8Array => {
  const pick = () => corpus[random(corpus.length)]!
  const packets = Array.from({ length: 1 + random(5) }, () => (random(100) < damage ? mutate(random, pick()) : pick()))
  return concat(packets)
}

const cut = (random: Random, bytes: Uint8Array): Uint8Array[] => {
  const chunks: Uint8Array[] = []
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + random(random(3) === 0 ? 3 : 200)
    chunks.push(bytes.subarray(at, at + size))
    at += size
  }
  return chunks
}

const outcome = (chunks: readonly Uint8Array[], version: 3 | 4) => {
  const packets: Packet[] = []
  let parser = emptyParser
  for (const chunk of chunks) {
    const parsed = parse(parser, chunk, { version, maxPacketBytes })
    packets.push(...parsed.packets)
    parser = parsed.parser
    const kept = parser.pieces.reduce((sum, piece) => sum + piece.buffer.byteLength, 0)
    if (kept !== parser.have || kept >= maxPacketBytes) throw new Error(`${kept} bytes are kept`)
    if (parsed.failure) return { packets, failure: parsed.failure }
  }
  return { packets, failure: null, have: parser.have }
}

test('60,000 damaged streams: the parser never throws, keeps little, and does not mind how they are cut', () => {
  const random = randomOf(1)
  const seen = { null: 0, malformed: 0, tooLarge: 0 }
  for (let i = 0; i < 60_000; i++) {
    const bytes = stream(random, 60)
    const version = random(2) === 0 ? 3 : 4
    const whole = outcome([bytes], version)
    const pieces = outcome(cut(random, bytes), version)
    seen[`${whole.failure}`]++
    if (JSON.stringify(pieces) !== JSON.stringify(whole)) expect(pieces).toEqual(whole)
  }
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(1000)
})

test('what the parser takes for a packet is one: written again it parses to the same', () => {
  const random = randomOf(2)
  for (let i = 0; i < 20_000; i++) {
    for (const packet of parse(emptyParser, stream(random, 60), { version: 4, maxPacketBytes }).packets) {
      const again = parse(emptyParser, encode(packet), { version: 4, maxPacketBytes }).packets
      if (JSON.stringify(again) !== JSON.stringify([packet])) expect(again).toEqual([packet])
    }
  }
})

const busy = (random: Random): Session => {
  let session = connected({ maxPacketBytes }, { lastPacketId: 0, outgoing: [], incoming: [3, 65_535] })
  session = publish(session, message(1), { dup: false, deadline: 100 + random(100) }, 0).session
  session = publish(session, message(2), { dup: false, deadline: 100 + random(100) }, 0).session
  session = subscribe(session, text('a'), 1, 100 + random(100), 0).session
  return frozen(publish(session, message(2), { dup: false, deadline: 100 + random(100) }, 0).session)
}

const expectSound = (session: Session): void => {
  const { outgoing, incoming } = store(session)
  const ids = outgoing.map(({ packetId }) => packetId)
  if (new Set(ids).size !== ids.length || new Set(incoming).size !== incoming.length) throw new Error('an id twice')
  if ([...ids, ...incoming].some((id) => id < 1 || id > 65_535)) throw new Error('an id out of range')
  if (session.phase !== 'ended' && session.parser.have >= maxPacketBytes) throw new Error('too much is kept')
}

test('40,000 damaged streams: a session never throws, stays sound, tells each end once, and is over when it failed', () => {
  const random = randomOf(3)
  let failures = 0
  let done = 0
  for (let i = 0; i < 40_000; i++) {
    let session = busy(random)
    const ended: string[] = []
    let over = false
    for (const chunk of cut(random, stream(random, 25))) {
      const now = random(250)
      const steps = [receive(session, chunk, now)]
      if (random(4) === 0) steps.push(tick(steps[0]!.session, now))
      for (const { events } of steps) {
        if (over && events.length > 0) throw new Error('it goes on after its end')
        for (const event of events) if (event.type === 'done') ended.push(`${event.packetId}`)
        over ||= events.some(({ type }) => type === 'failed')
      }
      session = frozen(steps.at(-1)!.session)
      expectSound(session)
      if (over && nextTickAt(session) !== Infinity) throw new Error('a deadline after the end')
    }
    if (new Set(ended).size !== ended.length) throw new Error(`ended twice: ${ended}`)
    failures += over ? 1 : 0
    done += ended.length
  }
  expect(failures).toBeGreaterThan(5000)
  expect(done).toBeGreaterThan(5000)
})
