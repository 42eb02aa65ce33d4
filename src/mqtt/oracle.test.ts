import { Buffer } from 'node:buffer'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import mqttPacket, { type Packet as TheirPacket } from 'mqtt-packet'
import { expect, test } from 'vitest'
import { concat } from './bytes.ts'
import type { Message, Packet, Qos, Version } from './packet.ts'
import { emptyParser, encode, parse } from './public.ts'

const maxPacketBytes = 300_000
const versions = [3, 4] as const

const utf8 = (value: string): Uint8Array => new TextEncoder().encode(value)
const string = (bytes: Uint8Array): string => Buffer.from(bytes).toString()

const textOf = (minLength: number) => fc.string({ unit: 'binary', minLength, maxLength: 30 }).map(utf8)
const topic = textOf(1)
const lengths = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 0, max: 300 }) },
  { weight: 1, arbitrary: fc.integer({ min: 16_370, max: 16_390 }) },
)
const payload = fc.oneof(
  fc.uint8Array({ maxLength: 60 }),
  lengths.map((length) => new Uint8Array(length).fill(length)),
)
const packetId = fc.integer({ min: 1, max: 65_535 })
const qos = fc.constantFrom<Qos>(0, 1, 2)
const message: fc.Arbitrary<Message> = fc.record({ topic, payload, qos, retain: fc.boolean() })

const connect = (version: Version): fc.Arbitrary<Packet> =>
  fc.record(
    {
      type: fc.constant('connect' as const),
      version: fc.constant(version),
      clientId: textOf(1),
      cleanSession: fc.boolean(),
      keepAlive: fc.integer({ min: 0, max: 65_535 }),
      will: fc.record({ topic, payload: fc.uint8Array({ maxLength: 300 }), qos, retain: fc.boolean() }),
      username: textOf(0),
      password: fc.uint8Array({ maxLength: 30 }),
    },
    { requiredKeys: ['type', 'version', 'clientId', 'cleanSession', 'keepAlive', 'username'] },
  )

const connack = (version: Version): fc.Arbitrary<Packet> =>
  fc.record({
    type: fc.constant('connack' as const),
    sessionPresent: version === 3 ? fc.constant(false) : fc.boolean(),
    returnCode: fc.integer({ min: 0, max: 5 }),
  })

const publish: fc.Arbitrary<Packet> = fc
  .record({ message, dup: fc.boolean(), id: packetId })
  .map(({ message, dup, id }) => ({
    type: 'publish',
    ...message,
    dup: message.qos > 0 && dup,
    packetId: message.qos === 0 ? 0 : id,
  }))

const small: fc.Arbitrary<Packet> = fc.oneof(
  fc.record({ type: fc.constantFrom('puback', 'pubrec', 'pubrel', 'pubcomp', 'unsuback'), packetId }),
  fc.record({ type: fc.constantFrom('pingreq', 'pingresp', 'disconnect') }),
)

const subscription: fc.Arbitrary<Packet> = fc.oneof(
  fc.record({
    type: fc.constant('subscribe' as const),
    packetId,
    filters: fc.array(fc.record({ filter: topic, qos }), { minLength: 1, maxLength: 5 }),
  }),
  fc.record({
    type: fc.constant('suback' as const),
    packetId,
    granted: fc.array(fc.constantFrom(0, 1, 2, 0x80), { minLength: 1, maxLength: 5 }),
  }),
  fc.record({
    type: fc.constant('unsubscribe' as const),
    packetId,
    filters: fc.array(topic, { minLength: 1, maxLength: 5 }),
  }),
)

const packet = (version: Version) => fc.oneof(connect(version), connack(version), publish, small, subscription)

const theirConnect = (packet: Packet & { type: 'connect' }): TheirPacket => {
  const { version, will, username, password } = packet
  return {
    cmd: 'connect',
    protocolId: version === 3 ? 'MQIsdp' : 'MQTT',
    protocolVersion: version,
    clientId: string(packet.clientId),
    clean: packet.cleanSession,
    keepalive: packet.keepAlive,
    ...(will && { will: { ...will, topic: string(will.topic), payload: Buffer.from(will.payload) } }),
    ...(username && { username: string(username) }),
    ...(password && { password: Buffer.from(password) }),
  }
}

const toTheirs = (packet: Packet): TheirPacket => {
  switch (packet.type) {
    case 'connect':
      return theirConnect(packet)
    case 'connack':
      return { cmd: 'connack', sessionPresent: packet.sessionPresent, returnCode: packet.returnCode }
    case 'publish': {
      const { qos, retain, dup, packetId } = packet
      const body = { topic: string(packet.topic), payload: Buffer.from(packet.payload) }
      return { cmd: 'publish', ...body, qos, retain, dup, ...(qos > 0 && { messageId: packetId }) }
    }
    case 'subscribe': {
      const subscriptions = packet.filters.map(({ filter, qos }) => ({ topic: string(filter), qos }))
      return { cmd: 'subscribe', messageId: packet.packetId, subscriptions }
    }
    case 'suback':
      return { cmd: 'suback', messageId: packet.packetId, granted: [...packet.granted] }
    case 'unsubscribe':
      return { cmd: 'unsubscribe', messageId: packet.packetId, unsubscriptions: packet.filters.map(string) }
    case 'pingreq':
    case 'pingresp':
    case 'disconnect':
      return { cmd: packet.type }
    default:
      return { cmd: packet.type, messageId: packet.packetId } as TheirPacket
  }
}

// toEqual takes milliseconds for a few thousand bytes: it only has to show the difference.
const expectSame = (one: unknown, other: unknown): void => {
  if (!isDeepStrictEqual(structuredClone(one), structuredClone(other))) expect(one).toEqual(other)
}

const theyParse = (bytes: Uint8Array, version: Version): TheirPacket[] => {
  const packets: TheirPacket[] = []
  const parser = mqttPacket.parser({ protocolVersion: version })
  parser.on('packet', (packet) => packets.push(packet))
  parser.on('error', (error) => {
    throw error
  })
  parser.parse(Buffer.from(bytes))
  return packets
}

test.each(versions)(
  'MQTT version %i: mqtt-packet writes the same bytes, and parses ours to what we meant',
  (version) => {
    fc.assert(
      fc.property(packet(version), (packet) => {
        const bytes = encode(packet)
        const theirs = toTheirs(packet)
        expect(Buffer.from(bytes).equals(mqttPacket.generate(theirs))).toBe(true)
        expect(theyParse(bytes, version)).toMatchObject([theirs])
      }),
      { numRuns: 1500 },
    )
  },
)

test.each(versions)('MQTT version %i: what mqtt-packet writes parses here to what it meant', (version) => {
  fc.assert(
    fc.property(packet(version), (packet) => {
      const parsed = parse(emptyParser, mqttPacket.generate(toTheirs(packet)), { version, maxPacketBytes })
      expectSame(parsed, { packets: [packet], parser: emptyParser, failure: null })
    }),
    { numRuns: 1500 },
  )
})

const parseCut = (bytes: Uint8Array, cuts: readonly number[], version: Version) => {
  const packets: Packet[] = []
  let parser = emptyParser
  let at = 0
  for (let i = 0; at < bytes.length; i++) {
    const size = cuts[i % cuts.length]!
    const parsed = parse(parser, bytes.slice(at, at + size), { version, maxPacketBytes })
    if (parsed.failure) throw new Error(parsed.failure)
    packets.push(...parsed.packets)
    parser = parsed.parser
    at += size
  }
  return { packets, parser }
}

test.each(versions)('MQTT version %i: however a stream is cut, the same packets come out', (version) => {
  const cuts = fc.array(fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 9000 })), {
    minLength: 1,
    maxLength: 20,
  })
  fc.assert(
    fc.property(fc.array(packet(version), { minLength: 1, maxLength: 8 }), cuts, (packets, cuts) => {
      expectSame(parseCut(concat(packets.map(encode)), cuts, version), { packets, parser: emptyParser })
    }),
    { numRuns: 250 },
  )
})

test('texts that are no UTF-8, and the longest, pass byte for byte', () => {
  for (const topic of [Uint8Array.of(0x61, 0x2f, 0xb4, 0xac), Uint8Array.of(0), new Uint8Array(65_535).fill(0xff)]) {
    const packet: Packet = { type: 'publish', topic, payload: topic, qos: 1, retain: true, dup: true, packetId: 65_535 }
    expect(parse(emptyParser, encode(packet), { version: 4, maxPacketBytes }).packets).toEqual([packet])
  }
})
