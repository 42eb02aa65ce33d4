import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openAuthority } from '../../src/broker/authority.ts'
import { createBroker } from '../../src/broker/embedded-broker.ts'
import { runHere, scenarioOf } from '../support/fleet/run-here.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleet-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

test('a certificate a device, of files by a pattern; a file that is not there is named', async () => {
  const authority = await openAuthority(join(folder, 'ca'))
  for (const name of ['m0', 'm1', 'm2']) {
    const { certificate, key } = await authority.issueClient(name)
    writeFileSync(join(folder, `${name}.pem`), certificate)
    writeFileSync(join(folder, `${name}.key`), key)
  }
  const group = (pattern: string) =>
    `clientId: "m{index}", tls: {ca: ${join(folder, 'ca', 'root.pem')}, cert: "${pattern}.pem", key: "${pattern}.key"}`
  const device = (pattern: string) =>
    scenarioOf(`
groups: [{name: a, count: 3, ${group(pattern)}}]
phases: [{name: x, duration: 1500ms, do: [{connect: {}}]}]
`)
  const broker = await createBroker()
  const { host, port } = await broker.listenTls({ host: '127.0.0.1', port: 0, authority, requireCertificate: true })
  const servers = { plain: null, tls: { host, port } }
  const { up, times } = await runHere(device(join(folder, '{client}')), servers)
  expect([up, times.tls.count]).toEqual([3, 3])
  await expect(runHere(device(join(folder, 'none-{client}')), servers)).rejects.toThrow('none-m0.pem')
  await broker.close()
})

test('sessions are resumed where a group says so: a handshake takes fewer bytes', async () => {
  const bytes = async (resume: boolean) => {
    const { traffic, up } = await runHere(
      scenarioOf(`
groups: [{name: a, count: 4, profile: sim767x-v106, tls: {resume: ${resume}}}]
phases: [{name: x, duration: 1500ms, do: [{connect: {over: 1s}}]}]
`),
    )
    expect([up, traffic.a!.handshake.count]).toEqual([4, 4])
    return traffic.a!.handshake.bytes
  }
  const [resumed, full] = [await bytes(true), await bytes(false)]
  // Three of four: the server's certificate is not sent again. How long a ClientHello is depends on the version of OpenSSL.
  expect(full - resumed).toBeGreaterThan(3 * 200)
})
