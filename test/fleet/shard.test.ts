import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runHere, scenarioOf } from '../support/fleet/run-here.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleet-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Ten modules connect, publish every 200 ms for a second, and have half a second for the rest. */
const scenario = (group: string, { storm = '', steady = '1s', publish = 'every: 200ms' } = {}): string => `
groups: [{name: a, count: 10, ${group}}]
phases:
  - {name: ramp, duration: 400ms, do: [{verify: {}}, {connect: {}}]}
  - name: steady
    duration: ${steady}
    do: [{publish: {${publish}}}]
${storm === '' ? '' : `    storm: [${storm}]`}
  - {name: drain, duration: 500ms}
`
const clean = { expected: 50, got: 50, doubled: 0, lost: 0, reordered: 0 }

describe.each(['host: lean', 'host: driver'])('%s', (host) => {
  test('connects, publishes, and all that was acknowledged is seen once and in order', async () => {
    const { up, counts, verified } = await runHere(scenarioOf(scenario(host)))
    expect([up, counts.connectUp, counts.connectionLost, verified]).toEqual([10, 10, 0, clean])
    expect([counts.publishIntended, counts.publishSent, counts.publishAcked]).toEqual([50, 50, 50])
  })

  test('without network half of them lose their connections and come back; nothing acknowledged is lost', async () => {
    const storm = '{region: {share: 50%, at: 100ms, for: 200ms, network: down}}'
    const { up, counts, verified, storms } = await runHere(
      scenarioOf(scenario(`${host}, reconnect: {fixed: 100ms}`, { storm })),
    )
    expect([up, counts.connectionLost, verified?.lost]).toEqual([10, 5, 0])
    expect(storms).toMatchObject([{ name: 'steady: region', affected: 5, lost: 5 }])
  })

  test('a certificate a device, of an authority in a folder', async () => {
    const tls = `tls: {authority: ${join(folder, 'authority')}}`
    const { up, counts, times, verified } = await runHere(scenarioOf(scenario(`${host}, ${tls}`)))
    expect([up, counts.connectRefused, verified]).toEqual([10, 0, clean])
    expect(times.tls.count).toBe(10)
  })
})

test('a transcript is the host: what it connects and publishes is counted', async () => {
  const file = join(folder, 'device.at')
  writeFileSync(
    file,
    `# A device
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
`,
  )
  const text = scenario(`host: transcript, transcript: ${file}`, { publish: 'every: 1h, groups: b' })
  const other = text.replace('groups: [', 'groups: [{name: b, count: 1},')
  const { up, counts, causes } = await runHere(scenarioOf(other))
  expect(causes.connectRefused).toEqual({})
  expect([up, counts.connectUp, counts.publishAcked]).toEqual([11, 11, 11])
})

test('modules from several addresses of this machine', async () => {
  const text = `sources: [127.0.0.2, 127.0.0.3]\n${scenario('host: lean')}`
  const { up, verified } = await runHere(scenarioOf(text))
  expect([up, verified]).toEqual([10, clean])
})

describe('storms', () => {
  const lean = (storm: string, more = '') =>
    runHere(scenarioOf(scenario(`host: lean, reconnect: {fixed: 50ms}${more}`, { storm })))

  test('two modules with one ID throw each other out', async () => {
    const { counts, causes, up } = await lean('{duplicateIds: {share: 50%, at: 100ms, for: 300ms}}')
    expect(counts.connectionLost).toBeGreaterThan(5)
    expect(Object.keys(causes.connectionLost)).toEqual(['CONNLOST 1'])
    expect(up).toBe(10)
  })

  test('a name without an address', async () => {
    const { causes, up } = await lean('{dns: {at: 100ms, for: 200ms}}')
    expect(Object.keys(causes.connectRefused)).toEqual(['err 25 (dns)'])
    expect(up).toBe(10)
  })

  test('an expired certificate', async () => {
    const tls = `, tls: {authority: ${join(folder, 'authority')}}`
    const { causes, up } = await lean('{certificateExpiry: {at: 100ms, for: 300ms}}', tls)
    expect(Object.keys(causes.connectRefused)).toEqual(['err 32 (tls)'])
    expect(up).toBe(10)
  })

  test('a clock that is years behind', async () => {
    const tls = `, tls: {authority: ${join(folder, 'authority')}}`
    const { causes, up } = await lean('{clockSkew: {by: -36500d, at: 100ms, for: 300ms}}', tls)
    expect(Object.keys(causes.connectRefused)).toEqual(['err 32 (tls)'])
    expect(up).toBe(10)
  })

  test('a connection that is forgotten on the way: the keep-alive finds out', async () => {
    const { counts, up } = await runHere(
      scenarioOf(
        scenario('host: lean, keepAlive: 1s, reconnect: {fixed: 50ms}', {
          storm: '{nat: {idle: 300ms, for: 1s}}',
          publish: 'every: 500ms',
          steady: '3s',
        }),
      ),
    )
    expect(counts.connectionLost).toBeGreaterThan(0)
    expect(up).toBeGreaterThan(0)
  })
})

test('power off and on, sleep, SIM: each as often as it was said', async () => {
  const { counts, causes, up } = await runHere(
    scenarioOf(`
groups: [{name: a, count: 4, reconnect: {fixed: 50ms}}]
phases:
  - {name: ramp, duration: 300ms, do: [{connect: {}}]}
  - {name: off, duration: 200ms, do: [{power: {state: 'off'}}]}
  - {name: on, duration: 400ms, do: [{power: {state: 'on'}}]}
  - {name: asleep, duration: 400ms, do: [{sleep: {for: 100ms}}]}
`),
  )
  expect([up, counts.connectUp, causes.connectionLost]).toEqual([4, 12, { power: 4 }])
})

test('what a host can not take any more fails', async () => {
  const storm = '{region: {network: down, for: 1s}}'
  const { counts, causes } = await runHere(
    scenarioOf(scenario('host: lean', { storm, publish: 'every: 50ms, waiting: 3' })),
  )
  expect(counts.publishIntended).toBe(200)
  expect(causes.publishFailed['queue full']).toBe(160)
})
