import { afterEach, describe, expect, test } from 'vitest'
import { virtualClock } from '../../src/io/runtime/clock-virtual.ts'
import { type BytePeer, startBytePeer } from '../support/byte-peer.ts'
import { acquire, connect, receivedText, startModule, type TestHost } from '../support/module/module-host.ts'
import { packetType, writePublish } from '../support/mqtt-bytes.ts'
import { mosquittoMissing, startMosquitto } from '../support/programs/mosquitto.ts'
import { until } from '../support/until.ts'

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

async function hosted(): Promise<TestHost> {
  const started = await startModule()
  open.push(started.close)
  await acquire(started.host, 0, '"version",0,4')
  return started.host
}

const sentPublishes = ({ packets }: BytePeer) =>
  packets
    .filter(({ type }) => type === packetType.publish)
    .map(({ raw, connection }) => [connection, raw.toString('hex')])

describe('clean_session 0', () => {
  test.each(['FIN', 'RST'] as const)('an unacknowledged PUB: 6, CONNLOST, then resent with DUP (%s)', async (how) => {
    const peer = await startBytePeer({ ackPublishes: false })
    open.push(peer.stop)
    const host = await hosted()
    await connect(host, peer.address, '60,0')
    await host.data('AT+CMQTTTOPIC=0,1', 't')
    await host.data('AT+CMQTTPAYLOAD=0,1', 'p')
    await host.says('AT+CMQTTPUB=0,1,60', 'OK')
    await until(() => sentPublishes(peer).length === 1, 'PUBLISH')
    how === 'FIN' ? peer.close() : peer.reset()
    await host.expectLines('+CMQTTPUB: 0,6', `+CMQTTCONNLOST: 0,${how === 'FIN' ? 1 : 2}`)
    peer.behave({ ackPublishes: true })
    await connect(host, peer.address, '60,0')
    await until(() => sentPublishes(peer).length === 2, 'the same again')
    expect(sentPublishes(peer)).toEqual([
      [0, '3206000174000170'],
      [1, '3a06000174000170'],
    ])
    await host.expectQuiet()
  })

  test('a QoS 2 message that the peer sends again after a reconnect is shown once', async () => {
    const peer = await startBytePeer({ connack: Buffer.of(0x20, 2, 1, 0) })
    open.push(peer.stop)
    const host = await hosted()
    const publish = writePublish({ topic: Buffer.from('t'), payload: Buffer.from('p'), qos: 2, packetId: 5 })
    const again = Buffer.from(publish)
    again[0] = again[0]! | 8
    await connect(host, peer.address, '60,0')
    // The peer answers PUBREC with PUBREL, and the message is over; before that the line is cut.
    const before = peer.packets.length
    peer.send(publish)
    peer.close()
    await host.expectBytes(receivedText(0, 't', 'p'))
    await until(() => peer.packets.length > before, 'PUBREC')
    await host.expectLines('+CMQTTCONNLOST: 0,1')
    await connect(host, peer.address, '60,0')
    peer.send(again)
    peer.send(again)
    await until(() => peer.packets.some(({ type, connection }) => connection === 1 && type === 7), 'PUBCOMP')
    await host.expectQuiet()
  })

  test.skipIf(mosquittoMissing)('mosquitto keeps what was published meanwhile, and the subscription', async () => {
    const mosquitto = await startMosquitto()
    open.push(mosquitto.stop)
    const host = await hosted()
    await connect(host, mosquitto.address, '60,0')
    await host.data('AT+CMQTTSUB=0,1,2', 't', '+CMQTTSUB: 0,0')
    await host.says('AT+CMQTTDISC=0,60', 'OK', '+CMQTTDISC: 0,0')
    await acquire(host, 1)
    await connect(host, mosquitto.address, '60,1', 1)
    for (const payload of ['one', 'two']) {
      await host.data('AT+CMQTTTOPIC=1,1', 't')
      await host.data('AT+CMQTTPAYLOAD=1,3', payload)
      await host.says('AT+CMQTTPUB=1,2,60', 'OK', '+CMQTTPUB: 1,0')
    }
    host.send(`AT+CMQTTCONNECT=0,"tcp://${mosquitto.address}",60,0`)
    await host.expectLines('OK', '+CMQTTCONNECT: 0,0')
    await host.expectBytes(receivedText(0, 't', 'one') + receivedText(0, 't', 'two'))
    await host.expectQuiet()
  })
})

describe('time-outs', () => {
  const waiting = async () => {
    const clock = virtualClock()
    const peer = await startBytePeer({ ackPublishes: false, suback: false })
    open.push(peer.stop)
    const started = await startModule({ clock })
    open.push(started.close)
    await acquire(started.host, 0, '"optimeout",0,20')
    await connect(started.host, peer.address, '64800,1')
    return { clock, peer, ...started }
  }

  test('PUB is bounded by pub_timeout alone: 17; the connection stays, a late PUBACK is swallowed [pub-1 pub-3]', async () => {
    const { clock, peer, host } = await waiting()
    await host.data('AT+CMQTTTOPIC=0,1', 't')
    await host.says('AT+CMQTTPUB=0,1,180', 'OK')
    await until(() => sentPublishes(peer).length === 1, 'PUBLISH')
    clock.advance(179_999)
    await host.expectQuiet()
    clock.advance(1)
    await host.expectLines('+CMQTTPUB: 0,17')
    peer.send(Buffer.of(0x40, 2, 0, 1))
    await host.data('AT+CMQTTTOPIC=0,1', 't')
    await host.says('AT+CMQTTPUB=0,0,60', 'OK', '+CMQTTPUB: 0,0')
    await host.expectQuiet()
    expect(sentPublishes(peer).length).toBeGreaterThan(0)
  })

  test.each(['SUB', 'UNSUB'])('%s is bounded by optimeout: 17 [pub-2]', async (name) => {
    const { clock, peer, host } = await waiting()
    const before = peer.packets.length
    await host.data(`AT+CMQTT${name}=0,1,0`, 't')
    await until(() => peer.packets.length > before, name)
    clock.advance(19_999)
    await host.expectQuiet()
    clock.advance(1)
    await host.expectLines(`+CMQTT${name}: 0,17`)
    await host.says('AT+CMQTTSUB?', '+CMQTTSUB:', 'OK')
  })
})

test('SUBACK 0x80: 1, not listed; a lower granted QoS is success [pub-5 pub-6]', async () => {
  const peer = await startBytePeer({ suback: 0x80 })
  open.push(peer.stop)
  const host = await hosted()
  await connect(host, peer.address)
  await host.data('AT+CMQTTSUB=0,1,2', 'a', '+CMQTTSUB: 0,1')
  peer.behave({ suback: 0 })
  await host.data('AT+CMQTTSUB=0,1,2', 'b', '+CMQTTSUB: 0,0')
  await host.data('AT+CMQTTUNSUB=0,5,0', 'never', '+CMQTTUNSUB: 0,0')
  await host.says('AT+CMQTTSUB?', '+CMQTTSUB:\r\nb', 'OK')
})
