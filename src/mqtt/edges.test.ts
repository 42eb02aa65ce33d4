import { describe, expect, test } from 'vitest'
import { concat } from './bytes.ts'
import {
  emptyParser,
  emptyStore,
  encode,
  open,
  type Parsed,
  parse,
  publish,
  receive,
  type Session,
  subscribe,
  tick,
  unsubscribe,
} from './public.ts'
import { connected, message, options, text, told, unhex } from './testing.ts'

/** Boundaries that no other test reached: mutation testing found them. */

const read = (digits: string, version: 3 | 4 = 4): Parsed =>
  parse(emptyParser, unhex(digits), { version, maxPacketBytes: 4_000_000 })

/** A CONNECT of client ID "c"; `flags` without will and login. */
const connect = (name: string, level: string, flags: string): string => {
  const bytes = [...text(name)].map((byte) => byte.toString(16)).join('')
  const body = `000${name.length}${bytes}${level}${flags}003c000163`
  return `10${(body.length / 2).toString(16).padStart(2, '0')}${body}`
}

describe('CONNECT', () => {
  test.each([
    ['MQTT', '03'],
    ['MQTT', '05'],
    ['MQIsdp', '04'],
    ['MQTX', '04'],
    ['MQTX', '03'],
  ])('%s at level %s is malformed', (name, level) => {
    expect(read(connect(name, level, '02'))).toMatchObject({ packets: [], failure: 'malformed' })
  })

  test.each(['03', '0a', '12', '22'])('flags %s, of a will without one or reserved, mean nothing in 3.1', (flags) => {
    expect(read(connect('MQIsdp', '03', flags)).packets).toMatchObject([{ type: 'connect', cleanSession: true }])
    expect(read(connect('MQTT', '04', flags))).toMatchObject({ packets: [], failure: 'malformed' })
  })
})

describe('a packet', () => {
  test.each(['f0', '00', '0f'])('%s begins none: it fails before its length is there', (first) => {
    expect(read(first).failure).toBe('malformed')
  })

  test('CONNACK says in 3.1.1 alone that a session is present', () => {
    expect(read('20020100', 4).packets).toEqual([{ type: 'connack', sessionPresent: true, returnCode: 0 }])
    expect(read('20020100', 3).packets).toEqual([{ type: 'connack', sessionPresent: false, returnCode: 0 }])
  })

  test('one wrong code makes a SUBACK malformed', () => {
    expect(read('9004000100 03').failure).toBe('malformed')
    expect(read('9004000100 80').failure).toBe(null)
  })

  test('a length may be written in four bytes, and is incomplete before the fourth', () => {
    expect(read('30 84808000 0001 74 70').packets).toMatchObject([{ type: 'publish', payload: text('p') }])
    expect(read('30 808080')).toMatchObject({ packets: [], failure: null })
    expect(read('30 80808080').failure).toBe('malformed')
  })

  test.each([2_097_151, 2_097_152])('of %i bytes behind its length is written and read', (remaining) => {
    const payload = new Uint8Array(remaining - 3).fill(7)
    const bytes = encode({ type: 'publish', ...message(0), payload, dup: false, packetId: 0 })
    expect(bytes.length).toBe(1 + (remaining < 2_097_152 ? 3 : 4) + remaining)
    const { packets, failure } = parse(emptyParser, bytes, { version: 4, maxPacketBytes: bytes.length })
    expect([packets.length, failure]).toEqual([1, null])
  })

  test.each([
    ['30ff', 'ffffff'],
    ['4003', '0001 00'],
  ])('%s, then %s: malformed, and no packet', (first, second) => {
    const { parser } = read(first)
    const parsed = parse(parser, unhex(second), { version: 4, maxPacketBytes: 4_000_000 })
    expect(parsed).toMatchObject({ packets: [], failure: 'malformed' })
  })

  test('a text that is too long is said in a sentence', () => {
    const topic = new Uint8Array(65_536)
    expect(() => encode({ type: 'publish', ...message(0), topic, dup: false, packetId: 0 })).toThrow(
      /^A text of 65536 b/,
    )
  })
})

describe('a session', () => {
  test('that connects is not disturbed by a chunk of nothing', () => {
    const { session } = open(options, emptyStore, 0)
    expect(receive(session, new Uint8Array(0), 0).events).toEqual([])
  })

  test('that begins has nothing to send again', () => {
    const { session } = open(options, emptyStore, 0)
    const { events } = receive(session, unhex('20020000'), 0)
    expect(events.map(({ type }) => type)).toEqual(['accepted'])
  })

  test.each([
    ['publish', (session: Session) => publish(session, message(1), { dup: false, deadline: 1 }, 0)],
    ['subscribe', (session: Session) => subscribe(session, text('a'), 0, 1, 0)],
    ['unsubscribe', (session: Session) => unsubscribe(session, text('a'), 1, 0)],
  ] as const)('that is not connected refuses to %s, by that name', (operation, call) => {
    expect(() => call(open(options, emptyStore, 0).session)).toThrow(`Cannot ${operation} while`)
  })

  test('tells what was granted for several filters only', () => {
    const { session } = subscribe(connected(), text('a'), 1, 1000, 0)
    const [done] = receive(session, unhex('9003000101'), 0).events
    expect(done).toEqual({ type: 'done', operation: 'subscribe', packetId: 1, outcome: 'ok' })
  })

  test('does not use an identifier that a subscription on its way has', () => {
    const { session } = subscribe(connected(), text('a'), 1, 1000, 0)
    if (session.phase !== 'connected') throw new Error('not connected')
    const wrapped = { ...session, stored: { ...session.stored, lastPacketId: 65_535 } }
    expect(publish(wrapped, message(1), { dup: false, deadline: 1000 }, 0).packetId).toBe(2)
  })

  test('remembers the subscriptions that had no answer in time, not the messages, whatever comes', () => {
    const both = publish(connected(), message(1), { dup: false, deadline: 100 }, 0).session
    const late = tick(subscribe(both, text('a'), 1, 100, 0).session, 100)
    expect(told(late)).toEqual(['publish 1 timeout', 'subscribe 2 timeout'])
    const after = receive(
      late.session,
      concat([encode({ type: 'puback', packetId: 1 }), unhex('34050001 74 0009')]),
      101,
    )
    expect(after.session).toMatchObject({ phase: 'connected', late: [2] })
    expect(receive(after.session, unhex('9003000201'), 102).session).toMatchObject({ late: [] })
  })

  test('has nothing to say when only the time of an operation is over', () => {
    const { session } = subscribe(connected(), text('a'), 1, 100, 0)
    expect(tick(session, 100).events.map(({ type }) => type)).toEqual(['done'])
    expect(tick(session, 99).events).toEqual([])
  })

  test('says nothing but PINGREQ when that alone is due', () => {
    expect(tick(connected(), 60_000).events).toEqual([{ type: 'send', bytes: unhex('c000') }])
  })
})
