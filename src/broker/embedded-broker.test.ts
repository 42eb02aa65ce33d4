import { once } from 'node:events'
import { connect as connectSocket } from 'node:net'
import { connectAsync, type IClientOptions, type MqttClient, connect as mqttConnect } from 'mqtt'
import { afterEach, describe, expect, test } from 'vitest'
import { SetupError } from '../io/setup-error.ts'
import { until } from '../io/testing/until.ts'
import { type BrokerOptions, type EmbeddedBroker, startBroker } from './embedded-broker.ts'

const open: { close(): Promise<void> }[] = []

afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close()
})

async function broker(options: Partial<BrokerOptions> = {}): Promise<EmbeddedBroker> {
  const started = await startBroker({ host: '127.0.0.1', port: 0, ...options })
  open.push(started)
  return started
}

async function client(url: string, options: IClientOptions = {}): Promise<MqttClient> {
  const connected = await connectAsync(url, { reconnectPeriod: 0, protocolVersion: 4, ...options }, false)
  open.push({ close: () => connected.endAsync(true) })
  return connected
}

function mqtt31(clientId: string): IClientOptions {
  return { protocolVersion: 3, protocolId: 'MQIsdp', clientId }
}

async function roundTrip(url: string, qos: 0 | 1 | 2): Promise<string> {
  const [receiver, sender] = [await client(url), await client(url)]
  await receiver.subscribeAsync('a/b', { qos })
  const message = new Promise<string>((resolve) => {
    receiver.once('message', (topic, payload) => resolve(`${topic} ${payload}`))
  })
  await sender.publishAsync('a/b', 'hello', { qos })
  return message
}

describe('a broker without logins', () => {
  test('says where it listens', async () => {
    const { host, port, url } = await broker()
    expect(host).toBe('127.0.0.1')
    expect(port).toBeGreaterThan(0)
    expect(url).toBe(`mqtt://127.0.0.1:${port}`)
  })

  test.each([0, 1, 2] as const)('passes a message on with QoS %i', async (qos) => {
    const { url } = await broker()
    expect(await roundTrip(url, qos)).toBe('a/b hello')
  })

  test('takes a client ID of 128 bytes in MQTT 3.1', async () => {
    const { url } = await broker()
    const connected = await client(url, mqtt31('c'.repeat(128)))
    expect(connected.connected).toBe(true)
  })

  test('accepts anybody, with a login too', async () => {
    const { url } = await broker()
    const connected = await client(url, { username: 'somebody', password: 'something' })
    expect(connected.connected).toBe(true)
  })
})

test.each([true, false])(
  'UNSUBSCRIBE and SUBSCRIBE of one filter in one piece, clean %s: it is subscribed, once',
  async (clean) => {
    const { url } = await broker()
    const sender = await client(url)
    const listener = await client(url, { clientId: 'pipelined', clean })
    let heard: string[] = []
    listener.on('message', (_topic, payload) => void heard.push(payload.toString()))
    for (const qos of [0, 1] as const) await listener.subscribeAsync('a/b', { qos })
    // mqtt sends what is asked for in one turn as one piece.
    listener.stream.cork()
    const pair = Promise.all([listener.unsubscribeAsync('a/b'), listener.subscribeAsync('a/b', { qos: 1 })])
    listener.stream.uncork()
    await pair
    await sender.publishAsync('a/b', 'again', { qos: 1 })
    await listener.publishAsync('end', '', { qos: 1 })
    expect(heard).toEqual(['again'])
    heard = []
    await listener.unsubscribeAsync('a/b')
    await sender.publishAsync('a/b', 'left', { qos: 1 })
    await listener.publishAsync('end', '', { qos: 1 })
    expect(heard).toEqual([])
  },
)

describe('a broker with logins', () => {
  const logins = { alice: 'secret' }

  test.each([
    ['a record', logins],
    ['a map', new Map(Object.entries(logins))],
  ])('accepts the right password from %s', async (_title, given) => {
    const { url } = await broker({ logins: given })
    const connected = await client(url, { username: 'alice', password: 'secret' })
    expect(connected.connected).toBe(true)
  })

  test.each<[string, IClientOptions]>([
    ['a wrong password', { username: 'alice', password: 'secreT' }],
    ['an unknown name', { username: 'bob', password: 'secret' }],
    ['a name every object has', { username: 'constructor', password: 'secret' }],
    ['a name without password', { username: 'alice' }],
    ['no login', {}],
  ])('refuses %s with code 4', async (_title, options) => {
    const { url } = await broker({ logins })
    await expect(client(url, options)).rejects.toMatchObject({ code: 4 })
  })

  test('an empty list lets nobody in', async () => {
    const { url } = await broker({ logins: {} })
    await expect(client(url)).rejects.toMatchObject({ code: 4 })
  })
})

describe('starting and stopping', () => {
  test('a port in use is a setup error', async () => {
    const { port } = await broker()
    const second = startBroker({ host: '127.0.0.1', port })
    await expect(second).rejects.toBeInstanceOf(SetupError)
    await expect(second).rejects.toMatchObject({ code: 'inUse', message: expect.stringContaining(String(port)) })
  })

  test.each([
    ['a port out of range', { port: 70_000 }],
    ['an address of another machine', { host: '192.0.2.1' }],
  ])('%s is a setup error', async (_title, options) => {
    await expect(broker(options)).rejects.toMatchObject({ code: 'invalid' })
  })

  test('close ends clients and half-open connections at once, and frees the port', async () => {
    const started = await broker()
    const connected = await client(started.url)
    const silent = connectSocket(started.port, started.host)
    await once(silent, 'connect')
    const ends = Promise.all([new Promise<void>((resolve) => connected.once('close', resolve)), once(silent, 'close')])
    await started.close()
    await ends
    await expect(broker({ port: started.port })).resolves.toMatchObject({ port: started.port })
  })

  test('close may be called twice', async () => {
    const started = await broker()
    await started.close()
    await expect(started.close()).resolves.toBeUndefined()
  })
})

describe('before CONNECT', () => {
  test('what is longer than any CONNECT is not kept: the connection ends', async () => {
    const { host, port } = await broker()
    const socket = connectSocket({ host, port })
    socket.on('error', () => {})
    socket.write(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]))
    socket.write(Buffer.alloc(1 << 20, 0x41))
    await new Promise((resolve) => socket.once('close', resolve))
  })

  test('the longest CONNECT, in pieces, and what comes right behind it are taken', async () => {
    const { url } = await broker()
    const receiver = await client(url)
    await receiver.subscribeAsync('a/b', { qos: 1 })
    const will = { topic: 't'.repeat(65_535), payload: Buffer.alloc(65_535), qos: 0 as const, retain: false }
    const sender = await client(url, { username: 'u'.repeat(65_535), password: 'p'.repeat(65_535), will })
    const got = new Promise<number>((resolve) => receiver.once('message', (_, payload) => resolve(payload.length)))
    await sender.publishAsync('a/b', Buffer.alloc(600_000), { qos: 1 })
    expect(await got).toBe(600_000)
  })
})

describe('a client that breaks the protocol', () => {
  const connect = [0x10, 0x0d, 0x00, 0x04, 0x4d, 0x51, 0x54, 0x54, 0x04, 0x02, 0x00, 0x3c, 0x00, 0x01, 0x78]

  test.each([
    ['no MQTT at all', [...new TextEncoder().encode('GET / HTTP/1.1\r\n\r\n')]],
    ['a length that never ends', [0x10, 0xff, 0xff, 0xff, 0xff, 0xff]],
    ['a publish before the connect', [0x30, 0x03, 0x00, 0x01, 0x61]],
    ['a reserved packet type', [...connect, 0x00, 0x00]],
    ['a topic longer than its packet', [...connect, 0x30, 0x03, 0x00, 0xff, 0x61]],
    ['a subscribe with reserved flags', [...connect, 0x80, 0x06, 0x00, 0x01, 0x00, 0x01, 0x61, 0x00]],
    ['a malformed filter', [...connect, 0x82, 0x08, 0x00, 0x01, 0x00, 0x03, 0x61, 0x23, 0x62, 0x00]],
  ])('%s costs it its connection and nobody else anything', async (_title, bytes) => {
    const { host, port, url } = await broker()
    const socket = connectSocket(port, host)
    socket.on('error', () => {}).resume()
    socket.write(Uint8Array.from(bytes))
    await once(socket, 'close')
    expect(await roundTrip(url, 1)).toBe('a/b hello')
  })
})

describe('a client can not make it keep more and more', () => {
  const said: string[] = []
  const log = { log: (_: string, message: string) => void said.push(message) }
  afterEach(() => said.splice(0))

  test('retained messages: those beyond the limit are passed on and not kept; an empty one makes room', async () => {
    const { url } = await broker({ log, limits: { retainedBytes: 30 } })
    const [sender, hearer] = [await client(url), await client(url)]
    const heard: string[] = []
    hearer.on('message', (topic) => heard.push(topic))
    await hearer.subscribeAsync('#', { qos: 1 })
    const keep = (topic: string, payload: string) => sender.publishAsync(topic, payload, { retain: true, qos: 1 })
    await keep('a', 'x'.repeat(20))
    await keep('b', 'x'.repeat(20))
    await keep('a', '')
    await keep('c', 'x'.repeat(20))
    await until(() => heard.length === 4)
    const late = await client(url)
    const kept: string[] = []
    late.on('message', (topic) => kept.push(topic))
    await late.subscribeAsync('#', { qos: 1 })
    await until(() => kept.length > 0)
    expect([heard, kept]).toEqual([['a', 'b', 'a', 'c'], ['c']])
    expect(said).toEqual(['broker: retained messages have 30 bytes; further ones are passed on and not kept'])
  })

  test.each([
    ['a number', { waitingOfSession: 2 }],
    ['bytes', { waitingBytes: 4 }],
  ])('messages for a session that is away: %s; what it has taken makes room', async (_, limits) => {
    const { url } = await broker({ log, limits })
    const session = { clientId: 'away', clean: false }
    await (await client(url, session)).subscribeAsync('t', { qos: 1 })
    await (open.pop() as { close(): Promise<void> }).close()
    const sender = await client(url)
    for (const text of ['1', '2', '3']) await sender.publishAsync('t', text, { qos: 1 })
    const got: string[] = []
    const back = connectLater(url, session, got)
    await until(() => got.length > 0)
    await sender.publishAsync('t', 'now', { qos: 1 })
    await until(() => got.includes('now'))
    expect(got).toEqual(['1', '2', 'now'])
    expect(new Set(said)).toEqual(
      new Set(['broker: too many messages wait for sessions of clients that are away; further ones are dropped']),
    )
    await back
  })

  test.each([
    ['a number', { waitingOfSession: 1 }],
    ['bytes', { waitingBytes: 2 }],
  ])('a message at QoS 2 for a session that is away: %s; taken, it makes room', async (_, limits) => {
    const { url } = await broker({ log, limits })
    const session = { clientId: 'away', clean: false }
    await (await client(url, session)).subscribeAsync('t', { qos: 2 })
    await (open.pop() as { close(): Promise<void> }).close()
    const sender = await client(url)
    for (const text of ['1', '2']) await sender.publishAsync('t', text, { qos: 2 })
    const got: string[] = []
    const back = connectLater(url, session, got)
    await until(() => got.length > 0)
    await sender.publishAsync('t', 'n', { qos: 2 })
    await until(() => got.includes('n'))
    expect(got).toEqual(['1', 'n'])
    await back
  })

  test('several messages at QoS 2 for a session that is away arrive, each once, also when it loses its connection in their middle', async () => {
    const { url } = await broker()
    const session = { clientId: 'away', clean: false }
    await (await client(url, session)).subscribeAsync('t', { qos: 2 })
    await (open.pop() as { close(): Promise<void> }).close()
    const sender = await client(url)
    const texts = Array.from({ length: 20 }, (_, i) => `${i}`)
    for (const text of texts) await sender.publishAsync('t', text, { qos: 2 })
    const got: string[] = []
    const back = mqttConnect(url, { reconnectPeriod: 1, protocolVersion: 4, ...session })
    open.push({ close: () => back.endAsync(true) })
    back.on('message', (_, payload) => got.push(`${payload}`))
    const cut = (packet: { cmd: string }) => {
      if (packet.cmd !== 'pubrec') return
      back.off('packetsend', cut)
      back.stream.destroy()
    }
    back.on('packetsend', cut)
    await until(() => got.length >= texts.length)
    await sender.publishAsync('t', 'last', { qos: 2 })
    await until(() => got.includes('last'))
    expect(got).toEqual([...texts, 'last'])
  })

  /** Reads nothing of what it has subscribed to. */
  async function deafSubscriber({ host, port }: EmbeddedBroker) {
    const socket = connectSocket(port, host)
    open.push({ close: async () => void socket.destroy() })
    const connect = [0x10, 0x0d, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 60, 0, 1, 0x78]
    socket.write(Uint8Array.of(...connect, 0x82, 6, 0, 1, 0, 1, 0x74, 0))
    let acknowledged = 0
    socket.on('data', (bytes) => {
      acknowledged += bytes.length
    })
    await until(() => acknowledged >= 9)
    socket.removeAllListeners('data').pause()
    return socket
  }

  /** More than the kernel takes for a socket, then more than aedes passes on at a time. */
  const payloads = Array.from({ length: 160 }, (_, i) => Buffer.alloc(i < 40 ? 1_000_000 : 10))

  test('a subscriber that never reads keeps no message from another one', async () => {
    const started = await broker({ log, limits: { unreadBytes: 50_000_000 } })
    await deafSubscriber(started)
    const [sender, hearer] = [await client(started.url), await client(started.url)]
    let heard = 0
    hearer.on('message', () => heard++)
    await hearer.subscribeAsync('t')
    for (const payload of payloads) await sender.publishAsync('t', payload, { qos: 1 })
    await until(() => heard === payloads.length)
    expect(said).toEqual([])
  })

  test('it is disconnected at the limit, and the log says so once', async () => {
    const started = await broker({ log, limits: { unreadBytes: 2_000_000 } })
    const socket = await deafSubscriber(started)
    const closed = once(
      socket.on('error', () => {}),
      'close',
    )
    const sender = await client(started.url)
    for (const payload of payloads) if (said.length === 0) await sender.publishAsync('t', payload, { qos: 1 })
    socket.resume()
    await closed
    expect(said).toEqual(['broker: a client has not read 2000000 bytes; it is disconnected'])
  })

  test('filters of a client, and sessions that are kept', async () => {
    const { url } = await broker({ log, limits: { filtersOfClient: 2, sessions: 1 } })
    const one = await client(url, { clientId: 'one', clean: false })
    const grantedTo = async (to: MqttClient, topic: string) => {
      const granted = await to.subscribeAsync(topic, { qos: 1 }).catch(() => [{ qos: 128 }])
      return granted.map(({ qos }) => qos)
    }
    expect(await grantedTo(one, 'a')).toEqual([1])
    expect(await grantedTo(one, 'b')).toEqual([1])
    expect(await grantedTo(one, 'c')).toEqual([128])
    expect(await grantedTo(await client(url, { clientId: 'two', clean: false }), 'a')).toEqual([128])
    expect(await grantedTo(await client(url), 'a')).toEqual([1])
    expect(said).toEqual([
      'broker: a client has 2 filters; a further one is refused',
      'broker: 1 sessions are kept; a further one is refused',
    ])
  })

  test('connections on which nobody logs in: the oldest one ends, and clients get in and stay', async () => {
    const { url } = await broker({ log, limits: { connecting: 20 } })
    const before = await client(url)
    const silent = Array.from({ length: 100 }, () => connectSocket(Number(new URL(url).port), '127.0.0.1'))
    let ended = 0
    for (const socket of silent) {
      socket
        .on('error', () => {})
        .once('close', () => ended++)
        .resume()
      open.push({ close: async () => void socket.destroy() })
    }
    await until(() => ended === 80)
    expect(silent.slice(80).every(({ closed }) => !closed)).toBe(true)
    expect(await roundTrip(url, 1)).toBe('a/b hello')
    expect(before.connected).toBe(true)
    expect(new Set(said)).toEqual(
      new Set(['broker: 20 connections have not logged in; the oldest one ends for each further one']),
    )
  })

  test('a packet: whoever announces a longer one is disconnected', async () => {
    const { url } = await broker({ log, limits: { packetBytes: 1000 } })
    const sender = await client(url)
    await sender.publishAsync('t', 'x'.repeat(900), { qos: 1 })
    const closed = new Promise<void>((resolve) => sender.once('close', () => resolve()))
    sender.publish('t', 'x'.repeat(1_000_000))
    await closed
    expect(said).toEqual(['broker: a client sends a packet of more than 1000 bytes; it is disconnected'])
  })
})

async function connectLater(url: string, options: IClientOptions, got: string[]): Promise<void> {
  const back = mqttConnect(url, { reconnectPeriod: 0, protocolVersion: 4, ...options })
  back.on('message', (_, payload) => got.push(`${payload}`))
  open.push({ close: () => back.endAsync(true) })
  await new Promise<void>((resolve) => back.once('connect', () => resolve()))
}
