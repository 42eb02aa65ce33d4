import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectAsync, type MqttClient } from 'mqtt'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openAuthority } from '../../src/broker/authority.ts'
import { type EmbeddedBroker, startBroker } from '../../src/broker/embedded-broker.ts'
import { openPty } from '../../src/io/transports/pty/pty.ts'
import { listenTcp } from '../../src/io/transports/tcp.ts'
import { type Cli, endAll, requireBuild, root, watch } from '../support/cli.ts'
import { closeModules, TlsModule } from '../support/tls/tls-module.ts'
import { until } from '../support/until.ts'

const waitMs = 15_000
const programs = readdirSync(join(root, 'examples')).filter((name) => name.endsWith('.mjs'))
const clients: MqttClient[] = []
let folder: string

beforeAll(() => {
  requireBuild()
  folder = mkdtempSync(join(tmpdir(), 'atmqtt-examples-'))
})
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(async () => {
  for (const client of clients.splice(0)) await client.endAsync(true)
  endAll()
  await closeModules()
})

const example = (name: string, ...args: readonly string[]): Cli =>
  watch(spawn(process.execPath, [join(root, 'examples', name), ...args]))

/** A module on a TCP port, and what a program calls it. */
async function tcpModule(): Promise<string> {
  const moduleEnd = await listenTcp({ host: '127.0.0.1', port: 0 })
  new TlsModule({ today: true }).module.attach(moduleEnd, 'line')
  return `tcp://${moduleEnd.address}`
}

/** An ordinary client of a broker; `got`: what it has received, `topic payload`. */
async function onlooker(url: string, topic: string): Promise<{ readonly client: MqttClient; readonly got: string[] }> {
  const client = await connectAsync(url, { reconnectPeriod: 20 })
  clients.push(client)
  client.on('error', () => {})
  const got: string[] = []
  client.on('message', (name, payload) => got.push(`${name} ${payload}`))
  await client.subscribeAsync(topic, { qos: 1 })
  return { client, got }
}

test('each is about twenty lines', () => {
  expect(programs).toHaveLength(3)
  for (const name of programs)
    expect(readFileSync(join(root, 'examples', name), 'utf8').split('\n').length).toBeLessThanOrEqual(22)
})

test('the README names each', () => {
  const page = readFileSync(join(root, 'examples', 'README.md'), 'utf8')
  for (const name of programs) expect(page).toContain(`- [${name}](${name}): `)
})

test('sensor-gateway over a serial line: readings arrive; those from while the broker was away arrive later, in order', async () => {
  const path = join(folder, 'tty')
  new TlsModule({ today: true }).module.attach(await openPty({ path }), 'line')
  let broker: EmbeddedBroker = await startBroker({ host: '127.0.0.1', port: 0 })
  const { client, got } = await onlooker(broker.url, 'gateway/7/#')
  const values = () =>
    got.flatMap((line) => (line.startsWith('gateway/7/readings ') ? JSON.parse(line.slice(19)).value : []))

  const gateway = example('sensor-gateway.mjs', path, broker.url)
  gateway.child.stdin.write('20.5\n21\n')
  await until(() => got.length === 3, `two readings and its state; ${gateway.err()}`, waitMs)
  expect([got.at(-1), values()]).toEqual(['gateway/7/state here', [20.5, 21]])
  await broker.close()
  await until(() => gateway.err().includes('offline: readings wait'), 'offline', waitMs)
  gateway.child.stdin.write('22\n23.5\n')
  broker = await startBroker({ host: '127.0.0.1', port: broker.port })
  await until(() => client.connected && values().length >= 4, `two more; ${gateway.err()}`, waitMs)
  gateway.child.stdin.end()
  expect(await gateway.ended).toBe(0)
  expect([...new Set(values())]).toEqual([20.5, 21, 22, 23.5])
  await broker.close()
}, 60_000)

test('mutual-tls: a broker that wants certificates lets it in; it reports, and does as it is told', async () => {
  const authority = await openAuthority(join(folder, 'ca'))
  const { certificate, key } = await authority.issueClient('thing-1')
  writeFileSync(join(folder, 'ca.pem'), authority.root)
  writeFileSync(join(folder, 'client.pem'), certificate)
  writeFileSync(join(folder, 'client-key.pem'), key)
  const tls = { host: '127.0.0.1', port: 0, authority, requireCertificate: true }
  const broker = await startBroker({ host: '127.0.0.1', port: 0, tls })
  const { client, got } = await onlooker(broker.url, 'things/1/reported')

  const thing = example('mutual-tls.mjs', await tcpModule(), broker.tlsUrl!, folder)
  await until(() => got.length === 1, `the first report; ${thing.err()}`, waitMs)
  expect(JSON.parse(got[0]!.slice('things/1/reported '.length))).toHaveProperty('rssi')
  await client.publishAsync('things/1/desired', '{"interval":60}', { qos: 1 })
  await until(() => got.length === 2, `the second report; ${thing.err()}`, waitMs)
  expect(got[1]).toBe('things/1/reported {"interval":60}')
  thing.child.kill('SIGTERM')
  expect([await thing.ended, thing.err()]).toEqual([0, ''])
  await broker.close()
}, 60_000)

test('two-clients: what one broker says comes to the other, both ways', async () => {
  const [siteBroker, cloudBroker] = await Promise.all([0, 0].map((port) => startBroker({ host: '127.0.0.1', port })))
  const site = await onlooker(siteBroker!.url, 'lamps/#')
  const cloud = await onlooker(cloudBroker!.url, 'site/#')

  const bridge = example('two-clients.mjs', await tcpModule(), siteBroker!.url, cloudBroker!.url)
  await until(() => bridge.out().includes('bridging'), `it runs; ${bridge.err()}`, waitMs)
  await site.client.publishAsync('readings/hall', '21', { qos: 1 })
  await cloud.client.publishAsync('to-site/lamps/hall', 'on', { qos: 1 })
  await until(() => site.got.length + cloud.got.length === 2, `two messages; ${bridge.err()}`, waitMs)
  expect([site.got, cloud.got]).toEqual([['lamps/hall on'], ['site/readings/hall 21']])
  bridge.child.kill('SIGTERM')
  expect([await bridge.ended, bridge.err()]).toEqual([0, ''])
  await siteBroker!.close()
  await cloudBroker!.close()
}, 60_000)
