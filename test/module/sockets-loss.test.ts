import { createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { virtualClock } from '../../src/io/runtime/clock-virtual.ts'
import { type PeerBehaviour, startBytePeer } from '../support/byte-peer.ts'
import { acquire, connect, type HostedOptions, startModule } from '../support/module/module-host.ts'
import { packetType } from '../support/mqtt-bytes.ts'
import { until } from '../support/until.ts'

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

async function connected(behaviour: PeerBehaviour = {}, options: HostedOptions = {}, rest = '60,1') {
  const to = await startBytePeer(behaviour)
  open.push(to.stop)
  const started = await startModule(options)
  open.push(started.close)
  await acquire(started.host)
  await connect(started.host, to.address, rest)
  return { to, ...started }
}

describe('CONNLOST', () => {
  test('1: FIN', async () => {
    const { to, host } = await connected()
    to.close()
    await host.expectLines('+CMQTTCONNLOST: 0,1')
    await host.says('AT+CMQTTDISC?', '+CMQTTDISC: 0,1\r\n+CMQTTDISC: 1,1', 'OK')
    await connect(host, to.address)
  })

  test('2: RST [conn-24 urc-3]', async () => {
    const { to, host } = await connected()
    to.reset()
    await host.expectLines('+CMQTTCONNLOST: 0,2')
    await host.expectQuiet()
  })

  test('2: no PINGRESP within optimeout; PINGREQ goes out when nothing was sent for keepalive_time', async () => {
    const clock = virtualClock()
    const { to, host } = await connected({ answerPings: false }, { clock })
    const pings = () => to.packets.filter(({ type }) => type === packetType.pingreq).length
    clock.advance(59_999)
    expect(pings()).toBe(0)
    clock.advance(1)
    await until(() => pings() === 1, 'PINGREQ')
    clock.advance(119_999)
    await host.expectQuiet()
    clock.advance(1)
    await host.expectLines('+CMQTTCONNLOST: 0,2')
    expect(pings()).toBe(1)
  })

  test('receiving does not put PINGREQ off, sending does [conn-29]', async () => {
    const clock = virtualClock()
    const { to, host } = await connected({}, { clock })
    const pings = () => to.packets.filter(({ type }) => type === packetType.pingreq).length
    clock.advance(40_000)
    to.send(Buffer.from('300300017478'.replace('7478', '74'), 'hex'))
    await host.expectBytes('\r\n+CMQTTRXSTART: 0,1,0\r\n+CMQTTRXTOPIC: 0,1\r\nt\r\n+CMQTTRXEND: 0\r\n')
    clock.advance(20_000)
    await until(() => pings() === 1, 'PINGREQ')
    clock.advance(40_000)
    await host.data('AT+CMQTTTOPIC=0,1', 't')
    await host.says('AT+CMQTTPUB=0,0,60', 'OK', '+CMQTTPUB: 0,0')
    await until(() => to.packets.at(-1)?.type === packetType.publish, 'PUBLISH')
    clock.advance(59_999)
    await host.data('AT+CMQTTTOPIC=0,1', 't')
    await host.says('AT+CMQTTPUB=0,0,60', 'OK', '+CMQTTPUB: 0,0')
    await until(() => to.packets.filter(({ type }) => type === packetType.publish).length === 2, 'PUBLISH')
    expect(pings()).toBe(1)
  })

  test.each([
    ['a packet type that there is not', Buffer.of(0xf0, 0)],
    ['a packet that only clients send', Buffer.of(0xe0, 0)],
    ['a second CONNACK', Buffer.of(0x20, 2, 0, 0)],
    ['QoS 3', Buffer.of(0x36, 5, 0, 1, 0x74, 0, 1)],
    ['a length of five bytes', Buffer.of(0x30, 0xff, 0xff, 0xff, 0xff, 1)],
    ['a topic longer than its packet', Buffer.of(0x30, 3, 0, 9, 0x74)],
  ])('2: a malformed packet: %s [conn-26]', async (_, bytes) => {
    const { to, host } = await connected()
    to.send(bytes)
    await host.expectLines('+CMQTTCONNLOST: 0,2')
    await host.expectQuiet()
  })

  test('what came before a malformed packet is shown', async () => {
    const { to, host } = await connected()
    to.send(Buffer.of(0x30, 3, 0, 1, 0x74, 0xf0, 0))
    await host.expectBytes('\r\n+CMQTTRXSTART: 0,1,0\r\n+CMQTTRXTOPIC: 0,1\r\nt\r\n+CMQTTRXEND: 0\r\n')
    await host.expectLines('+CMQTTCONNLOST: 0,2')
  })

  test('a peer that announces 256 MB is cut off at once, nothing is buffered [conn-27]', async () => {
    const { to, host, module } = await connected()
    to.send(Buffer.of(0x30, 0xff, 0xff, 0xff, 0x7f, 0, 1, 0x74))
    await host.expectLines('+CMQTTCONNLOST: 0,2')
    expect(JSON.stringify(module.state()).length).toBeLessThan(10_000)
  })

  test('a packet under way is bounded by the limit, however slowly it comes', async () => {
    const { to, host, module } = await connected({}, { maxPacketBytes: 20_000 })
    to.send(Buffer.concat([Buffer.of(0x30, 0xa0, 0x1f, 0, 1, 0x74), Buffer.alloc(2000)]))
    await host.expectQuiet()
    expect(JSON.stringify(module.state()).length).toBeLessThan(2_000_000)
    to.send(Buffer.alloc(4000 - 3 - 2000))
    await host.expectBytes('\r\n+CMQTTRXSTART: 0,1,3997\r\n')
  })
})

describe('network loss', () => {
  test('AT+CGACT=0,1: 6 for what is pending, CONNLOST 3 per client, NONET once, behind its OK', async () => {
    const { to, host } = await connected({ ackPublishes: false })
    await acquire(host, 1)
    await connect(host, to.address, '60,1', 1)
    await host.data('AT+CMQTTTOPIC=0,1', 't')
    await host.says('AT+CMQTTPUB=0,1,60', 'OK')
    await host.says('AT+CGACT=0,1', 'OK', '+CMQTTPUB: 0,6', '+CMQTTCONNLOST: 0,3', '+CMQTTCONNLOST: 1,3', '+CMQTTNONET')
    await host.says('AT+CMQTTSTOP', 'ERROR')
    await acquire(host)
    await connect(host, to.address)
  })

  test("module.network('down'): CONNECT under way fails with 3; START gives 7 until it is up [conn-18 conn-41]", async () => {
    const { to, host, module } = await connected()
    await acquire(host, 1)
    to.behave({ connack: 'silent' })
    await host.says(`AT+CMQTTCONNECT=1,"tcp://${to.address}",60,1`, 'OK')
    await until(() => to.packets.length === 2, 'both CONNECTs')
    module.network('down')
    await host.expectLines('+CMQTTCONNLOST: 0,3', '+CMQTTCONNECT: 1,3', '+CMQTTNONET')
    await host.says('AT+CMQTTSTART', 'OK', '+CMQTTSTART: 7')
    module.network('up')
    await host.expectQuiet()
    await acquire(host)
  })

  test('with no client connected NONET comes too; with the service stopped nothing', async () => {
    const { host, module, close } = await startModule()
    open.push(close)
    module.network('down')
    module.network('up')
    await host.expectQuiet()
    await host.says('AT+CMQTTSTART', 'OK', '+CMQTTSTART: 0')
    module.network('down')
    await host.expectLines('+CMQTTNONET')
    await host.expectQuiet()
  })

  test('silent: PINGREQ is not answered, CONNLOST 2; a message sent meanwhile is not lost for TCP [conn-42]', async () => {
    const clock = virtualClock()
    const { to, host, module } = await connected({}, { clock })
    module.network('silent')
    to.send(Buffer.of(0x30, 3, 0, 1, 0x74))
    await host.says('AT+CMQTTDISC?', '+CMQTTDISC: 0,0\r\n+CMQTTDISC: 1,1', 'OK')
    module.network('up')
    await host.expectBytes('\r\n+CMQTTRXSTART: 0,1,0\r\n+CMQTTRXTOPIC: 0,1\r\nt\r\n+CMQTTRXEND: 0\r\n')
    module.network('silent')
    clock.advance(180_000)
    await host.expectLines('+CMQTTCONNLOST: 0,2')
    expect(to.packets.filter(({ type }) => type === packetType.pingreq)).toEqual([])
  })
})

test('DISC: the broker sees DISCONNECT and FIN, its own close is no CONNLOST [conn-34]', async () => {
  const sockets: Socket[] = []
  const bytes: Buffer[] = []
  let ended = false
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket)
    socket.on('data', (chunk) => {
      bytes.push(chunk)
      if (chunk[0] === 0x10) socket.write(Buffer.of(0x20, 2, 0, 0))
    })
    socket.on('end', () => {
      ended = true
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { host, close } = await startModule()
  open.push(close)
  await acquire(host)
  await connect(host, `127.0.0.1:${(server.address() as { port: number }).port}`)
  await host.says('AT+CMQTTDISC=0', 'OK', '+CMQTTDISC: 0,0')
  await until(() => ended, 'FIN')
  expect(Buffer.concat(bytes).subarray(-2)).toEqual(Buffer.of(0xe0, 0))
  sockets[0]!.end()
  await host.expectQuiet()
})
