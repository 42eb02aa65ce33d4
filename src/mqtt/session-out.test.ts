import { expect, test } from 'vitest'
import {
  disconnect,
  nextTickAt,
  open,
  publish,
  type Session,
  store,
  subscribe,
  subscribeAll,
  tick,
  unsubscribe,
  unsubscribeAll,
} from './public.ts'
import { connected, frozen, hex, message, options, sentHex, sentPackets, take, text, told } from './testing.ts'

const start = (session: Session, qos: 0 | 1 | 2, deadline = 5000) =>
  frozen(publish(session, message(qos), { dup: false, deadline }, 0))

test('QoS 0 is sent, without identifier, DUP or a trace', () => {
  const step = publish(connected(), message(0), { dup: true, deadline: 1 }, 0)
  expect(sentHex(step)).toBe('3004 0001 74 70'.replaceAll(' ', ''))
  expect(step.packetId).toBe(0)
  expect(told(step)).toEqual([])
  expect(store(step.session).outgoing).toEqual([])
  expect(told(tick(step.session, 1000))).toEqual([])
})

test('retain and DUP stand in the first byte', () => {
  const step = publish(connected(), { ...message(1), retain: true }, { dup: true, deadline: 1 }, 0)
  expect(sentHex(step)).toBe('3b06 0001 74 0001 70'.replaceAll(' ', ''))
})

test('QoS 1: PUBACK ends it', () => {
  const started = start(connected(), 1)
  expect(store(started.session)).toEqual({
    lastPacketId: 1,
    outgoing: [{ packetId: 1, message: message(1), released: false }],
    incoming: [],
  })
  const step = take(started.session, '40020001')
  expect(told(step)).toEqual(['publish 1 ok'])
  expect(store(step.session).outgoing).toEqual([])
  expect(told(take(step.session, '40020001'))).toEqual([])
})

test('QoS 2: PUBREC, PUBREL, PUBCOMP', () => {
  const released = take(start(connected(), 2).session, '50020001')
  expect(sentHex(released)).toBe('62020001')
  expect(told(released)).toEqual([])
  expect(store(released.session).outgoing).toMatchObject([{ packetId: 1, released: true }])
  const step = take(released.session, '70020001')
  expect(told(step)).toEqual(['publish 1 ok'])
  expect(store(step.session).outgoing).toEqual([])
})

test('an acknowledgement of the wrong kind, or for nobody, is ignored', () => {
  const one = start(connected(), 1).session
  const two = start(one, 2).session
  const step = take(
    two,
    '50020001 70020001 40020002 70020002 40020063 50020063 70020063 900300010090030063 00 b0020001',
  )
  expect(step.events).toEqual([])
  expect(store(step.session)).toEqual(store(two))
})

test('a repeated PUBREC is answered again', () => {
  const step = take(start(connected(), 2).session, '50020001 50020001 70020001')
  expect(sentHex(step)).toBe('62020001'.repeat(2))
  expect(told(step)).toEqual(['publish 1 ok'])
})

test('not acknowledged by its deadline: timed out, once, and kept', () => {
  const { session } = start(connected(), 1)
  expect(nextTickAt(session)).toBe(5000)
  expect(tick(session, 4999)).toEqual({ session, events: [] })
  const step = tick(session, 5000)
  expect(told(step)).toEqual(['publish 1 timeout'])
  expect(nextTickAt(step.session)).toBe(60_000)
  expect(told(tick(step.session, 6000))).toEqual([])
  expect(store(step.session).outgoing).toHaveLength(1)
  const late = take(step.session, '40020001')
  expect(late.events).toEqual([])
  expect(store(late.session).outgoing).toEqual([])
})

test('the QoS 2 flow of a message that timed out goes on silently', () => {
  const { session } = tick(start(connected(), 2).session, 5000)
  const released = take(session, '50020001')
  expect(sentHex(released)).toBe('62020001')
  const over = take(released.session, '70020001')
  expect(told(released).concat(told(over))).toEqual([])
  expect(store(over.session).outgoing).toEqual([])
})

test('a message that timed out is not resent on its connection, but on the next', () => {
  let { session } = tick(start(connected({ keepAlive: 0 }), 1).session, 5000)
  for (const now of [1e5, 1e6, 1e9]) {
    const step = tick(session, now)
    expect(step.events).toEqual([])
    session = step.session
  }
  const next = take(open(options, store(session), 0).session, '20020100')
  expect(sentPackets(next)).toEqual([{ type: 'publish', ...message(1), dup: true, packetId: 1 }])
  expect(start(next.session, 1).packetId).toBe(2)
})

test('SUBSCRIBE and UNSUBSCRIBE', () => {
  const subscribed = frozen(subscribe(connected(), text('a/#'), 1, 100, 0))
  expect(sentHex(subscribed)).toBe('8208 0001 0003 612f23 01'.replaceAll(' ', ''))
  const unsubscribed = frozen(unsubscribe(subscribed.session, text('b'), 100, 0))
  expect(sentPackets(unsubscribed)).toEqual([{ type: 'unsubscribe', packetId: 2, filters: [text('b')] }])
  expect(told(take(unsubscribed.session, 'b0020002 90030001 00'))).toEqual(['unsubscribe 2 ok', 'subscribe 1 ok'])
  expect(told(take(unsubscribed.session, '90030001 80'))).toEqual(['subscribe 1 refused'])
  expect(told(take(unsubscribed.session, '90030002 00 b0020001 40020001'))).toEqual([])
})

test('SUBSCRIBE and UNSUBSCRIBE with several filters', () => {
  const filters = [
    { filter: text('a'), qos: 1 },
    { filter: text('b/#'), qos: 2 },
  ] as const
  const subscribed = frozen(subscribeAll(connected(), filters, 100, 0))
  expect(sentPackets(subscribed)).toEqual([{ type: 'subscribe', packetId: 1, filters }])
  expect(take(subscribed.session, '90040001 0180').events).toEqual([
    { type: 'done', operation: 'subscribe', packetId: 1, outcome: 'refused', granted: [1, 0x80] },
  ])
  expect(take(subscribed.session, '90040001 0102').events).toEqual([
    { type: 'done', operation: 'subscribe', packetId: 1, outcome: 'ok', granted: [1, 2] },
  ])
  const unsubscribed = unsubscribeAll(subscribed.session, [text('a'), text('b/#')], 100, 0)
  expect(sentPackets(unsubscribed)).toEqual([{ type: 'unsubscribe', packetId: 2, filters: [text('a'), text('b/#')] }])
  expect(told(take(unsubscribed.session, 'b0020002'))).toEqual(['unsubscribe 2 ok'])
})

test('SUBSCRIBE that times out: a late SUBACK is swallowed, its identifier is not given out before', () => {
  const stored = { lastPacketId: 65_533, outgoing: [], incoming: [] }
  const subscribed = subscribe(connected({}, stored), text('a'), 1, 100, 0)
  expect(subscribed.packetId).toBe(65_534)
  const { session, events } = tick(subscribed.session, 100)
  expect(told({ session, events })).toEqual(['subscribe 65534 timeout'])
  const reused = subscribe({ ...session, stored } as Session, text('a'), 1, 1e6, 0)
  expect(reused.packetId).toBe(65_535)
  const late = take(session, '9003 fffe 00')
  expect(told(late)).toEqual([])
  expect(subscribe({ ...late.session, stored } as Session, text('a'), 1, 1e6, 0).packetId).toBe(65_534)
})

test('identifiers of several late acknowledgements are passed over', () => {
  let session = connected({ keepAlive: 0 })
  for (let i = 0; i < 3; i++) session = tick(unsubscribe(session, text('a'), 100, 0).session, 100).session
  const wrapped = { ...session, stored: { lastPacketId: 65_535, outgoing: [], incoming: [] } } as Session
  expect(start(wrapped, 1).packetId).toBe(4)
})

test('several time out at once, in their order, the others stay', () => {
  let session = connected()
  for (const deadline of [300, 100, 200]) session = start(session, 1, deadline).session
  const step = tick(session, 200)
  expect(told(step)).toEqual(['publish 2 timeout', 'publish 3 timeout'])
  expect(nextTickAt(step.session)).toBe(300)
})

test('identifiers go round after 65535 and pass over those in use', () => {
  const outgoing = [1, 2].map((packetId) => ({ packetId, message: message(1), released: false }))
  let session = connected({}, { lastPacketId: 65_534, outgoing, incoming: [3] })
  const ids: number[] = []
  for (let i = 0; i < 3; i++) {
    const step = subscribe(session, text('a'), 0, 1e6, 0)
    ids.push(step.packetId)
    session = step.session
  }
  expect(ids).toEqual([65_535, 3, 4])
})

test('when all identifiers are in use, starting one more is an error', () => {
  const used = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ packetId: i + 1, message: message(1), released: false }))
  const almost = connected({}, { lastPacketId: 5, outgoing: used(65_534), incoming: [] })
  const last = start(almost, 1)
  expect(last.packetId).toBe(65_535)
  expect(() => start(last.session, 1)).toThrow(/65535 packet identifiers/)
  expect(start(last.session, 0).packetId).toBe(0)
  expect(start(take(last.session, '40020400').session, 2).packetId).toBe(1024)
})

test('a session can be forked: both branches go on by themselves', () => {
  const { session } = start(connected(), 2)
  const acknowledged = take(take(session, '50020001').session, '70020001')
  const other = start(session, 1)
  expect(told(acknowledged)).toEqual(['publish 1 ok'])
  expect(told(take(other.session, '40020002'))).toEqual(['publish 2 ok'])
  expect(store(take(other.session, '50020001').session).outgoing).toMatchObject([{ released: true }, { packetId: 2 }])
  expect(told(tick(session, 5000))).toEqual(['publish 1 timeout'])
})

test('a session outlives JSON', () => {
  const { session } = take(start(connected(), 2).session, '50020001')
  const revive = (_: string, value: unknown) =>
    typeof value === 'object' && value !== null && '0' in value && !Array.isArray(value)
      ? Uint8Array.from(Object.values(value))
      : value
  const copy = JSON.parse(JSON.stringify(session), revive)
  expect(copy).toEqual(session)
  expect(take(copy, '70020001')).toEqual(take(session, '70020001'))
})

test('DISCONNECT', () => {
  expect(hex(disconnect(connected()))).toBe('e000')
  expect(hex(disconnect(take(connected(), '00').session))).toBe('')
})
