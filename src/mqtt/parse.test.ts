import { Buffer } from 'node:buffer'
import { expect, test } from 'vitest'
import { concat } from './bytes.ts'
import type { Packet, Version } from './packet.ts'
import { emptyParser, encode, type Parser, parse } from './public.ts'
import { frozen, incoming, text, unhex } from './testing.ts'

const options = { version: 4, maxPacketBytes: 1000 } as const

const malformed: [string, string][] = [
  ['type 0', '00'],
  ['type 15', 'f000'],
  ['CONNACK with flags', '2102 0000'],
  ['PUBLISH with QoS 3', '36 07 0001 61 0001 6161'],
  ['PUBLISH with QoS 0 and DUP', '38 03 0001 61'],
  ['PUBACK with flags', '4202 0001'],
  ['PUBREL without flags', '6002 0001'],
  ['PUBREL with DUP', '6a02 0001'],
  ['SUBSCRIBE without flags', '8006 0001 0001 61 00'],
  ['PINGRESP with flags', 'd100'],
  ['remaining length of five bytes', '30 ff ff ff ff 01'],
  ['CONNACK too short', '2001 00'],
  ['CONNACK empty', '2000'],
  ['CONNACK too long', '2003 000000'],
  ['CONNACK with reserved bits', '2002 0200'],
  ['PUBLISH empty', '3000'],
  ['PUBLISH of one byte', '3001 00'],
  ['PUBLISH without topic', '3003 0000 61'],
  ['PUBLISH whose topic exceeds it', '3004 0003 6161'],
  ['PUBLISH whose packet id exceeds it', '3204 0001 61 00'],
  ['PUBLISH with packet id 0', '3205 0001 61 0000'],
  ['PUBACK empty', '4000'],
  ['PUBACK too short', '4001 00'],
  ['PUBACK too long', '4003 0001 00'],
  ['PUBACK with packet id 0', '4002 0000'],
  ['SUBACK without code', '9002 0001'],
  ['SUBACK empty', '9000'],
  ['SUBACK with code 3', '9003 0001 03'],
  ['SUBACK with packet id 0', '9003 0000 00'],
  ['UNSUBACK too long', 'b003 0001 00'],
  ['PINGREQ with a body', 'c001 00'],
  ['PINGRESP with a body', 'd001 00'],
  ['DISCONNECT with a body', 'e001 00'],
  ['SUBSCRIBE without filter', '8202 0001'],
  ['SUBSCRIBE with an empty filter', '8205 0001 0000 00'],
  ['SUBSCRIBE without QoS', '8205 0001 0001 61'],
  ['SUBSCRIBE with QoS 3', '8206 0001 0001 61 03'],
  ['SUBSCRIBE with reserved bits', '8206 0001 0001 61 04'],
  ['SUBSCRIBE whose filter exceeds it', '8206 0001 0009 61 00'],
  ['UNSUBSCRIBE without filter', 'a202 0001'],
  ['UNSUBSCRIBE with an empty filter', 'a204 0001 0000'],
  ['CONNECT empty', '1000'],
  ['CONNECT of another protocol', '100c 0004 4d515458 04 02 0000 0000'],
  ['CONNECT of MQTT 5', '100d 0004 4d515454 05 02 0000 00 0000'],
  ['CONNECT with the reserved flag', '100c 0004 4d515454 04 03 0000 0000'],
  ['CONNECT with will QoS 3', '1012 0004 4d515454 04 1e 0000 0000 0001 61 0001 61'],
  ['CONNECT with will QoS but no will', '100c 0004 4d515454 04 0a 0000 0000'],
  ['CONNECT with an empty will topic', '1010 0004 4d515454 04 06 0000 0000 0000 0000'],
  ['CONNECT with a password alone', '100f 0004 4d515454 04 42 0000 0000 0001 61'],
  ['CONNECT without its user name', '100c 0004 4d515454 04 82 0000 0000'],
  ['CONNECT too long', '100d 0004 4d515454 04 02 0000 0000 00'],
]

test.each(malformed)('malformed: %s', (_, digits) => {
  const good = incoming(0, 0)
  const bytes = unhex(digits)
  const parsed = parse(emptyParser, concat([good, bytes]), options)
  expect(parsed).toMatchObject({ failure: 'malformed', parser: emptyParser })
  expect(parsed.packets).toHaveLength(1)
  expect(byteByByte(bytes, 4).failure).toBe('malformed')
})

const byteByByte = (bytes: Uint8Array, version: Version) => {
  let parser: Parser = emptyParser
  const packets: Packet[] = []
  for (const byte of bytes) {
    const parsed = parse(parser, Uint8Array.of(byte), { version, maxPacketBytes: 100_000 })
    packets.push(...parsed.packets)
    if (parsed.failure) return { packets, failure: parsed.failure }
    parser = parsed.parser
  }
  return { packets, failure: null }
}

test.each([
  ['PUBREL', '6a02 0001', { type: 'pubrel', packetId: 1 }],
  ['SUBSCRIBE', '8a06 0001 0001 61 01', { type: 'subscribe', packetId: 1 }],
  ['UNSUBSCRIBE', 'aa05 0001 0001 61', { type: 'unsubscribe', packetId: 1 }],
  ['PUBLISH of QoS 0', '3803 0001 61', { type: 'publish', dup: true }],
])('3.1 allows DUP on %s', (_, digits, packet) => {
  expect(byteByByte(unhex(digits), 3)).toMatchObject({ packets: [packet], failure: null })
})

test('3.1 has no session present flag: the byte is not looked at', () => {
  const connack = { type: 'connack', sessionPresent: false, returnCode: 2 }
  expect(byteByByte(unhex('2002 ff02'), 3)).toEqual({ packets: [connack], failure: null })
})

test('a packet at the bound is taken, one that announces more is failed before it comes', () => {
  const publish = (payload: number): Uint8Array =>
    encode({
      type: 'publish',
      topic: text('t'),
      payload: new Uint8Array(payload),
      qos: 0,
      retain: false,
      dup: false,
      packetId: 0,
    })
  expect(publish(994)).toHaveLength(1000)
  expect(parse(emptyParser, publish(994), options)).toMatchObject({ packets: [{ type: 'publish' }], failure: null })
  const tooLarge = { packets: [], parser: emptyParser, failure: 'tooLarge' }
  expect(parse(emptyParser, publish(995).subarray(0, 3), options)).toEqual(tooLarge)
  const half = parse(emptyParser, publish(995).subarray(0, 2), options)
  expect(half.failure).toBe(null)
  expect(parse(half.parser, publish(995).subarray(2, 3), options)).toEqual(tooLarge)
})

test('a parser is a value: what is parsed from it does not change it', () => {
  const bytes = incoming(1, 7, 'x'.repeat(40))
  let parser = emptyParser
  for (let i = 0; i < 20; i++) parser = frozen(parse(parser, bytes.subarray(i, i + 1), options).parser)
  const first = parse(parser, bytes.subarray(20), options)
  const other = parse(parse(parser, text('yyyy'), options).parser, bytes.subarray(24), options)
  const again = parse(parser, bytes.subarray(20), options)
  expect(again).toEqual(first)
  expect(other.packets).not.toEqual(first.packets)
})

test('what is kept of a chunk is a copy, so the chunk may be overwritten and is not retained', () => {
  const chunk = incoming(0, 0, 'whole').slice(0, -2)
  const { parser } = parse(emptyParser, chunk, options)
  chunk.fill(0)
  expect(parse(parser, text('le'), options).packets).toMatchObject([{ payload: text('whole') }])
  expect(parser.pieces.every((piece) => piece.buffer.byteLength === piece.length)).toBe(true)
})

test('bytes of a large packet one by one: few pieces, each looked at now and then', () => {
  const bytes = encode({
    type: 'publish',
    topic: text('t'),
    payload: new Uint8Array(65_000),
    qos: 0,
    retain: false,
    dup: false,
    packetId: 0,
  })
  let parser = emptyParser
  let most = 0
  for (let i = 0; i < bytes.length - 1; i++) {
    parser = parse(parser, bytes.subarray(i, i + 1), { version: 4, maxPacketBytes: 100_000 }).parser
    most = Math.max(most, parser.pieces.length)
  }
  expect(parser).toMatchObject({ have: bytes.length - 1, need: bytes.length })
  expect(most).toBeLessThanOrEqual(17)
})

test('an empty chunk changes nothing', () => {
  const empty = new Uint8Array(0)
  expect(parse(emptyParser, empty, options)).toEqual({ packets: [], parser: emptyParser, failure: null })
  const { parser } = parse(emptyParser, unhex('30'), options)
  expect(parse(parser, empty, options).parser).toEqual(parser)
})

test('a chunk that is a view or a Buffer gives plain arrays of the right bytes', () => {
  const bytes = concat([text('xxx'), incoming(1, 7, 'hello')])
  const parsed = parse(emptyParser, Buffer.from(bytes.buffer, 3), options)
  const [packet] = parsed.packets
  expect(packet).toMatchObject({ topic: text('t'), payload: text('hello'), packetId: 7 })
  expect(packet?.type === 'publish' && packet.payload.constructor).toBe(Uint8Array)
})

test('encode refuses what the wire has no room for', () => {
  const filter = new Uint8Array(65_536)
  expect(() => encode({ type: 'unsubscribe', packetId: 1, filters: [filter] })).toThrow(RangeError)
  const payload = new Uint8Array(268_435_455)
  const publish = {
    type: 'publish',
    topic: text('t'),
    payload,
    qos: 0,
    retain: false,
    dup: false,
    packetId: 0,
  } as const
  expect(() => encode(publish)).toThrow(/too long/)
})

test('packets share a slab but never a byte', () => {
  const packets = Array.from({ length: 2000 }, (_, i) => encode({ type: 'puback', packetId: i + 1 }))
  expect(packets.map((bytes) => bytes[2]! * 256 + bytes[3]!)).toEqual(packets.map((_, i) => i + 1))
})
