import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { nodeClock } from '../runtime/clock-node.ts'
import { virtualClock } from '../runtime/clock-virtual.ts'
import type { ByteStream } from '../stream.ts'
import { record, text } from '../testing/recorder.ts'
import { until } from '../testing/until.ts'
import { connectTcp } from './tcp.ts'

let moduleEnd: ByteStream | undefined
const servers: Server[] = []
const sockets: Socket[] = []

afterEach(async () => {
  await moduleEnd?.close()
  for (const socket of sockets.splice(0)) socket.destroy()
  for (const server of servers.splice(0)) server.close()
})

async function host(port = 0): Promise<number> {
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const address = server.address()
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

test('dials, exchanges bytes, dials again after FIN and after RST', async () => {
  const port = await host()
  const clock = virtualClock()
  moduleEnd = connectTcp({ host: '127.0.0.1', port, clock })
  const seen = record(moduleEnd, () => moduleEnd?.write(text('OK')))
  await until(() => seen.events.length === 1)
  await until(() => sockets.length === 1)
  sockets[0]?.write('AT')
  const [answer] = await new Promise<Buffer[]>((resolve) => sockets[0]?.once('data', (...bytes) => resolve(bytes)))
  expect(answer?.toString()).toBe('OK')
  sockets[0]?.end()
  await until(() => seen.events.at(-1) === false && clock.pending() === 1)
  clock.advance(249)
  expect(clock.pending()).toBe(1)
  clock.advance(1)
  await until(() => seen.events.at(-1) === true && sockets.length === 2)
  sockets[1]?.resetAndDestroy()
  await until(() => seen.events.at(-1) === false)
  expect(seen.events).toEqual([true, 'AT', false, true, false])
})

test('waits longer each time, 5 s at most, then as briefly as at first again', async () => {
  const port = await host()
  servers.pop()?.close()
  const clock = virtualClock()
  const lines: string[] = []
  moduleEnd = connectTcp({ host: '127.0.0.1', port, clock, log: { log: (level) => lines.push(level) } })
  const seen = record(moduleEnd)
  for (const delay of [250, 500, 1000, 2000, 4000, 5000, 5000]) {
    await until(() => clock.pending() === 1)
    clock.advance(delay - 1)
    expect(clock.pending()).toBe(1)
    clock.advance(1)
  }
  await until(() => clock.pending() === 1)
  expect([seen.events, lines]).toEqual([[], ['warn']])
  await host(port)
  clock.advance(5000)
  await until(() => seen.events.length === 1 && sockets.length === 1)
  sockets[0]?.destroy()
  await until(() => clock.pending() === 1)
  clock.advance(250)
  await until(() => seen.events.length === 3)
  expect(lines).toEqual(['warn', 'info', 'info'])
})

test('close stops the dialling', async () => {
  const port = await host()
  servers.pop()?.close()
  const clock = virtualClock()
  const other = connectTcp({ host: '127.0.0.1', port, clock })
  await until(() => clock.pending() === 1)
  await other.close()
  expect(clock.pending()).toBe(0)
})

test('says what is wrong with an address', () => {
  expect(() => connectTcp({ host: '127.0.0.1', port: 0, clock: nodeClock })).toThrow(/1 to 65535/)
  expect(() => connectTcp({ host: '', port: 7672, clock: nodeClock })).toThrow(/no name/)
})
