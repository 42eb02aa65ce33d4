import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Authority, openAuthority } from '../../src/broker/authority.ts'
import { type Broker, createBroker } from '../../src/broker/embedded-broker.ts'
import { type CertificateStore, memoryStore } from '../../src/io/tls/certificate-store.ts'
import { memoryHost, ptyHost, tcpHost } from '../support/conformance/hosts.ts'
import { bytewise, play, transcripts, whole } from '../support/conformance/play.ts'
import { type Mosquitto, mosquittoMissing, startMosquitto } from '../support/programs/mosquitto.ts'
import { tagOf } from '../support/requirements/requirements.ts'

const folder = mkdtempSync(join(tmpdir(), 'atmqtt-conformance-tls-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** The files that §3.3 and §3.4 name, for servers of one authority. */
async function storeFor(authority: Authority): Promise<CertificateStore> {
  const store = memoryStore()
  const bytes = (text: string) => new TextEncoder().encode(text)
  const client = await authority.issueClient('client')
  store.write('server_ca.pem', bytes(authority.root))
  store.write('ca_cert.pem', bytes(authority.root))
  store.write('cert.pem', bytes(client.certificate))
  store.write('key_cert.pem', bytes(client.key))
  return store
}

interface Servers {
  readonly values: Readonly<Record<string, string>>
  readonly certificates: CertificateStore
}

function playsOn(servers: () => Servers): void {
  for (const [section, transcript] of transcripts.filter(([name]) => ['3.2', '3.3', '3.4'].includes(name))) {
    test(`§${section} in memory, whole and byte by byte${tagOf(transcript.shows)}`, async () => {
      for (const cut of [whole, bytewise])
        expect(await play(transcript, { ...servers(), line: memoryHost(), cut })).toBeGreaterThan(0)
    })
    test(`§${section} over TCP and over a PTY`, async () => {
      await play(transcript, { ...servers(), line: await tcpHost(), cut: whole })
      await play(transcript, { ...servers(), line: await ptyHost(join(folder, 'ttyAT')), cut: whole })
    })
  }
}

describe('the embedded broker', () => {
  let broker: Broker
  let servers: Servers
  beforeAll(async () => {
    const authority = await openAuthority(join(folder, 'embedded'))
    broker = await createBroker()
    const open = { host: '127.0.0.1', port: 0, authority }
    const tls = await broker.listenTls(open)
    const mutual = await broker.listenTls({ ...open, requireCertificate: true })
    const values = { brokerTls: `127.0.0.1:${tls.port}`, brokerMutual: `127.0.0.1:${mutual.port}` }
    servers = { values, certificates: await storeFor(authority) }
  })
  afterAll(() => broker.close())
  playsOn(() => servers)
})

describe.skipIf(mosquittoMissing)('mosquitto with its own certificates', () => {
  const started: Mosquitto[] = []
  let servers: Servers
  beforeAll(async () => {
    const authority = await openAuthority(join(folder, 'mosquitto'))
    const server = await authority.server('127.0.0.1')
    const path = (name: string, text: string) => {
      writeFileSync(join(folder, name), text)
      return join(folder, name)
    }
    const config = [
      `cafile ${path('root.pem', authority.root)}`,
      `certfile ${path('server.pem', server.certificate)}`,
      `keyfile ${path('server.key', server.key)}`,
    ]
    const tls = await startMosquitto(config.join('\n'))
    const mutual = await startMosquitto([...config, 'require_certificate true'].join('\n'))
    started.push(tls, mutual)
    servers = {
      values: { brokerTls: tls.address, brokerMutual: mutual.address },
      certificates: await storeFor(authority),
    }
  })
  afterAll(async () => {
    for (const broker of started) await broker.stop()
  })
  playsOn(() => servers)
})
