import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect as connectSocket, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ConnectionOptions, connect as connectTls, type SecureVersion } from 'node:tls'
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { SetupError } from '../io/setup-error.ts'
import { type Authority, openAuthority } from './authority.ts'
import type { Credentials } from './authority-server.ts'
import { type Broker, type BrokerOptions, createBroker, type EmbeddedBroker, startBroker } from './embedded-broker.ts'

const host = '127.0.0.1'
const state = mkdtempSync(join(tmpdir(), 'atmqtt-broker-tls-'))
let ours: Authority
let other: Authority
beforeAll(async () => {
  ours = await openAuthority(join(state, 'ours'))
  other = await openAuthority(join(state, 'other'))
})
afterAll(() => rmSync(state, { recursive: true }))

const open: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close()
})

type Started = EmbeddedBroker & { readonly tlsUrl: string }

async function broker(tls: { readonly requireCertificate?: boolean } = {}, more: Partial<BrokerOptions> = {}) {
  const started = await startBroker({ host, port: 0, tls: { host, port: 0, authority: ours, ...tls }, ...more })
  open.push(started)
  return started as Started
}

/** MQTT.js hands on everything that `node:tls` takes. */
type ClientOptions = IClientOptions & Pick<ConnectionOptions, 'maxVersion'>

async function client(url: string, options: ClientOptions = {}): Promise<MqttClient> {
  const given = { reconnectPeriod: 0, protocolVersion: 4, ca: ours.root, ...options } as const
  const connected = await connectAsync(url, given, false)
  open.push({ close: () => connected.endAsync(true) })
  return connected
}

/** What a client says of itself. */
const as = ({ certificate, key }: Credentials): ClientOptions => ({ cert: certificate, key })

/** Publishes from one to the other and gives what came. */
async function passed(from: MqttClient, to: MqttClient): Promise<string> {
  await to.subscribeAsync('a/b', { qos: 1 })
  const message = new Promise<string>((resolve) =>
    to.once('message', (topic, payload) => resolve(`${topic} ${payload}`)),
  )
  await from.publishAsync('a/b', 'hello', { qos: 1 })
  return message
}

const portOf = (url: string): number => Number(new URL(url).port)

function raw(url: string): Socket {
  const socket = connectSocket(portOf(url), host).on('error', () => {})
  open.push({ close: async () => socket.destroy() })
  return socket
}

describe('the TLS port', () => {
  test('has a port beside the plain one', async () => {
    const { url, tlsUrl } = await broker()
    expect(url).toMatch(/^mqtt:\/\/127\.0\.0\.1:\d+$/)
    expect(tlsUrl).toMatch(/^mqtts:\/\/127\.0\.0\.1:\d+$/)
    expect(portOf(tlsUrl)).not.toBe(portOf(url))
  })

  test('is not there unless asked for', async () => {
    expect(await broker({}, { tls: undefined })).not.toHaveProperty('tlsUrl')
  })

  test.each([
    ['TLS to TLS', true, true],
    ['TLS to plain', true, false],
    ['plain to TLS', false, true],
  ])('passes a message on from %s', async (_title, fromTls, toTls) => {
    const { url, tlsUrl } = await broker()
    const [from, to] = [await client(fromTls ? tlsUrl : url), await client(toTls ? tlsUrl : url)]
    expect(await passed(from, to)).toBe('a/b hello')
  })

  test('passes on messages of many records', async () => {
    const { url, tlsUrl } = await broker()
    const [from, to] = [await client(tlsUrl), await client(url)]
    await to.subscribeAsync('long')
    const message = new Promise<Buffer>((resolve) => to.once('message', (_topic, payload) => resolve(payload)))
    const payload = Buffer.alloc(200_000, 'atmqtt')
    await from.publishAsync('long', payload)
    expect(payload.equals(await message)).toBe(true)
  })

  test.each(['localhost', '127.0.0.1'])('is verified as %s', async (name) => {
    const { tlsUrl } = await broker()
    const connected = await client(tlsUrl.replace(host, name), name === 'localhost' ? { servername: name } : {})
    expect(connected.connected).toBe(true)
  })

  test('is refused by a client that trusts another authority, or none of these', async () => {
    const { tlsUrl } = await broker()
    await expect(client(tlsUrl, { ca: other.root })).rejects.toMatchObject({
      code: expect.stringMatching(/UNABLE_TO_VERIFY|SELF_SIGNED|CERT_SIGNATURE_FAILURE/),
    })
    await expect(client(tlsUrl, { ca: undefined as never })).rejects.toThrow()
    expect((await client(tlsUrl)).connected).toBe(true)
  })

  test('asks for the same logins as the plain one', async () => {
    const { tlsUrl } = await broker({}, { logins: { alice: 'secret' } })
    await expect(client(tlsUrl)).rejects.toMatchObject({ code: 4 })
    expect((await client(tlsUrl, { username: 'alice', password: 'secret' })).connected).toBe(true)
  })
})

describe('what old and new clients offer', () => {
  async function protocolOf(options: ConnectionOptions): Promise<string | null> {
    const { tlsUrl } = await broker()
    const socket = connectTls({ host, port: portOf(tlsUrl), ca: ours.root, minVersion: 'TLSv1', ...options })
    open.push({ close: async () => socket.destroy() })
    await once(socket, 'secureConnect')
    return socket.getProtocol()
  }

  test.each<SecureVersion>(['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'])('%s', async (version) => {
    const weak = version === 'TLSv1' || version === 'TLSv1.1' ? { ciphers: 'DEFAULT:@SECLEVEL=0' } : {}
    expect(await protocolOf({ maxVersion: version, ...weak })).toBe(version)
  })

  test('the newest TLS version that both sides support is used', async () => {
    expect(await protocolOf({})).toBe('TLSv1.3')
  })
})

describe('where a certificate is required', () => {
  const demand = { requireCertificate: true }

  test('a client with an issued one gets in, and messages cross', async () => {
    const { url, tlsUrl } = await broker(demand)
    const from = await client(tlsUrl, as(await ours.issueClient('sensor1')))
    expect(await passed(from, await client(url))).toBe('a/b hello')
  })

  test.each(['TLSv1.2', 'TLSv1.3'] as const)('a client without one is refused by %s', async (maxVersion) => {
    const { tlsUrl } = await broker(demand)
    await expect(client(tlsUrl, { maxVersion })).rejects.toThrow(/alert (handshake failure|certificate required)/)
  })

  test.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'who has one of another authority is refused by %s',
    async (maxVersion) => {
      const { tlsUrl } = await broker(demand)
      const stranger = as(await other.issueClient('sensor1'))
      await expect(client(tlsUrl, { ...stranger, maxVersion, connectTimeout: 5000 })).rejects.toThrow()
      const friend = as(await ours.issueClient('sensor1'))
      expect((await client(tlsUrl, { ...friend, maxVersion })).connected).toBe(true)
    },
  )

  test('the server’s own certificate is none of a client', async () => {
    const { tlsUrl } = await broker(demand)
    await expect(client(tlsUrl, as(await ours.server(host)))).rejects.toThrow()
  })

  test('elsewhere a certificate is not asked for', async () => {
    const { tlsUrl } = await broker()
    expect((await client(tlsUrl, as(await other.issueClient('sensor1')))).connected).toBe(true)
  })
})

describe('starting and stopping', () => {
  test('a TLS port in use is a setup error, and the plain port is given back', async () => {
    const { tlsUrl, port, close } = await broker()
    const again = { host, port: portOf(tlsUrl), authority: ours }
    await close()
    const taken = await broker({}, { port: portOf(tlsUrl) })
    await expect(startBroker({ host, port, tls: again })).rejects.toMatchObject({
      name: 'SetupError',
      code: 'inUse',
      message: expect.stringContaining(String(taken.port)),
    })
    expect((await broker({}, { port })).port).toBe(port)
  })

  test('a broker may have a TLS port alone', async () => {
    const alone: Broker = await createBroker()
    open.push(alone)
    const { url, port } = await alone.listenTls({ host, port: 0, authority: ours })
    expect(url).toBe(`mqtts://${host}:${port}`)
    expect(await passed(await client(url), await client(url))).toBe('a/b hello')
    await expect(alone.listen({ host, port })).rejects.toBeInstanceOf(SetupError)
  })

  test('close ends clients and half-done handshakes at once, and frees the port', async () => {
    const { tlsUrl, close } = await broker()
    const connected = await client(tlsUrl)
    const silent = raw(tlsUrl)
    await once(silent, 'connect')
    const ends = Promise.all([new Promise<void>((resolve) => connected.once('close', resolve)), once(silent, 'close')])
    await close()
    await ends
    const again = await broker({}, { tls: { host, port: portOf(tlsUrl), authority: ours } })
    expect(again.tlsUrl).toBe(tlsUrl)
  })
})

describe('a client that breaks TLS', () => {
  /** A TLS 1.2 ClientHello that says it is longer than it is. */
  const cutHello = [0x16, 0x03, 0x01, 0x00, 0xc8, 0x01, 0x00, 0x00, 0xc4, 0x03, 0x03]

  async function stillServes(url: string): Promise<void> {
    expect(await passed(await client(url), await client(url))).toBe('a/b hello')
  }

  test.each([
    ['plain MQTT', [0x10, 0x0d, 0x00, 0x04, 0x4d, 0x51, 0x54, 0x54, 0x04, 0x02, 0x00, 0x3c, 0x00, 0x01, 0x78]],
    ['plain HTTP', [...Buffer.from('GET / HTTP/1.1\r\n\r\n')]],
    ['zeros', Array.from({ length: 64 }, () => 0)],
  ])('%s costs it its connection and nobody else anything', async (_title, bytes) => {
    const { tlsUrl } = await broker()
    const socket = raw(tlsUrl).resume()
    socket.write(Uint8Array.from(bytes))
    await once(socket, 'close')
    await stillServes(tlsUrl)
  })

  test.each(['end', 'resetAndDestroy'] as const)('%s in the middle of the handshake', async (how) => {
    const { tlsUrl } = await broker()
    const socket = raw(tlsUrl).resume()
    await new Promise<void>((resolve) => socket.write(Uint8Array.from(cutHello), () => resolve()))
    socket[how]()
    await once(socket, 'close')
    await stillServes(tlsUrl)
  })

  test.each(['resetAndDestroy', 'write'] as const)('%s below TLS once it is connected', async (how) => {
    const { tlsUrl } = await broker()
    const below = raw(tlsUrl)
    const socket = connectTls({ socket: below, ca: ours.root, servername: 'localhost' }).on('error', () => {})
    await once(socket, 'secureConnect')
    if (how === 'write') below.write(Uint8Array.from([0x17, 0x03, 0x03, 0x00, 0x04, 1, 2, 3, 4]))
    else below.resetAndDestroy()
    await once(below, 'close')
    await stillServes(tlsUrl)
  })
})
