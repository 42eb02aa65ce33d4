import type { Socket } from 'node:net'
import type { TlsOptions } from 'node:tls'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { virtualClock } from '../../src/io/runtime/clock-virtual.ts'
import { closeAll, listenTcp, listenTls } from '../../src/io/tls/testing-tls.ts'
import { closeModules, TlsModule } from '../support/tls/tls-module.ts'
import { listenMqtts, makeTlsPeers, type TlsPeers, wanting } from '../support/tls/tls-peers.ts'
import { until } from '../support/until.ts'

let world: TlsPeers
beforeAll(async () => {
  world = await makeTlsPeers()
})
afterEach(async () => {
  await closeModules()
  closeAll()
})

async function dialling(port: number, { profile = 'sim767x', clock = virtualClock(), settings = [] as string[] } = {}) {
  const tls = new TlsModule({ profile, clock, store: world.store() })
  const host = await tls.attach()
  await host.says('AT+CMQTTSTART', 'OK', '+CMQTTSTART: 0')
  await host.says('AT+CMQTTACCQ=0,"client",1', 'OK')
  for (const setting of settings) await host.says(`AT+CSSLCFG=${setting}`, 'OK')
  host.send(`AT+CMQTTCONNECT=0,"tcp://broker.test:${port}",60,1`)
  return { tls, host, clock }
}

type Dialling = Awaited<ReturnType<typeof dialling>>

/** Exactly this result, one log line with these words, and nothing else. */
async function failed({ tls, host }: Dialling, code: number, words: RegExp): Promise<void> {
  await host.expectLines('OK', `+CMQTTCONNECT: 0,${code}`)
  await host.expectQuiet()
  expect(tls.logged()).toHaveLength(1)
  expect(tls.logged()[0]?.msg).toMatch(words)
}

describe('versions', () => {
  const old: TlsOptions = { minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' }
  const newest: TlsOptions = { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' }
  const noVersion = /no TLS version in common/
  test.each([
    ['TLS 1.0 alone', old, 1, 0, undefined],
    ['TLS 1.0 alone', old, 4, 0, undefined],
    ['TLS 1.0 alone', old, 2, 32, noVersion],
    ['TLS 1.0 alone', old, 3, 32, noVersion],
    ['TLS 1.3 alone', newest, 4, 0, undefined],
    ['TLS 1.3 alone', newest, 1, 32, noVersion],
    ['TLS 1.3 alone', newest, 3, 32, noVersion],
    ['anything', {}, 0, 32, /SSL 3\.0 \(sslversion 0\) is not in the local OpenSSL/],
  ] as const)(
    'a server that speaks %s, %j, sslversion %i: %i [tls-5 tls-6 tls-27]',
    async (_, options, version, code, words) => {
      const { port } = await listenMqtts({ ...world.servers.right, ...options })
      const module = await dialling(port, { settings: [`"sslversion",0,${version}`] })
      if (words) return failed(module, code, words)
      await module.host.expectLines('OK', '+CMQTTCONNECT: 0,0')
      expect(module.tls.logged()).toEqual([])
    },
  )

  test('no suite in common: 32', async () => {
    const { port } = await listenMqtts({ ...world.servers.right, maxVersion: 'TLSv1.2' })
    const module = await dialling(port, { profile: 'sim767x-v106', settings: ['"ciphersuites",0,0x1301'] })
    await failed(module, 32, /no TLS version in common/)
  })
})

test('TLS 1.3, a client certificate is missing: success is never said, the failure is 32 [tls-28]', async () => {
  const { port } = await listenMqtts({ ...world.servers.right, ...wanting(world.root), minVersion: 'TLSv1.3' })
  for (let round = 0; round < 20; round++)
    await failed(await dialling(port), 32, /"certificate required": it wants a client certificate, and none was sent$/)
})

describe('a peer that is no TLS server: 32 [tls-27]', () => {
  test.each<[string, Buffer | string]>([
    ['HTTP', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['MQTT', Buffer.from([0x20, 2, 0, 0, 0, 0])],
    ['zeros', Buffer.alloc(64)],
    ['a banner', 'SSH-2.0-OpenSSH_9.2\r\n'],
  ])('%s', async (_, bytes) => {
    const { port } = await listenTcp((socket) => socket.write(bytes))
    await failed(await dialling(port), 32, /what the peer sends is no TLS \(/)
  })
})

describe('a peer that ends it in the handshake: 26 [tls-30]', () => {
  const hello = Buffer.from([0x16, 0x03, 0x03, 0x01, 0x00, 0x02])
  const ends: [string, (socket: Socket) => void][] = [
    ['FIN behind the hello', (socket) => socket.end()],
    ['RST behind the hello', (socket) => socket.resetAndDestroy()],
    ['FIN in the midst of its answer', (socket) => socket.end(hello)],
    ['RST in the midst of its answer', (socket) => void socket.write(hello, () => socket.resetAndDestroy())],
  ]
  test.each(ends)('%s', async (_, end) => {
    const { port } = await listenTcp(end)
    await failed(await dialling(port), 26, /the peer closed or reset the connection during the handshake$/)
  })

  const answers: [string, (socket: Socket) => void, number][] = [
    ['FIN behind the hello', (socket) => socket.end(), 34],
    ['RST behind the hello', (socket) => socket.resetAndDestroy(), 34],
    ['FIN in the midst of a header', (socket) => socket.end(hello.subarray(0, 4)), 34],
    ['a CONNACK in the clear', (socket) => socket.end(Buffer.from([0x20, 2, 0, 0, 0, 0])), 34],
    ['FIN behind a record', (socket) => socket.end(hello), 32],
    ['an alert', (socket) => socket.end(Buffer.from('15030300020228', 'hex')), 32],
  ]
  test.each(answers)('a76xx, %s: the code and ERROR, no OK [prof-71 prof-72]', async (_, answer, code) => {
    const { port } = await listenTcp(answer)
    const { host } = await dialling(port, { profile: 'a76xx' })
    await host.expectBytes(`\r\n+CMQTTCONNECT: 0,${code}\r\n\r\nERROR\r\n`)
    await host.expectQuiet()
  })
})

describe('a peer that does not go on: 17 after negotiatetime [tls-9 tls-29]', () => {
  const silent = () => {}
  const half = (socket: Socket) => void socket.write(Buffer.from([0x16, 0x03, 0x03, 0x01, 0x00, 0x02]))
  test.each([
    ['silent', silent, [], 300],
    ['silent', silent, ['"negotiatetime",0,10'], 10],
    ['half a record', half, ['"negotiatetime",0,11'], 11],
  ] as const)('%s, %s, %s: %i s', async (_, answer, settings, seconds) => {
    const { port, hellos } = await listenTcp(answer)
    const module = await dialling(port, { settings: [...settings] })
    await module.host.expectLines('OK')
    await until(() => hellos.length === 1, 'the ClientHello')
    module.clock.advance(seconds * 1000 - 1)
    await module.host.expectQuiet()
    module.clock.advance(1)
    await module.host.expectLines('+CMQTTCONNECT: 0,17')
    expect(module.tls.logged().map(({ msg }) => msg)).toEqual([
      `CONNECT failed: no TLS with broker.test, port ${port}, in ${seconds * 1000} ms`,
    ])
    await module.host.expectQuiet()
    expect(module.clock.pending()).toBe(0)
  })

  test('a76xx: nothing is said before, then 17 and ERROR', async () => {
    const { port, hellos } = await listenTcp(silent)
    const { host, clock } = await dialling(port, { profile: 'a76xx', settings: ['"negotiatetime",0,10'] })
    await until(() => hellos.length === 1, 'the ClientHello')
    const said = host.writes
    clock.advance(9999)
    expect(host.writes).toBe(said)
    clock.advance(1)
    await host.expectBytes('\r\n+CMQTTCONNECT: 0,17\r\n\r\nERROR\r\n')
  })

  test('the limits are their own: TLS done late, CONNACK has all of optimeout [conn-20]', async () => {
    const { port, sockets } = await listenTls(world.servers.right)
    const { host, clock, tls } = await dialling(port, { settings: ['"negotiatetime",0,10'] })
    await host.expectLines('OK')
    await until(() => sockets[0]?.bytesRead, 'CONNECT')
    clock.advance(119_999)
    await host.expectQuiet()
    clock.advance(1)
    await host.expectLines('+CMQTTCONNECT: 0,17')
    expect(tls.logged()).toHaveLength(1)
    expect(tls.logged()[0]?.msg).toMatch(/CONNACK/)
  })
})
