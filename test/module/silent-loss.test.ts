import { createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { virtualClock } from '../../src/io/runtime/clock-virtual.ts'
import type { Module } from '../../src/module/public.ts'
import { acquire, connect, type HostedModule, startModule, type TestHost } from '../support/module/module-host.ts'
import { packetType } from '../support/mqtt-bytes.ts'
import { until } from '../support/until.ts'

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

interface SeenConnection {
  readonly socket: Socket
  readonly packets: number[]
  bytes: number
  ended: boolean
  closed: boolean
}

/** A server over TCP that accepts each CONNECT, ends nothing by itself, and sees how its connections end. */
async function startWatcher() {
  const seen: SeenConnection[] = []
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const connection: SeenConnection = { socket, packets: [], bytes: 0, ended: false, closed: false }
    seen.push(connection)
    socket
      .on('data', (bytes) => {
        connection.bytes += bytes.length
        connection.packets.push(bytes[0]! >> 4)
        if (bytes[0]! >> 4 === packetType.connect) socket.write(Buffer.of(0x20, 2, 0, 0))
      })
      .on('end', () => (connection.ended = true))
      .on('close', () => (connection.closed = true))
      .on('error', () => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push(async () => {
    for (const { socket } of seen) socket.destroy()
    server.close()
  })
  return { seen, address: `127.0.0.1:${(server.address() as { port: number }).port}` }
}

async function connected() {
  const watcher = await startWatcher()
  const started = await startModule()
  open.push(started.close)
  await acquire(started.host)
  await connect(started.host, watcher.address)
  return { ...started, ...watcher }
}

/** The server's system takes so much more than buffers hold: somebody reads it. */
const flood = (socket: Socket): Promise<void> =>
  new Promise((done) => socket.write(Buffer.alloc(8_000_000), () => done()))

/** The module comes back, is served on another connection, and the first is as it was. */
async function comesBack({ host, module }: HostedModule, { seen, address }: Awaited<ReturnType<typeof startWatcher>>) {
  module.network('up')
  const [first] = seen
  const bytes = first!.bytes
  await acquire(host)
  await connect(host, address)
  await flood(first!.socket)
  expect([first!.bytes, first!.ended, first!.closed]).toEqual([bytes, false, false])
}

const lost = '\r\n+CMQTTCONNLOST: 0,3\r\n\r\n+CMQTTNONET\r\n'

describe('the server hears nothing of a lost network, what it sends is taken, its FIN ends the connection [conn-46 conn-47]', () => {
  test.each<[string, (host: TestHost, module: Module) => Promise<void>]>([
    [
      'network down',
      async (host, module) => {
        module.network('down')
        await host.expectBytes(lost)
      },
    ],
    [
      'registration denied',
      async (host, module) => {
        module.radio({ admits: 'denied' })
        await host.expectBytes(lost)
        module.radio({ admits: 'home' })
      },
    ],
    [
      'AT+CFUN=0',
      async (host) => {
        await host.says('AT+CFUN=0', 'OK', '+CMQTTCONNLOST: 0,3', '+CMQTTNONET')
        await host.says('AT+CFUN=1', 'OK', '+CPIN: READY', 'SMS DONE', 'PB DONE')
      },
    ],
    ['AT+CGACT=0,1', (host) => host.says('AT+CGACT=0,1', 'OK', '+CMQTTCONNLOST: 0,3', '+CMQTTNONET')],
    [
      'AT+CGATT=0',
      async (host) => {
        await host.says('AT+CGATT=0', 'OK', '+CMQTTCONNLOST: 0,3', '+CMQTTNONET')
        await host.says('AT+CGATT=1', 'OK')
      },
    ],
  ])('%s', async (_, lose) => {
    const started = await connected()
    await lose(started.host, started.module)
    await comesBack(started, started)
    started.seen[0]!.socket.end()
    await until(() => started.seen[0]!.ended && started.seen[0]!.closed, 'its end')
  })
})

test('power off and reset are silent too; close() ends all [conn-46]', async () => {
  const { module, seen, host, address, close } = await connected()
  module.reset()
  host.type('ATE0\r')
  await host.expectMatch(/^[\s\S]*ATE0\r\r\nOK\r\n/)
  await acquire(host)
  await connect(host, address)
  module.power(false)
  await Promise.all(seen.map(({ socket }) => flood(socket)))
  expect(seen.map(({ ended, packets }) => [ended, packets])).toEqual([
    [false, [packetType.connect]],
    [false, [packetType.connect]],
  ])
  await close()
  await until(() => seen.every(({ ended, closed }) => ended || closed), 'all ended')
})

test.each<[string, (module: Module) => void]>([
  ['network down', (module) => module.network('down', { announce: true })],
  ['registration denied', (module) => module.radio({ admits: 'denied' }, { announce: true })],
  ['SIM out', (module) => module.sim('remove', { announce: true })],
  ['power off', (module) => module.power(false, { announce: true })],
  ['reset', (module) => module.reset({ announce: true })],
])('announced: %s ends the connection at once [conn-48]', async (_, lose) => {
  const { module, seen } = await connected()
  lose(module)
  await until(() => seen[0]!.ended, 'its end')
})

test('a dial under way becomes a connection on which nothing comes', async () => {
  const watcher = await startWatcher()
  const started = await startModule()
  open.push(started.close)
  await acquire(started.host)
  await started.host.says(`AT+CMQTTCONNECT=0,"tcp://${watcher.address}",60,1`, 'OK')
  started.module.network('down')
  await started.host.expectLines('+CMQTTCONNECT: 0,3', '+CMQTTNONET')
  await until(() => watcher.seen.length === 1, 'TCP')
  await comesBack(started, watcher)
  expect(watcher.seen[0]!.bytes).toBe(0)
})

test('DISC keeps its order: DISCONNECT and FIN leave before the network does', async () => {
  const { host, module, seen } = await connected()
  await host.says('AT+CMQTTDISC=0,60', 'OK', '+CMQTTDISC: 0,0')
  module.network('down')
  await until(() => seen[0]!.ended, 'FIN')
  expect(seen[0]!.packets).toEqual([packetType.connect, packetType.disconnect])
})

test('after 10 minutes the module ends it, whatever the server does [conn-47]', async () => {
  const clock = virtualClock()
  const watcher = await startWatcher()
  const { host, module, close } = await startModule({ clock })
  open.push(close)
  await acquire(host)
  await connect(host, watcher.address)
  module.network('down')
  clock.advance(599_999)
  await flood(watcher.seen[0]!.socket)
  expect([watcher.seen[0]!.ended, watcher.seen[0]!.closed]).toEqual([false, false])
  clock.advance(1)
  await until(() => watcher.seen[0]!.ended || watcher.seen[0]!.closed, 'FIN, or RST for what nobody has read')
})

test('what waits for the end of silence is never sent when the network goes instead', async () => {
  const { host, module, seen, address } = await connected()
  module.network('silent')
  await host.data('AT+CMQTTTOPIC=0,1', 't')
  await host.says('AT+CMQTTPUB=0,0,60', 'OK', '+CMQTTPUB: 0,0')
  await host.says('AT+CMQTTDISC=0,60', 'OK', '+CMQTTDISC: 0,0')
  module.network('down')
  await host.expectLines('+CMQTTNONET')
  await comesBack({ host, module } as HostedModule, { seen, address })
  expect(seen[0]!.packets).toEqual([packetType.connect])
})

test.each([
  [{}, false],
  [{ announce: true }, true],
])('who watches the bytes of connections learns whether the server was told: %j', async (options, told) => {
  const { module } = await connected()
  const seen: [number, boolean][] = []
  module.observe({ line() {}, connection() {}, ended: (id, heard) => void seen.push([id, heard]) })
  module.network('down', options)
  expect(seen).toEqual([[1, told]])
})
