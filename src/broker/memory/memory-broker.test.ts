import { generate, type Packet, parser } from 'mqtt-packet'
import { describe, expect, test } from 'vitest'
import { virtualClock } from '../../io/runtime/clock-virtual.ts'
import { MemoryBroker } from './memory-broker.ts'
import { fitsFilter } from './topic-filter.ts'

/** A client of the broker, by another library's reading of the standard. */
function clientOf(broker: MemoryBroker, options: Record<string, unknown> = {}) {
  const got: Packet[] = []
  const heard: string[] = []
  const reader = parser({ protocolVersion: 4 })
  reader.on('packet', (packet) => got.push(packet))
  const connection = broker.dial(
    { host: 'any', port: 1883, timeoutMs: 1 },
    {
      connected: () => heard.push('connected'),
      failed: () => heard.push('failed'),
      data: (bytes) => void reader.parse(Buffer.from(bytes)),
      drained() {},
      ended: () => heard.push('ended'),
      reset: () => heard.push('reset'),
    },
  )
  const send = (packet: object): void => void connection.write(generate(packet as Packet))
  const take = () => got.splice(0).map((packet) => briefly(packet))
  const connect = (more: Record<string, unknown> = {}) =>
    send({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clientId: 'me', clean: true, ...options, ...more })
  return { connection, heard, send, take, connect }
}

/** `publish t hi q1 id1`, without what the library adds. */
function briefly(packet: Packet): string {
  const { cmd, messageId } = packet
  const id = messageId === undefined ? '' : ` id${messageId}`
  if (packet.cmd === 'publish') {
    const flags = `${packet.retain ? ' retain' : ''}${packet.dup ? ' dup' : ''}`
    return `publish ${packet.topic} ${packet.payload} q${packet.qos}${id}${flags}`
  }
  if (packet.cmd === 'connack') return `connack ${packet.returnCode}${packet.sessionPresent ? ' session' : ''}`
  if (packet.cmd === 'suback') return `suback ${packet.granted.join()}${id}`
  return `${cmd}${id}`
}

function connected(broker: MemoryBroker, options: Record<string, unknown> = {}) {
  const client = clientOf(broker, options)
  client.connect()
  client.take()
  return client
}

const brokerAt = () => new MemoryBroker(virtualClock())
const publishes = (topic: string, payload: string, more: object = {}) => ({
  cmd: 'publish',
  topic,
  payload: Buffer.from(payload, 'latin1'),
  qos: 0,
  ...more,
})
const subscribes = (topic: string, qos = 0, messageId = 1) => ({
  cmd: 'subscribe',
  messageId,
  subscriptions: [{ topic, qos }],
})

describe('messages', () => {
  test('QoS 0, 1 and 2 are acknowledged, and received byte for byte, QoS 2 once', () => {
    const broker = brokerAt()
    const { send, take } = connected(broker)
    send(publishes('a', '\x00\xff'))
    expect(take()).toEqual([])
    send(publishes('b', '1', { qos: 1, messageId: 5, retain: true }))
    expect(take()).toEqual(['puback id5'])
    send(publishes('c', '2', { qos: 2, messageId: 6 }))
    send(publishes('c', '2', { qos: 2, messageId: 6, dup: true }))
    send({ cmd: 'pubrel', messageId: 6 })
    expect(take()).toEqual(['pubrec id6', 'pubrec id6', 'pubcomp id6'])
    const about = { clientId: 'me', retain: false, will: false }
    expect(broker.received).toEqual([
      { ...about, topic: 'a', payload: Buffer.of(0, 255), qos: 0 },
      { ...about, topic: 'b', payload: Buffer.from('1'), qos: 1, retain: true },
      { ...about, topic: 'c', payload: Buffer.from('2'), qos: 2 },
    ])
  })

  test('are passed on to subscribers, with the lower QoS of both, once for overlapping filters', () => {
    const broker = brokerAt()
    const [sender, receiver] = [connected(broker, { clientId: 'a' }), connected(broker, { clientId: 'b' })]
    receiver.send(subscribes('x/#', 2))
    receiver.send(subscribes('x/+', 0, 2))
    expect(receiver.take()).toEqual(['suback 2 id1', 'suback 0 id2'])
    sender.send(publishes('x/y', 'hi', { qos: 1, messageId: 1 }))
    broker.publish('x/z', 'own')
    broker.publish('other', 'no')
    expect(receiver.take()).toEqual(['publish x/y hi q1 id1', 'publish x/z own q0'])
    receiver.send({ cmd: 'unsubscribe', messageId: 3, unsubscriptions: ['x/#'] })
    broker.publish('x/y/z', 'no')
    expect(receiver.take()).toEqual(['unsuback id3'])
  })

  test('QoS 2 to a client: PUBREC is answered with PUBREL', () => {
    const broker = brokerAt()
    const { send, take } = connected(broker)
    send(subscribes('t', 2))
    broker.publish('t', 'x', { qos: 2 })
    send({ cmd: 'pubrec', messageId: 1 })
    send({ cmd: 'pubcomp', messageId: 1 })
    expect(take()).toEqual(['suback 2 id1', 'publish t x q2 id1', 'pubrel id1'])
  })

  test('retained ones come at each subscription, until an empty one takes them away', () => {
    const broker = brokerAt()
    broker.publish('s/1', 'on', { retain: true })
    const { send, take } = connected(broker)
    send(subscribes('s/+'))
    send(subscribes('elsewhere', 0, 2))
    broker.publish('s/1', 'off', { retain: true })
    broker.publish('s/1', '', { retain: true })
    send(subscribes('s/+', 0, 3))
    expect(take()).toEqual([
      'suback 0 id1',
      'publish s/1 on q0 retain',
      'suback 0 id2',
      'publish s/1 off q0',
      'publish s/1  q0',
      'suback 0 id3',
    ])
  })

  test('a client that does not read gets them when it does, in order', () => {
    const broker = brokerAt()
    const { send, take, connection } = connected(broker)
    send(subscribes('t'))
    connection.pause()
    broker.publish('t', '1')
    broker.publish('t', '2')
    expect(take()).toEqual(['suback 0 id1'])
    connection.resume()
    expect(take()).toEqual(['publish t 1 q0', 'publish t 2 q0'])
  })
})

describe('sessions', () => {
  test('one that is kept has its filters, and what was not acknowledged comes again', () => {
    const broker = brokerAt()
    const before = connected(broker, { clean: false })
    before.send(subscribes('t', 1))
    broker.publish('t', 'lost', { qos: 1 })
    before.connection.destroy()
    broker.publish('t', 'meanwhile', { qos: 1 })
    broker.publish('t', 'not kept', { qos: 0 })
    const after = clientOf(broker, { clean: false })
    after.connect()
    expect(after.take()).toEqual(['connack 0 session', 'publish t lost q1 id1 dup', 'publish t meanwhile q1 id2 dup'])
    after.send({ cmd: 'puback', messageId: 1 })
    after.send({ cmd: 'puback', messageId: 2 })
    after.connection.destroy()
    after.connect()
    const clean = clientOf(broker)
    clean.connect()
    expect(clean.take()).toEqual(['connack 0'])
  })

  test('a second connection of the same client ends the first, whose will is published before', () => {
    const broker = brokerAt()
    const first = connected(broker, { will: { topic: 'w', payload: Buffer.from('gone'), qos: 1, retain: true } })
    const second = clientOf(broker)
    second.connect()
    second.send(publishes('w', 'here', { retain: true }))
    expect([first.heard, second.heard]).toEqual([['connected', 'ended'], ['connected']])
    expect(broker.received.map(({ payload, will }) => [`${payload}`, will])).toEqual([
      ['gone', true],
      ['here', false],
    ])
    expect(broker.connected).toEqual(['me'])
  })

  test('fresh: all of it is gone, and no will is published', () => {
    const broker = brokerAt()
    const client = connected(broker, { clean: false, will: { topic: 'w', payload: Buffer.from('gone') } })
    client.send(subscribes('t', 1))
    broker.publish('s', 'kept', { retain: true })
    broker.fresh()
    const again = clientOf(broker, { clean: false })
    again.connect()
    again.send(subscribes('#'))
    expect([client.heard.at(-1), again.take()]).toEqual(['ended', ['connack 0', 'suback 0 id1']])
    expect(broker.received).toEqual([])
  })
})

describe('the end of a connection', () => {
  const will = { topic: 'w', payload: Buffer.from('gone') }

  test.each<[string, number, (client: ReturnType<typeof connected>) => void]>([
    ['DISCONNECT: no will', 0, ({ send }) => send({ cmd: 'disconnect' })],
    ['an end without it: the will', 1, ({ connection }) => connection.destroy()],
    ['no MQTT: the will', 1, ({ connection }) => void connection.write(Buffer.of(0xff, 0xff))],
    ['a second CONNECT: the will', 1, ({ connect }) => connect()],
  ])('%s', (_, wills, end) => {
    const broker = brokerAt()
    const client = connected(broker, { will })
    end(client)
    expect(broker.received).toHaveLength(wills)
    expect(broker.connected).toEqual([])
  })

  test('a half-open one ends one and a half keep-alives after its last packet, and its owner is told', () => {
    const clock = virtualClock()
    const broker = new MemoryBroker(clock)
    const { send, connection, heard } = connected(broker, { will, keepalive: 10 })
    clock.advance(14_000)
    send({ cmd: 'pingreq' })
    let gone = false
    connection.abandon!(() => {
      gone = true
    })
    clock.advance(14_999)
    expect([gone, broker.received.length, broker.connected]).toEqual([false, 0, ['me']])
    clock.advance(1)
    expect([gone, broker.received.length, broker.connected]).toEqual([true, 1, []])
    expect(heard).toEqual(['connected'])
  })

  test('keep-alive 0 never ends it', () => {
    const clock = virtualClock()
    const broker = new MemoryBroker(clock)
    connected(broker, { keepalive: 0 })
    clock.advance(1e9)
    expect(broker.connected).toEqual(['me'])
  })
})

test('MQTT 3.1, and client IDs that are empty', () => {
  const broker = brokerAt()
  const old = clientOf(broker, { protocolId: 'MQIsdp', protocolVersion: 3 })
  old.connect()
  const anonymous = clientOf(broker, { clientId: '' })
  anonymous.connect()
  const refused = clientOf(broker, { clientId: '' })
  refused.connection.write(Buffer.from('100c00044d5154540400003c0000', 'hex'))
  expect([old.take(), anonymous.take(), refused.take()]).toEqual([['connack 0'], ['connack 0'], ['connack 2']])
  expect(broker.connected).toEqual(['me', 'anonymous-1'])
})

test('packets that come before CONNECT end the connection', () => {
  const broker = brokerAt()
  const client = clientOf(broker)
  client.send({ cmd: 'pingreq' })
  expect(client.heard).toEqual(['connected', 'ended'])
})

test.each([
  ['a/b', 'a/b', true],
  ['a/b', 'a/+', true],
  ['a', 'a/#', true],
  ['a/b/c', 'a/#', true],
  ['a/b', '#', true],
  ['a//b', 'a/+/b', true],
  ['a/b', 'a', false],
  ['a', 'a/+', false],
  ['a/b/c', 'a/+', false],
  ['$SYS/x', '#', false],
  ['$SYS/x', '+/x', false],
  ['$SYS/x', '$SYS/#', true],
  ['ab', 'a', false],
])('topic %s, filter %s: %s', (topic, filter, fits) => expect(fitsFilter(topic, filter)).toBe(fits))
