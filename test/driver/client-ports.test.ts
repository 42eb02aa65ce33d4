import { mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Profile, profiles } from '../../src/at/public.ts'
import { openAuthority } from '../../src/broker/authority.ts'
import { type EmbeddedBroker, startBroker } from '../../src/broker/embedded-broker.ts'
import { connect, type MqttClient, type NodeConnectOptions } from '../../src/driver/node.ts'
import { TextBytes, connect as webConnect, webSerialPort } from '../../src/driver/web.ts'
import { nodeDialer } from '../../src/io/net/dialer-node.ts'
import { nodeClock } from '../../src/io/runtime/clock-node.ts'
import type { ByteStream } from '../../src/io/stream.ts'
import { hostedLine } from '../../src/io/testing/memory-host.ts'
import { memoryStore } from '../../src/io/tls/certificate-store.ts'
import { openPty } from '../../src/io/transports/pty/pty.ts'
import { listenTcp } from '../../src/io/transports/tcp.ts'
import { Module } from '../../src/module/public.ts'
import { heardOf } from '../support/driver/client-module.ts'
import { webSerialOn } from '../support/driver/web-serial.ts'
import { type Mosquitto, mosquittoMissing, startMosquitto } from '../support/programs/mosquitto.ts'
import { silentLog } from '../support/silent-log.ts'
import { until } from '../support/until.ts'

let folder: string
let broker: EmbeddedBroker
let ca: string
let mosquitto: Mosquitto | undefined
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'atmqtt-client-'))
  const authority = await openAuthority(join(folder, 'authority'))
  ca = authority.root
  broker = await startBroker({ host: '127.0.0.1', port: 0, tls: { host: '127.0.0.1', port: 0, authority } })
  if (!mosquittoMissing) mosquitto = await startMosquitto('', { logins: { 'us er': 'p,w;d' } })
})
afterAll(async () => {
  await broker.close()
  await mosquitto?.stop()
  rmSync(folder, { recursive: true })
})

function moduleOn(moduleEnd: ByteStream, profile: Profile): Module {
  const certificates = memoryStore()
  const dialer = nodeDialer({ clock: nodeClock, certificates })
  const module = new Module({
    profile,
    clock: nodeClock,
    dialer,
    log: silentLog,
    certificates,
    epochMs: Date.now() - nodeClock.now(),
  })
  module.attach(moduleEnd, 'line')
  return module
}

/** A line, and how a program reaches it. */
type Line = () => Promise<{ readonly moduleEnd: ByteStream; readonly at: Pick<NodeConnectOptions, 'path' | 'port'> }>
const lines: Readonly<Record<'memory' | 'TCP' | 'PTY', Line>> = {
  memory: async () => {
    const { moduleEnd, dial } = hostedLine()
    return { moduleEnd, at: { port: async () => dial() } }
  },
  TCP: async () => {
    const moduleEnd = await listenTcp({ host: '127.0.0.1', port: 0 })
    return { moduleEnd, at: { path: `tcp://127.0.0.1:${moduleEnd.port}` } }
  },
  PTY: async () => {
    const path = join(folder, `tty${Math.random()}`)
    return { moduleEnd: await openPty({ path }), at: { path } }
  },
}

interface Heard {
  readonly client: MqttClient
  readonly heard: string[]
}

const payload = Buffer.from(Array.from({ length: 2000 }, (_, n) => n % 256))

/** Every QoS, there and back, every byte. */
async function session(
  line: Line,
  profile: Profile,
  options: Pick<NodeConnectOptions, 'url' | 'ca' | 'username' | 'password'>,
) {
  const { moduleEnd, at } = await line()
  const module = moduleOn(moduleEnd, profile)
  const client = connect({ ...at, ...options, clientId: `s${Math.random()}` })
  const heard = heardOf(client)
  const got: Buffer[] = []
  client.on('message', (_topic, bytes) => void got.push(bytes))
  const topic = `line/${Math.random()}`
  await client.subscribeAsync(topic, { qos: 2 })
  for (const qos of [0, 1, 2] as const) await client.publishAsync(topic, payload, { qos })
  await until(() => got.length === 3, `three messages: ${heard}`)
  expect(got.every((bytes) => Buffer.isBuffer(bytes) && bytes.equals(payload))).toBe(true)
  expect(client.modem.profile.mqtt).toEqual({ ...profile.mqtt, ...like(client.modem.profile.mqtt) })
  await client.endAsync()
  await module.close()
  return heard.filter((text) => !text.startsWith('message'))
}

/** What no harmless question tells, and the chat takes either way. */
const like = ({ emptyShortForm, startResultFirst, connectFailure }: Profile['mqtt']) => ({
  emptyShortForm,
  startResultFirst,
  connectFailure,
})

const everyProfile = Object.values(profiles).map((profile) => [profile.name, profile] as const)
/** Where dates are always checked, TLS needs a clock that somebody has set. */
const withoutClock = everyProfile.filter(([, { tls }]) => !tls.ignoresLocalTimeSetting)

describe.each(Object.entries(lines))('over %s', (name, line) => {
  test.each(everyProfile)('%s, which is asked what it is, to the embedded broker', async (_, profile) => {
    expect(await session(line, profile, { url: broker.url })).toEqual(['connect', 'close', 'end'])
  })

  test.skipIf(mosquittoMissing)('to mosquitto, with a login', async () => {
    const url = `mqtt://${mosquitto!.address}`
    const login = { username: 'us er', password: 'p,w;d' }
    expect(await session(line, profiles.sim767x!, { url, ...login })).toEqual(['connect', 'close', 'end'])
  })

  test.each(name === 'PTY' ? withoutClock.slice(0, 1) : withoutClock)('%s, over TLS, verified', async (_, profile) => {
    expect(await session(line, profile, { url: broker.tlsUrl!, ca })).toEqual([
      // Some are delivered with a clock that is not set: no date can be checked.
      ...(profile.general.zoneUpdate.initial === 0 ? [expect.stringMatching(/^warning .*clock/)] : []),
      'connect',
      'close',
      'end',
    ])
  })
})

test('TLS without a ca connects, with a warning; with the wrong one it does not', async () => {
  const warned = await session(lines.memory, profiles.sim767x!, { url: broker.tlsUrl! })
  expect(warned).toEqual([expect.stringMatching(/^warning .*not verified/), 'connect', 'close', 'end'])
  const other = await openAuthority(join(folder, 'other'))
  const { moduleEnd, at } = await lines.memory()
  const module = moduleOn(moduleEnd, profiles.sim767x!)
  const client = connect({ ...at, url: broker.tlsUrl!, ca: other.root })
  const heard = heardOf(client)
  await until(() => heard.some((text) => /handshake failed/.test(text)), 'the failure')
  expect(client.connected).toBe(false)
  await client.endAsync()
  await module.close()
})

test('the port gets another number under a running client: by its lasting name it goes on, without loss', async () => {
  const byId = join(folder, 'usb-SimTech-if02-port0')
  const lead = (name: string) => {
    symlinkSync(name, `${byId}.new`)
    renameSync(`${byId}.new`, byId)
  }
  const first = await openPty({ path: join(folder, 'ttyUSB2') })
  const module = moduleOn(first, profiles.sim767x!)
  lead('ttyUSB2')
  const client = connect({ path: byId, url: broker.url, clientId: 'renamed', reconnectPeriod: 100 })
  const heard = heardOf(client)
  const got: string[] = []
  client.on('message', (_topic, bytes) => void got.push(String(bytes)))
  await client.subscribeAsync('renamed', { qos: 1 })
  await client.publishAsync('renamed', 'before', { qos: 1 })
  const second = await openPty({ path: join(folder, 'ttyUSB3') })
  module.attach(second, 'second')
  lead('ttyUSB3')
  await until(() => heard.includes('close'), 'the loss')
  await client.publishAsync('renamed', 'behind', { qos: 1 })
  await until(() => got.includes('behind'), `both messages: ${heard}`)
  expect(got).toEqual(['before', 'behind'])
  expect(heard.filter((text) => /^(error|warning)/.test(text))).toEqual([])
  expect(heard.filter((text) => text === 'connect')).toHaveLength(2)
  await client.endAsync()
  await module.close()
})

test('in a browser: a port of the shape of Web Serial, and payloads whose text is their UTF-8', async () => {
  const { moduleEnd, host } = hostedLine()
  const module = moduleOn(moduleEnd, profiles.sim767x!)
  const client = webConnect({ port: () => webSerialPort(webSerialOn(host)), url: broker.url })
  const got: TextBytes[] = []
  client.on('message', (_topic, bytes) => void got.push(bytes))
  await client.subscribeAsync('web', { qos: 1 })
  await client.publishAsync('web', 'grüße', { qos: 1 })
  await until(() => got.length === 1, 'a message')
  expect(`${got[0]}`).toBe('grüße')
  expect(got[0]).toBeInstanceOf(TextBytes)
  expect(got[0]!.slice(0, 2)).toEqual(new Uint8Array([103, 114]))
  await client.endAsync()
  await module.close()
})

describe('two clients of one program', () => {
  test.each(['TCP', 'PTY'] as const)(
    'on one path over %s: the second one is told in words, and goes on once it is free',
    async (name) => {
      const { moduleEnd, at } = await lines[name]()
      const module = moduleOn(moduleEnd, profiles.sim767x!)
      const [first, second] = ['first', 'second'].map((clientId) => {
        const client = connect({ ...at, url: broker.url, clientId, reconnectPeriod: 50 })
        return { client, heard: heardOf(client) }
      }) as [Heard, Heard]
      await until(() => first.client.connected && second.heard.length > 2, 'the connection, and the refusal')
      expect(first.heard).toEqual(['connect'])
      expect(second.heard[0]).toMatch(
        /^error .* is open already, in this program: clients share a module by openDevice\(\{ path \}\) and a connect\(\) each; /,
      )
      await first.client.endAsync()
      await until(() => second.client.connected, 'the second one')
      expect(second.heard.filter((text) => text.startsWith('error') && !text.includes('in this program'))).toEqual([])
      await second.client.endAsync()
      await module.close()
    },
  )

  test('on two paths, which are two lines of one module: each has a client of the module', async () => {
    const [tcp, pty] = [await lines.TCP(), await lines.PTY()]
    const module = moduleOn(tcp.moduleEnd, profiles.sim767x!)
    module.attach(pty.moduleEnd, 'second')
    const clients = [tcp, pty].map(({ at }, n) => {
      const client = connect({ ...at, url: broker.url, clientId: `client ${n}` })
      return { client, heard: heardOf(client) }
    }) as [Heard, Heard]
    const [a, b] = clients
    await until(() => clients.every(({ client }) => client.connected), 'both')
    expect([a.client.clientIndex, b.client.clientIndex].sort()).toEqual([0, 1])
    await b.client.subscribeAsync('a')
    await a.client.publishAsync('a', 'hello', { qos: 1 })
    await until(() => b.heard.length > 1, 'the message')
    expect([a.heard, b.heard]).toEqual([['connect'], ['connect', 'message a hello']])
    await Promise.all(clients.map(({ client }) => client.endAsync()))
    await module.close()
  })
})
