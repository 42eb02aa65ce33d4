import { once } from 'node:events'
import { connect as connectSocket } from 'node:net'
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt'
import { generate } from 'mqtt-packet'
import { afterEach, describe, expect, test } from 'vitest'
import { type BytePeer, startBytePeer } from '../../src/conformance/scripted-broker/byte-peer.ts'
import { packetType } from '../../src/conformance/scripted-broker/mqtt-bytes.ts'
import type { PeerBehaviour } from '../../src/conformance/scripted-broker/peer-answers.ts'
import { until } from '../support/until.ts'

const open: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

async function peer(behaviour?: PeerBehaviour): Promise<BytePeer> {
  const started = await startBytePeer(behaviour)
  open.push(started.stop)
  return started
}

async function client(to: BytePeer, options: IClientOptions = {}): Promise<MqttClient> {
  const connected = await connectAsync(
    `mqtt://${to.address}`,
    { reconnectPeriod: 0, protocolVersion: 4, ...options },
    false,
  )
  open.push(() => connected.endAsync(true))
  return connected
}

function received(by: MqttClient): string[] {
  const messages: string[] = []
  by.on('message', (topic, payload, { qos }) => messages.push(`${topic} ${payload} ${qos}`))
  return messages
}

function sentTypes(to: BytePeer): number[] {
  return to.packets.map(({ type }) => type)
}

describe('as a broker', () => {
  test.each([
    [0, 2, 0],
    [1, 2, 1],
    [2, 2, 2],
    [2, 1, 1],
    [1, 0, 0],
  ] as const)('delivers QoS %i to a subscription of QoS %i as %i', async (published, subscribed, delivered) => {
    const to = await peer()
    const mine = await client(to)
    const messages = received(mine)
    await mine.subscribeAsync('a/b', { qos: subscribed })
    await mine.publishAsync('a/b', 'x', { qos: published })
    await mine.publishAsync('a/bc', 'other topic')
    await until(() => messages.length > 0, 'the message is back')
    expect(messages).toEqual([`a/b x ${delivered}`])
  })

  test('delivers a QoS 2 message once, however often it is sent', async () => {
    const to = await peer()
    const mine = await client(to)
    const messages = received(mine)
    await mine.subscribeAsync('t')
    const bytes = generate({
      cmd: 'publish',
      topic: 't',
      payload: 'x',
      qos: 2,
      messageId: 7,
      dup: false,
      retain: false,
    })
    const socket = connectSocket(to.port, to.host).resume()
    open.push(async () => socket.destroy())
    socket.write(Buffer.concat([bytes, bytes, bytes]))
    await until(() => sentTypes(to).filter((type) => type === packetType.publish).length === 3, 'all three came')
    await mine.publishAsync('t', 'last')
    await until(() => messages.includes('t last 0'), 'the last message')
    expect(messages).toEqual(['t x 0', 't last 0'])
  })

  test('stops delivering after an unsubscribe', async () => {
    const to = await peer()
    const mine = await client(to)
    const messages = received(mine)
    await mine.subscribeAsync(['a', 'b'])
    await mine.unsubscribeAsync('a')
    await mine.publishAsync('a', '1')
    await mine.publishAsync('b', '2')
    await until(() => messages.length > 0, 'the message is back')
    expect(messages).toEqual(['b 2 0'])
  })

  test('keeps topics and packets byte by byte', async () => {
    const to = await peer()
    const socket = connectSocket(to.port, to.host)
    open.push(async () => socket.destroy())
    const chunks: Buffer[] = []
    socket.on('data', (chunk) => chunks.push(chunk))
    const subscribe = Buffer.of(0x82, 0x07, 0x00, 0x05, 0x00, 0x02, 0xb4, 0xac, 0x00)
    const publish = Buffer.of(0x30, 0x05, 0x00, 0x02, 0xb4, 0xac, 0xff)
    for (const byte of Buffer.concat([subscribe, publish])) socket.write(Buffer.of(byte))
    await until(() => Buffer.concat(chunks).length >= 12, 'both answers')
    expect(Buffer.concat(chunks)).toEqual(Buffer.concat([Buffer.of(0x90, 0x03, 0x00, 0x05, 0x00), publish]))
    expect(to.packets.map(({ raw }) => raw)).toEqual([subscribe, publish])
  })

  test('reads a packet of four length bytes and ends a connection that sends five', async () => {
    const to = await peer()
    const mine = await client(to)
    const messages = received(mine)
    await mine.subscribeAsync('t')
    await mine.publishAsync('t', Buffer.alloc(2_100_000, 0x61))
    await until(() => messages.length > 0, 'the long message is back')
    expect(messages[0]).toHaveLength(2_100_000 + 4)
    const socket = connectSocket(to.port, to.host)
    socket.write(Buffer.of(0x30, 0xff, 0xff, 0xff, 0xff, 0x01))
    await once(socket, 'close')
  })

  test('answers pings, and counts connections', async () => {
    const to = await peer()
    await client(to)
    const mine = await client(to)
    mine.sendPing()
    await until(() => sentTypes(to).includes(packetType.pingreq), 'the ping')
    expect(to.connections).toBe(2)
    expect(to.packets.at(-1)).toMatchObject({ type: packetType.pingreq, connection: 1, raw: Buffer.of(0xc0, 0x00) })
  })
})

describe('misbehaving on request', () => {
  test.each([1, 2, 3, 4, 5])('refuses with CONNACK %i', async (code) => {
    await expect(client(await peer({ connack: code }))).rejects.toMatchObject({ code })
  })

  test('closes, resets, stays silent or sends garbage in place of CONNACK', async () => {
    const to = await peer()
    const ending = async (connack: NonNullable<PeerBehaviour['connack']>) => {
      to.behave({ connack })
      const socket = connectSocket(to.port, to.host)
      const seen: string[] = []
      socket.on('error', (error: NodeJS.ErrnoException) => seen.push(error.code ?? ''))
      socket.on('end', () => seen.push('end')).on('data', (bytes) => seen.push(bytes.toString('hex')))
      const before = to.packets.length
      socket.write(
        generate({ cmd: 'connect', clientId: 'x', protocolId: 'MQTT', protocolVersion: 4, clean: true, keepalive: 0 }),
      )
      await until(() => to.packets.length > before, 'the CONNECT')
      if (connack === 'silent') to.send(Buffer.of(0xee))
      await until(() => seen.length > 0, `something after ${connack}`)
      socket.destroy()
      return seen
    }
    expect(await ending('close')).toEqual(['end'])
    expect(await ending('reset')).toEqual(['ECONNRESET'])
    expect(await ending('silent')).toEqual(['ee'])
    expect(await ending(Buffer.of(0xd0, 0x00))).toEqual(['d000'])
    expect(await ending(0)).toEqual(['20020000'])
  })

  test('leaves publishes without acknowledgement, and still passes them on', async () => {
    const to = await peer({ ackPublishes: false })
    const mine = await client(to)
    const messages = received(mine)
    await mine.subscribeAsync('t', { qos: 0 })
    let isAcknowledged = false
    mine.publishAsync('t', 'x', { qos: 1 }).then(
      () => (isAcknowledged = true),
      () => {},
    )
    await until(() => messages.length > 0, 'the message is back')
    expect(isAcknowledged).toBe(false)
  })

  test.each([
    [true, [0x40, 0x30]],
    [false, [0x30, 0x40]],
  ])('ackFirst %s orders acknowledgement and delivery', async (ackFirst, order) => {
    const to = await peer({ ackFirst })
    const mine = await client(to)
    const incoming: number[] = []
    await mine.subscribeAsync('t', { qos: 0 })
    mine.on('packetreceive', ({ cmd }) => incoming.push(cmd === 'puback' ? 0x40 : 0x30))
    await mine.publishAsync('t', 'x', { qos: 1 })
    await until(() => incoming.length === 2, 'both')
    expect(incoming).toEqual(order)
  })

  test('refuses a subscription', async () => {
    const to = await peer({ suback: 0x80 })
    const mine = await client(to)
    await expect(mine.subscribeAsync('t')).rejects.toThrow()
  })

  test('sends bytes, closes and resets when told', async () => {
    const to = await peer()
    const first = await client(to)
    const messages = received(first)
    to.send(Buffer.of(0x30, 0x04, 0x00, 0x01, 0x61, 0x62))
    await until(() => messages.includes('a b 0'), 'the message')
    to.close()
    await until(() => !first.connected, 'the end')
    const second = await client(to)
    const errors: unknown[] = []
    second.on('error', (error) => errors.push(error))
    to.reset()
    await until(() => !second.connected, 'the reset')
    expect(errors).toMatchObject([{ code: 'ECONNRESET' }])
  })
})
