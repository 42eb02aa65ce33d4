import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runHere, scenarioOf } from '../support/fleet/run-here.ts'
import { runVirtual } from '../support/fleet/run-virtual.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleet-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Ten modules connect, publish every 10 s for a minute, and have ten seconds for the rest. */
const scenario = (group: string, { storm = '', publish = 'every: 10s', steady = '60s' } = {}) =>
  scenarioOf(`
groups: [{name: a, count: 10, ${group}}]
phases:
  - {name: ramp, duration: 10s, do: [{verify: {}}, {connect: {}}]}
  - name: steady
    duration: ${steady}
    do: [{publish: {${publish}}}]
${storm === '' ? '' : `    storm: [${storm}]`}
  - {name: drain, duration: 30s}
`)
const clean = { expected: 60, got: 60, doubled: 0, lost: 0, reordered: 0, unseen: 0 }

describe.each(['host: lean', 'host: driver'])('%s', (host) => {
  test('connects, publishes, and all that was acknowledged is seen once and in order', async () => {
    const { up, counts, verified } = await runVirtual(scenario(host))
    expect([up, counts.connectUp, counts.connectionLost, verified]).toEqual([10, 10, 0, clean])
    expect([counts.publishIntended, counts.publishSent, counts.publishAcked]).toEqual([60, 60, 60])
  })

  test('without network half of them lose their connections and come back; nothing acknowledged is lost', async () => {
    const storm = '{region: {share: 50%, at: 10s, for: 10s, network: down}}'
    const { up, counts, verified, storms } = await runVirtual(scenario(host, { storm }))
    expect([up, counts.connectionLost, verified?.lost]).toEqual([10, 5, 0])
    expect(storms).toMatchObject([{ name: 'steady: region', beganAt: 20_000, endedAt: 30_000, affected: 5, lost: 5 }])
  })

  test('real timing: a module boots and is registered before it connects', async () => {
    const { timing: _, ...rest } = scenario(host)
    const { up, counts, times } = await runVirtual({ ...rest, timing: 'real' })
    expect([up, counts.connectRefused]).toEqual([10, 0])
    expect(times.connect.summary()!.max).toBeGreaterThan(2000)
  })
})

test('a transcript is the host: what it connects and publishes is counted', async () => {
  const file = join(folder, 'device.at')
  writeFileSync(file, transcript)
  const { up, counts, causes } = await runVirtual(
    scenario(`host: transcript, transcript: ${file}`, { publish: 'every: 100s' }),
  )
  expect(causes.connectRefused).toEqual({})
  expect([up, counts.connectUp, counts.publishAcked]).toEqual([10, 10, 10])
})

const transcript = `# A device
> AT+CMQTTSTART
< OK
< +CMQTTSTART: 0
> AT+CMQTTACCQ=0,"{clientId}",0
< OK
> AT+CMQTTCONNECT=0,"tcp://{broker}",60,1
< OK
< +CMQTTCONNECT: 0,0
> AT+CMQTTTOPIC=0,1
< >
>> t
< OK
> AT+CMQTTPAYLOAD=0,2
< >
>> hi
< OK
> AT+CMQTTPUB=0,1,60
< OK
< +CMQTTPUB: 0,0
`

describe('storms, lean hosts', () => {
  const storm = (one: string, more = {}) => runVirtual(scenario('host: lean', { storm: one, ...more }))

  test('a region without a word: what the server has given up is lost when the network is back', async () => {
    const { up, causes, verified } = await storm('{region: {share: 50%, for: 120s}}', {
      publish: 'every: 120s',
      steady: '200s',
    })
    expect(causes.connectionLost).toEqual({ 'CONNLOST 1': 5 })
    expect([up, verified?.lost]).toEqual([10, 0])
  })

  test('two modules with one ID throw each other out', async () => {
    const { up, counts, causes } = await storm('{duplicateIds: {share: 50%, for: 30s}}')
    expect(counts.connectionLost).toBeGreaterThan(10)
    expect(Object.keys(causes.connectionLost)).toEqual(['CONNLOST 1'])
    expect(up).toBe(10)
  })

  test('a name without an address', async () => {
    const { up, causes } = await storm('{dns: {for: 20s}}')
    expect(Object.keys(causes.connectRefused)).toEqual(['err 25 (dns)'])
    expect([causes.connectionLost, up]).toEqual([{ 'CONNLOST 2': 10 }, 10])
  })

  test('forgotten on the way: only those that say nothing for long enough', async () => {
    const often = await storm('{nat: {idle: 30s, for: 60s}}', { publish: 'every: 20s' })
    expect(often.counts.connectionLost).toBe(0)
    const rarely = await storm('{nat: {idle: 30s, for: 180s}}', { publish: 'every: 1h', steady: '200s' })
    expect(rarely.causes.connectionLost).toEqual({ 'CONNLOST 2': 10 })
  })

  test('half-open: neither side knows', async () => {
    const { causes, up } = await storm('{halfOpen: {share: 50%}}', { publish: 'every: 1h', steady: '200s' })
    expect([causes.connectionLost, up]).toEqual([{ 'CONNLOST 2': 5 }, 10])
  })
})

test('power off and on, sleep, SIM: each as often as it was said', async () => {
  const { counts, causes, up } = await runVirtual(
    scenarioOf(`
groups: [{name: a, count: 4}]
phases:
  - {name: ramp, duration: 10s, do: [{connect: {}}]}
  - {name: off, duration: 10s, do: [{power: {state: 'off'}}]}
  - {name: on, duration: 10s, do: [{power: {state: 'on'}}]}
  - {name: asleep, duration: 10s, do: [{sleep: {for: 5s}}]}
  - {name: without, duration: 10s, do: [{sim: {state: remove}}]}
  - {name: with, duration: 30s, do: [{sim: {state: insert}}]}
`),
  )
  expect([up, counts.connectUp, causes.connectionLost]).toEqual([4, 16, { power: 4, 'CONNLOST 3': 4 }])
})

test('what a host can not take any more fails', async () => {
  const storm = '{region: {network: down, for: 60s}}'
  const { counts, causes } = await runVirtual(scenario('host: lean', { storm, publish: 'every: 3s, waiting: 3' }))
  expect(counts.publishIntended).toBe(200)
  expect(causes.publishFailed).toEqual({ 'queue full': 160 })
})

test('a message counts from when it was due: what waited for the network is in the tail', async () => {
  const storm = '{region: {network: down, for: 10s}}'
  const { times, counts } = await runVirtual(scenario('host: lean', { storm, publish: 'every: 1s, waiting: 20' }))
  expect(counts.publishAcked).toBe(600)
  expect(times.publishAck.quantile(0.9)).toBeGreaterThan(3000)
  expect(times.publishAck.quantile(1)).toBeGreaterThan(9500)
  expect(times.publishAckFromSent.quantile(0.9)).toBeLessThan(100)
})

test.each(['none', '{fixed: 5s}', 'never'])('reconnect: %s', async (reconnect) => {
  const storm = '{region: {for: 10s, network: down}}'
  const { up, storms } = await runVirtual(scenario(`reconnect: ${reconnect}`, { storm, publish: 'every: 1h' }))
  expect([up, storms[0]!.lost]).toEqual([reconnect === 'never' ? 0 : 10, 10])
  if (reconnect === 'none') expect(storms[0]!.back.summary()!.max).toBeLessThan(100)
})

/** Real sockets, all at once. */
describe.concurrent('against a broker of its own', () => {
  const short = (group: string, storm = '') =>
    runHere(
      scenarioOf(`
groups: [{name: a, count: 3, ${group}}]
phases:
  - {name: ramp, duration: 300ms, do: [{verify: {}}, {connect: {}}]}
  - {name: steady, duration: 600ms, do: [{publish: {every: 200ms}}]${storm}}
  - {name: drain, duration: 400ms}
`),
    )

  test.each(['lean', 'driver'])('%s: a certificate a device, of an authority in a folder', async (host) => {
    const { up, counts, times, verified, traffic } = await short(
      `host: ${host}, tls: {authority: ${join(folder, 'ca')}}`,
    )
    expect([up, counts.connectRefused, verified?.lost, verified?.doubled]).toEqual([3, 0, 0, 0])
    expect([times.tls.count, verified?.got]).toEqual([3, verified?.expected])
    expect(traffic.a!.handshake.count).toBe(3)
    expect(traffic.a!.handshake.bytes).toBeGreaterThan(3 * 1200)
  })

  test('an expired certificate, and a clock that is years behind', async () => {
    const group = `reconnect: {fixed: 20ms}, tls: {authority: ${join(folder, 'ca')}}`
    const storms = ['{certificateExpiry: {at: 100ms, for: 300ms}}', '{clockSkew: {by: -36500d, at: 100ms, for: 300ms}}']
    const runs = await Promise.all(storms.map((storm) => short(group, `, storm: [${storm}]`)))
    for (const { causes, up } of runs) {
      expect(causes.connectRefused['err 32 (tls)']).toBeGreaterThan(0)
      expect(up).toBe(3)
    }
  })

  test('bytes are counted on the connections: CONNECT and CONNACK, messages and their acknowledgements', async () => {
    const { counts, traffic } = await runHere(
      scenarioOf(`
groups: [{name: a, count: 2, clientId: "m{index}"}]
phases:
  - {name: ramp, duration: 300ms, do: [{connect: {}}]}
  - {name: steady, duration: 500ms, do: [{publish: {every: 200ms, topic: t, payload: abc}}]}
`),
    )
    const message = 2 + 3 + 2 + 3 + 4
    expect(traffic.a).toEqual({
      handshake: { bytes: 0, count: 0 },
      connection: { bytes: 2 * (2 + 12 + 4 + 4), count: 2 },
      keepAlive: { bytes: 0, count: 0 },
      message: { bytes: counts.publishAcked * message, count: counts.publishAcked },
    })
    expect(counts.publishAcked).toBeGreaterThan(2)
  })

  test('from several addresses of this machine', async () => {
    const seen = new Set<string | undefined>()
    const server = createServer((socket) => {
      seen.add(socket.remoteAddress)
      socket.destroy()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const text =
      'sources: [127.0.0.2, 127.0.0.3]\ngroups: [{name: a, count: 4}]\nphases: [{name: x, duration: 1s, do: [{connect: {}}]}]'
    await runHere(scenarioOf(text), { plain: { host: '127.0.0.1', port }, tls: null })
    server.close()
    expect([...seen].sort()).toEqual(['127.0.0.2', '127.0.0.3'])
  })
})
