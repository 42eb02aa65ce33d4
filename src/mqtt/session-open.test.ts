import { expect, test } from 'vitest'
import { emptyStore, nextTickAt, open, publish, receive, store, subscribe, tick } from './public.ts'
import {
  connected,
  frozen,
  hex,
  incoming,
  message,
  options,
  sentHex,
  sentPackets,
  take,
  text,
  told,
  unhex,
} from './testing.ts'

const opening = (changes: Partial<typeof options> = {}, stored = emptyStore) =>
  frozen(open({ ...options, ...changes }, stored, 1000))

const stored = frozen({
  lastPacketId: 9,
  outgoing: [
    { packetId: 7, message: message(2, 'a'), released: true },
    { packetId: 8, message: message(1, 'b'), released: false },
    { packetId: 9, message: message(2, 'c'), released: false },
  ],
  incoming: [3, 4],
})

test('CONNECT of 3.1.1 and of 3.1', () => {
  expect(sentHex(opening())).toBe('100e 0004 4d515454 04 00 003c 0002 6331'.replaceAll(' ', ''))
  expect(sentHex(opening({ version: 3, cleanSession: true, keepAlive: 0 }))).toBe(
    '1010 0006 4d5149736470 03 02 0000 0002 6331'.replaceAll(' ', ''),
  )
})

test('CONNECT with will, user name and password', () => {
  const will = { ...message(1, 'w', ''), retain: true }
  const step = open({ ...options, will, username: text('u'), password: text('') }, emptyStore, 0)
  expect(sentPackets(step)).toMatchObject([{ type: 'connect', will, username: text('u'), password: text('') }])
  expect(JSON.stringify(step.session)).not.toContain('username')
})

test('CONNACK 0 is accepted, whole or byte by byte', () => {
  expect(told(take(opening().session, '20020100'))).toEqual(['accepted true'])
  const half = take(opening().session, '2002')
  expect(half.events).toEqual([])
  expect(told(take(half.session, '0000'))).toEqual(['accepted false'])
})

test('CONNACK of another code is a refusal, and the session is over', () => {
  const step = take(opening().session, '20020005 d000')
  expect(told(step)).toEqual(['refused 5'])
  expect(nextTickAt(step.session)).toBe(Infinity)
  expect(take(step.session, '20020000').events).toEqual([])
  expect(tick(step.session, 1e9).events).toEqual([])
})

test.each([
  ['HTTP', hex(text('HTTP/1.1 400 Bad Request\r\n'))],
  ['a banner whose first byte is a PUBLISH', hex(text('220 ftp'))],
  ['a TLS alert', '15030300020246'],
  ['a PINGRESP', 'd000'],
  ['a PUBLISH and then CONNACK', '3003 0001 61 20020000'],
  ['a malformed CONNACK', '200300'],
  ['a CONNACK with reserved bits', '20020200'],
  ['a CONNACK over the limit', '20ffff7f'],
  ['type 0', '00'],
])('anything but CONNACK first is unexpected: %s', (_, digits) => {
  const step = receive(opening().session, unhex(`${digits}0000`), 1000)
  expect(told(step)).toEqual(['failed unexpected'])
  expect(take(step.session, '20020000').events).toEqual([])
})

test('no CONNACK within operationTimeoutMs', () => {
  const { session } = opening()
  expect(nextTickAt(session)).toBe(11_000)
  expect(tick(session, 10_999)).toEqual({ session, events: [] })
  expect(told(tick(session, 11_000))).toEqual(['failed connackTimeout'])
})

test('what follows CONNACK in its chunk is handled after it', () => {
  const step = take(opening().session, `20020000${hex(incoming(1, 5, 'hello'))}0000`)
  expect(told(step)).toEqual(['accepted false', 'message hello', 'failed malformed'])
  expect(sentHex(step)).toBe('40020005')
})

test('a second CONNACK is malformed', () => {
  expect(told(take(connected(), '20020000'))).toEqual(['failed malformed'])
})

test('nothing can be started before CONNACK, or when all is over', () => {
  const { session } = opening()
  expect(() => publish(session, message(0), { dup: false, deadline: 0 }, 0)).toThrow(/connecting.*accepted/)
  const { session: ended } = take(session, '20020001')
  expect(() => subscribe(ended, text('t'), 0, 0, 0)).toThrow(/ended/)
})

test('a kept session is resent in order, with DUP and the same packet identifiers', () => {
  const step = take(opening({}, stored).session, '20020100', 2000)
  expect(step.events.map(({ type }) => type)).toEqual(['accepted', 'send'])
  expect(sentPackets(step)).toEqual([
    { type: 'pubrel', packetId: 7 },
    { type: 'publish', ...message(1, 'b'), dup: true, packetId: 8 },
    { type: 'publish', ...message(2, 'c'), dup: true, packetId: 9 },
  ])
  expect(nextTickAt(step.session)).toBe(62_000)
  expect(publish(step.session, message(1), { dup: false, deadline: 0 }, 0).packetId).toBe(10)
})

test('what is resent is acknowledged silently and leaves the store', () => {
  let session = connected({}, stored)
  for (const [digits, sent, left] of [
    ['70020007', '', 2],
    ['40020008', '', 1],
    ['50020009', '62020009', 1],
    ['70020009', '', 0],
  ] as const) {
    const step = take(session, digits)
    expect(told(step)).toEqual([])
    expect(sentHex(step)).toBe(sent)
    session = step.session
    expect(store(session).outgoing).toHaveLength(left)
  }
})

test('incoming identifiers are forgotten when a 3.1.1 server has no session, and only then', () => {
  const after = (version: 3 | 4, connack: string) => store(take(opening({ version }, stored).session, connack).session)
  expect(after(4, '20020000').incoming).toEqual([])
  expect(after(4, '20020100').incoming).toEqual([3, 4])
  expect(after(3, '20020000').incoming).toEqual([3, 4])
  expect(after(4, '20020000').outgoing).toEqual(stored.outgoing)
})

test('a clean session discards what is stored and stores nothing', () => {
  const step = take(opening({ cleanSession: true }, stored).session, '20020000')
  expect(told(step)).toEqual(['accepted false'])
  expect(sentHex(step)).toBe('')
  const started = publish(step.session, message(1), { dup: false, deadline: 9 }, 0)
  expect(started.packetId).toBe(1)
  expect(store(started.session)).toBe(emptyStore)
})

test('a session that never was accepted, or was refused, keeps its store', () => {
  const { session } = opening({}, stored)
  expect(store(session)).toEqual(stored)
  expect(store(take(session, '20020003').session)).toEqual(stored)
  expect(store(tick(session, 1e6).session)).toEqual(stored)
})
