import { expect, test } from 'vitest'
import { concat } from './bytes.ts'
import { receive, store } from './public.ts'
import { connected, hex, incoming, message, sentHex, take, told, unhex } from './testing.ts'

test('QoS 0 and 1: the message, then PUBACK', () => {
  expect(told(take(connected(), incoming(0, 0, 'a')))).toEqual(['message a'])
  expect(sentHex(take(connected(), incoming(0, 0, 'a')))).toBe('')
  const step = take(connected(), incoming(1, 258, 'b', true))
  expect(step.events).toEqual([
    { type: 'message', message: message(1, 't', 'b'), dup: true },
    { type: 'send', bytes: unhex('40020102') },
  ])
  expect(told(take(step.session, incoming(1, 258, 'b', true)))).toEqual(['message b'])
})

test('retain is told', () => {
  expect(take(connected(), '3103 0001 74').events).toMatchObject([{ message: { retain: true } }])
})

test('QoS 2 is delivered once, whatever the peer repeats', () => {
  const first = take(connected(), incoming(2, 7, 'a'))
  expect([told(first), sentHex(first)]).toEqual([['message a'], '50020007'])
  expect(store(first.session).incoming).toEqual([7])
  const again = take(first.session, incoming(2, 7, 'a', true))
  expect([told(again), sentHex(again)]).toEqual([[], '50020007'])
  const released = take(again.session, '62020007')
  expect([told(released), sentHex(released)]).toEqual([[], '70020007'])
  expect(store(released.session).incoming).toEqual([])
  const twice = take(released.session, '62020007')
  expect([told(twice), sentHex(twice)]).toEqual([[], '70020007'])
  expect(told(take(twice.session, incoming(2, 7, 'b')))).toEqual(['message b'])
})

test('QoS 2 is delivered once across a reconnect, if the server kept its session', () => {
  const { session } = take(connected(), incoming(2, 7, 'a'))
  const resumed = take(connected({ version: 3 }, store(session)), incoming(2, 7, 'a', true))
  expect([told(resumed), sentHex(resumed)]).toEqual([[], '50020007'])
  const forgotten = take(connected({}, store(session)), incoming(2, 7, 'new'))
  expect(told(forgotten)).toEqual(['message new'])
})

test('one chunk: the messages in order, then all acknowledgements in one send, in order', () => {
  const chunk = concat([incoming(2, 1, 'a'), incoming(1, 2, 'b'), unhex('62020001'), incoming(0, 0, 'c')])
  const step = take(connected(), chunk)
  expect(told(step)).toEqual(['message a', 'message b', 'message c'])
  expect(step.events.at(-1)).toEqual({ type: 'send', bytes: unhex('50020001 40020002 70020001') })
  expect(step.events).toHaveLength(4)
})

test.each([
  ['CONNECT', '100c 0004 4d515454 04 02 0000 0000'],
  ['SUBSCRIBE', '8206 0001 0001 61 00'],
  ['UNSUBSCRIBE', 'a205 0001 0001 61'],
  ['PINGREQ', 'c000'],
  ['DISCONNECT', 'e000'],
  ['CONNACK', '20020000'],
  ['type 15', 'f000'],
])('a server may not send %s: failed, after what came before it, before what comes after', (_, digits) => {
  const step = take(connected(), `${hex(incoming(1, 9, 'a'))}${digits}${hex(incoming(0, 0, 'b'))}`)
  expect(told(step)).toEqual(['message a', 'failed malformed'])
  expect(sentHex(step)).toBe('40020009')
  expect(step.events.at(-1)?.type).toBe('failed')
  expect(take(step.session, incoming(0, 0, 'c')).events).toEqual([])
})

test('a packet over the limit fails at its header', () => {
  const step = take(connected({ maxPacketBytes: 100 }), '4002000130e207')
  expect(told(step)).toEqual(['failed tooLarge'])
})

test('what a failed connection received stays in its store', () => {
  const step = take(connected(), concat([incoming(2, 7), unhex('ff')]))
  expect(told(step)).toEqual(['message p', 'failed malformed'])
  expect(store(step.session).incoming).toEqual([7])
})

test('a message cut anywhere is the same message', () => {
  const bytes = concat([incoming(1, 1, 'first'), incoming(2, 2, 'second')])
  for (let cut = 0; cut <= bytes.length; cut++) {
    const first = take(connected(), bytes.subarray(0, cut))
    const second = take(first.session, bytes.subarray(cut))
    expect([...told(first), ...told(second)]).toEqual(['message first', 'message second'])
    expect(sentHex(first) + sentHex(second)).toBe('4002000150020002')
  }
})

test('a chunk that changes nothing gives the session itself', () => {
  const session = connected()
  expect(receive(session, incoming(0, 0), 5).session).toBe(session)
})
