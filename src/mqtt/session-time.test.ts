import { expect, test } from 'vitest'
import { emptyStore, nextTickAt, open, publish, type Session, subscribe, tick } from './public.ts'
import { connected, incoming, message, options, sentHex, take, text, told } from './testing.ts'

const pinged = (session: Session) => {
  const step = tick(session, nextTickAt(session))
  expect(sentHex(step)).toBe('c000')
  return step.session
}

test('PINGREQ when nothing was sent for the keep-alive time', () => {
  const session = connected()
  expect(nextTickAt(session)).toBe(60_000)
  expect(tick(session, 59_999)).toEqual({ session, events: [] })
  expect(sentHex(tick(session, 60_000))).toBe('c000')
})

test.each<[string, (session: Session) => Session]>([
  ['PUBLISH of QoS 0', (session) => publish(session, message(0), { dup: false, deadline: 1e6 }, 50_000).session],
  ['PUBLISH of QoS 1', (session) => publish(session, message(1), { dup: false, deadline: 1e6 }, 50_000).session],
  ['SUBSCRIBE', (session) => subscribe(session, text('a'), 0, 1e6, 50_000).session],
  ['PUBACK', (session) => take(session, incoming(1, 1), 50_000).session],
  [
    'PUBREL',
    (session) =>
      take(publish(session, message(2), { dup: false, deadline: 1e6 }, 0).session, '50020001', 50_000).session,
  ],
])('%s, being sent, defers the PINGREQ', (_, send) => {
  expect(nextTickAt(send(connected()))).toBe(110_000)
})

test('receiving does not defer it', () => {
  expect(nextTickAt(take(connected(), incoming(0, 0), 50_000).session)).toBe(60_000)
  expect(nextTickAt(take(connected(), 'd000', 50_000).session)).toBe(60_000)
})

test('keep-alive counts from CONNECT, not from CONNACK', () => {
  expect(nextTickAt(take(open(options, emptyStore, 1000).session, '20020000', 7000).session)).toBe(61_000)
})

test('PINGRESP in time: the next PINGREQ is a keep-alive time after the last', () => {
  const waiting = pinged(connected())
  expect(nextTickAt(waiting)).toBe(70_000)
  const { session, events } = take(waiting, 'd000', 61_000)
  expect(events).toEqual([])
  expect(nextTickAt(session)).toBe(120_000)
  expect(nextTickAt(pinged(session))).toBe(130_000)
})

test('no PINGRESP in time: failed, and the session is over', () => {
  const waiting = pinged(connected())
  expect(told(tick(waiting, 69_999))).toEqual([])
  const step = tick(waiting, 70_000)
  expect(told(step)).toEqual(['failed pingTimeout'])
  expect(take(step.session, 'd000').events).toEqual([])
})

test('no second PINGREQ while one is out, and other packets do not stand in for PINGRESP', () => {
  let session = pinged(connected({ keepAlive: 2 }))
  for (let now = 3000; now < 12_000; now += 1000) {
    expect(tick(session, now).events).toEqual([])
    session = take(session, incoming(0, 0), now).session
  }
  expect(told(tick(session, 12_000))).toEqual(['failed pingTimeout'])
})

test('an operation that times out while a PINGREQ is out brings no second one', () => {
  const { session } = publish(connected({ keepAlive: 2 }), message(1), { dup: false, deadline: 5000 }, 0)
  const step = tick(pinged(session), 5000)
  expect(told(step)).toEqual(['publish 1 timeout'])
  expect(sentHex(step)).toBe('')
})

test('keep-alive 0: never', () => {
  const session = connected({ keepAlive: 0 })
  expect(nextTickAt(session)).toBe(Infinity)
  expect(tick(session, 1e12)).toEqual({ session, events: [] })
})

test('all that is due at once: time-outs first, then the ping', () => {
  const { session } = publish(connected(), message(1), { dup: false, deadline: 1000 }, 0)
  const late = tick(session, 60_000)
  expect(told(late)).toEqual(['publish 1 timeout'])
  expect(sentHex(late)).toBe('c000')
  const both = publish(late.session, message(1), { dup: false, deadline: 70_000 }, 60_000)
  expect(told(tick(both.session, 70_000))).toEqual(['publish 2 timeout', 'failed pingTimeout'])
})
