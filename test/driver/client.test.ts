import * as mqttjs from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Profile, profiles } from '../../src/at/public.ts'
import { type EmbeddedBroker, startBroker } from '../../src/broker/embedded-broker.ts'
import { ClientError, connect, openDevice } from '../../src/driver/node.ts'
import { virtualClock } from '../../src/io/runtime/clock-virtual.ts'
import { ClientModule, heardOf } from '../support/driver/client-module.ts'
import { replies, ScriptedPort } from '../support/driver/scripted-port.ts'
import { until } from '../support/until.ts'
import { inVirtualTime } from '../support/virtual-time.ts'

let broker: EmbeddedBroker
beforeAll(async () => {
  broker = await startBroker({ host: '127.0.0.1', port: 0 })
})
afterAll(() => broker.close())

const everyProfile = Object.values(profiles).map((profile): [string, Profile] => [profile.name, profile])

describe.each(everyProfile)('a client on %s', (_, profile) => {
  test('connects, subscribes, publishes with every QoS, receives, unsubscribes, ends', async () => {
    const line = new ClientModule({ profile })
    const client = line.connect({ url: broker.url })
    const heard = heardOf(client)
    expect([client.connected, client.reconnecting]).toEqual([false, false])
    expect(await client.subscribeAsync('all/#', { qos: 2 })).toEqual([{ topic: 'all/#', qos: 2 }])
    expect(client.connected).toBe(true)
    const packets: unknown[] = []
    for (const qos of [0, 1, 2] as const) packets.push(await client.publishAsync('all/ä', `${qos}`, { qos }))
    const packet = { cmd: 'publish', topic: 'all/ä', retain: false, dup: false, messageId: undefined }
    expect(packets).toEqual([undefined, ...[1, 2].map((qos) => ({ ...packet, qos, payload: `${qos}` }))])
    await client.publishAsync('all/empty', '', { qos: 1 })
    await until(() => heard.length === 5, 'four messages')
    await client.unsubscribeAsync('all/#')
    await client.publishAsync('all/ä', 'not heard', { qos: 1 })
    await client.endAsync()
    expect(heard).toEqual([
      'connect',
      'message all/ä 0',
      'message all/ä 1',
      'message all/ä 2',
      'message all/empty ',
      'close',
      'end',
    ])
    expect(line.trace.filter((text) => /^> AT\+CMQTT(DISC|REL|STOP)/.test(text))).toHaveLength(3)
    expect([client.connected, client.disconnected]).toEqual([false, true])
    await line.close()
  })
})

describe('the shape of MQTT.js', () => {
  test('callbacks, several topics, a map of topics, and what the line does not tell is undefined', async () => {
    const line = new ClientModule()
    const client = line.connect({ url: broker.url, clientId: 'shape' })
    const connected = new Promise((resolve) => client.once('connect', resolve))
    const granted = await new Promise((resolve) =>
      client.subscribe(['shape/a', 'shape/b'], { qos: 1 }, (_, grants) => resolve(grants)),
    )
    expect(await connected).toEqual({ cmd: 'connack', returnCode: 0, sessionPresent: undefined })
    expect(granted).toEqual([
      { topic: 'shape/a', qos: 1 },
      { topic: 'shape/b', qos: 1 },
    ])
    expect(await client.subscribeAsync({ 'shape/b': { qos: 1 }, 'shape/c': { qos: 0 } })).toEqual([
      { topic: 'shape/c', qos: 0 },
    ])
    const packet = new Promise<object>((resolve) => client.once('message', (_topic, _payload, given) => resolve(given)))
    await new Promise<void>((resolve) => client.publish('shape/c', Buffer.from('x'), { qos: 1 }, () => resolve()))
    expect(await packet).toEqual({
      ...{ cmd: 'publish', topic: 'shape/c', payload: Buffer.from('x') },
      ...{ qos: undefined, retain: undefined, dup: undefined, messageId: undefined },
    })
    await new Promise<void>((resolve) => client.unsubscribe('shape/a', () => resolve()))
    await new Promise<void>((resolve) => client.end(false, {}, () => resolve()))
    const late = await new Promise((resolve) => client.publish('shape/c', 'late', (error) => resolve(error)))
    expect(late).toBeInstanceOf(ClientError)
    expect(late).toMatchObject({ code: 'ended' })
    await line.close()
  })

  test('unsubscribe and, without waiting, subscribe: it is subscribed again', async () => {
    const line = new ClientModule()
    const client = line.connect({ url: broker.url })
    const heard = heardOf(client)
    await client.subscribeAsync('swap', { qos: 1 })
    const unsubscribed = client.unsubscribeAsync('swap')
    expect(await client.subscribeAsync('swap', { qos: 1 })).toEqual([{ topic: 'swap', qos: 1 }])
    await unsubscribed
    expect(await client.subscribeAsync('swap', { qos: 1 })).toEqual([])
    await client.publishAsync('swap', 'heard', { qos: 1 })
    await until(() => heard.length > 1, 'the message')
    expect(heard).toEqual(['connect', 'message swap heard'])
    await client.endAsync()
    await line.close()
  })

  test('what was published before end() is sent before it', async () => {
    const line = new ClientModule()
    const device = openDevice(line.options)
    const listener = device.connect({ url: broker.url })
    const heard = heardOf(listener)
    await listener.subscribeAsync('before-end')
    const client = device.connect({ url: broker.url })
    await client.publishAsync('before-end', '1')
    client.publish('before-end', '2')
    client.publish('before-end', '3', { qos: 1 })
    client.end()
    await until(() => heard.length === 4, 'three messages')
    await device.close()
    expect(heard).toEqual(['connect', ...[1, 2, 3].map((n) => `message before-end ${n}`), 'close', 'end'])
    expect(line.lines('+CMQTTSTOP')).toHaveLength(1)
    await line.close()
  })

  test('messages as an iterator, which ends with the client; commands between', async () => {
    const line = new ClientModule()
    const client = line.connect({ url: broker.url })
    const messages = client[Symbol.asyncIterator]()
    await client.subscribeAsync('loop')
    await client.publishAsync('loop', 'one')
    expect(await client.modem.command('AT+CSQ')).toEqual(['+CSQ: 23,0'])
    expect(await client.signal()).toMatchObject({ rssi: 23 })
    expect(await client.info()).toMatchObject({ model: 'SIM7672G-MNGV' })
    expect(await messages.next()).toMatchObject({ value: { topic: 'loop', payload: Buffer.from('one') } })
    const more = messages.next()
    await client.endAsync()
    expect(await more).toEqual({ done: true, value: undefined })
    for await (const message of client) expect(message).toBeUndefined()
    await line.close()
  })
})

test('another client with the same client ID brings a warning that says so, once', async () => {
  const line = new ClientModule()
  const twin = { clientId: 'twin', reconnectPeriod: 20 }
  const other = await mqttjs.connectAsync(broker.url, { ...twin, protocolVersion: 4 }, false)
  const client = line.connect({ url: broker.url, ...twin, maxReconnectPeriod: 20 })
  const heard = heardOf(client)
  const losses: string[] = []
  client.on('close', (error) => losses.push(`${error?.message}`))
  await until(() => heard.filter((text) => text === 'close').length > 5, 'five losses')
  await other.endAsync(true)
  await client.publishAsync('twin', 'x', { qos: 1 })
  expect(losses[0]).toMatch(
    /^The server closed the connection\. It held for less than 1 s with client ID "twin": perhaps another client has the same ID\.$/,
  )
  expect(heard.filter((text) => text.startsWith('warning'))).toEqual([
    expect.stringMatching(
      /^warning The server has closed 3 connections .* the client ID "twin" too, so give each its own/,
    ),
  ])
  await client.endAsync()
  await line.close()
})

test('two clients on one module take turns, and the last one to end stops the service', async () => {
  const line = new ClientModule()
  const device = openDevice(line.options)
  const [a, b] = ['a', 'b'].map((clientId) => device.connect({ url: broker.url, clientId }))
  expect(() => device.connect({ url: broker.url })).toThrow(/two clients, and they are in use/)
  const [heardA, heardB] = [heardOf(a!), heardOf(b!)]
  await Promise.all([a!.subscribeAsync('pair/a', { qos: 1 }), b!.subscribeAsync('pair/b', { qos: 1 })])
  const numbers = Array.from({ length: 20 }, (_, n) => n)
  await Promise.all(
    numbers.flatMap((n) => [
      a!.publishAsync('pair/b', `${n}`, { qos: 1 }),
      b!.publishAsync('pair/a', `${n}`, { qos: 1 }),
    ]),
  )
  await until(() => heardA.length === 21 && heardB.length === 21, 'twenty each')
  expect(heardA.slice(1)).toEqual(numbers.map((n) => `message pair/a ${n}`))
  expect(heardB.slice(1)).toEqual(numbers.map((n) => `message pair/b ${n}`))
  const turns = line.lines('+CMQTTPUB').map((text) => text['AT+CMQTTPUB='.length])
  expect(
    Math.max(
      ...turns
        .join('')
        .match(/0+|1+/g)!
        .map((run) => run.length),
    ),
  ).toBeLessThan(4)
  await a!.endAsync()
  expect(line.lines('+CMQTTSTOP')).toEqual([])
  await b!.publishAsync('pair/b', 'still there', { qos: 1 })
  await b!.endAsync()
  expect(line.lines('+CMQTTSTOP')).toHaveLength(1)
  await device.close()
  await line.close()
})

test('a firmware that has only the short forms of SUB and UNSUB is given the topic by SUBTOPIC', async () => {
  const clock = virtualClock()
  const answer = replies({
    'AT+CPIN?': '+CPIN: READY',
    'AT+CEREG?': '+CEREG: 0,1',
    'AT+CMQTTACCQ?': ['+CMQTTACCQ: 0,"",0\r\n+CMQTTACCQ: 1,"",0'],
    'AT+CMQTTSUB=0,3,1': 'ERROR',
    'AT+CMQTTUNSUB=0,3,0': 'ERROR',
  })
  const port = new ScriptedPort((text) => {
    if (/SUBTOPIC=0,3/.test(text)) return '\r\n>'
    const deferred = /^AT\+CMQTT(START|CONNECT|SUB|UNSUB|DISC|STOP)(=0)?([,"].*)?\r$/.exec(text)
    const index = deferred?.[2] ? '0,' : ''
    const result = deferred && !text.includes(',3,') ? `\r\n+CMQTT${deferred[1]}: ${index}0\r\n` : ''
    return (text === 'a/b' ? '\r\nOK\r\n' : answer(text)) + result
  })
  const client = connect({ port, clock, profile: profiles.a76xx!, url: 'mqtt://host' })
  await inVirtualTime(clock, client.subscribeAsync('a/b', { qos: 1 }))
  await inVirtualTime(clock, client.unsubscribeAsync('a/b'))
  expect(port.sent.filter((text) => /SUB|a\/b/.test(text))).toEqual([
    ...['AT+CMQTTSUB=0,3,1\r', 'AT+CMQTTSUBTOPIC=0,3,1\r', 'a/b', 'AT+CMQTTSUB=0\r'],
    ...['AT+CMQTTUNSUB=0,3,0\r', 'AT+CMQTTUNSUBTOPIC=0,3\r', 'a/b', 'AT+CMQTTUNSUB=0\r'],
  ])
  await inVirtualTime(clock, client.endAsync(true))
})
