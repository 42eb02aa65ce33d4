import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { TlsSettings } from '../net/dialer.ts'
import { until } from '../testing/until.ts'
import type { CertificateStore } from './certificate-store.ts'
import { type Made, make } from './testing-certificates.ts'
import { closeAll, dialTls, listenTls, storeOf } from './testing-tls.ts'

let root: Made
let keyed: { key: string; cert: string }
let store: CertificateStore

beforeAll(async () => {
  root = await make({ name: 'Root', ca: true })
  const inter = await make({ name: 'Inter', ca: true, issuer: root })
  const dates = { from: '2020-01-01', to: '2027-01-01' }
  const server = await make({ name: 'Server', issuer: inter, hosts: ['broker.test'], ...dates })
  keyed = { key: server.key, cert: server.pem + inter.pem }
  store = storeOf({ 'ca.pem': root.pem, 'other.pem': (await make({ name: 'Other', ca: true })).pem })
})
afterEach(closeAll)

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('%s', (version) => {
  const verified: Partial<TlsSettings> = { authMode: 1, caCert: 'ca.pem', ignoreLocalTime: false }

  /** Whether each connection was resumed, or how it failed. A byte from the server: its tickets are there by then. */
  async function visit(port: number, settings: Partial<TlsSettings>, localTime = Date.parse('2026-01-01')) {
    const dialed = dialTls({
      port,
      store,
      host: 'broker.test',
      settings: { ...verified, ...settings },
      localTime: () => localTime,
    })
    const first = await dialed.first()
    if (first === 'connected') await until(() => dialed.bytes().length > 0)
    return first
  }

  async function listener() {
    const listening = await listenTls({ ...keyed, minVersion: version, maxVersion: version })
    const resumed: boolean[] = []
    listening.server.on('secureConnection', (socket) => {
      resumed.push(socket.isSessionReused())
      socket.write('x')
    })
    return { ...listening, resumed }
  }

  test('on: the second connection resumes, and is verified again [tls-15]', async () => {
    const { port, resumed } = await listener()
    const settings = { useTickets: true }
    expect([await visit(port, settings), await visit(port, settings)]).toEqual(['connected', 'connected'])
    expect(resumed).toEqual([false, true])
    expect(await visit(port, settings, Date.parse('2028-01-01'))).toMatch(/^tls: .*"CN=Server" expired on 2027-01-01/)
  })

  test('on: other settings do not take it up', async () => {
    const { port, resumed } = await listener()
    await visit(port, { useTickets: true })
    expect(await visit(port, { useTickets: true, caCert: 'other.pem' })).toMatch(/^tls: .*not trusted/)
    await visit(port, { useTickets: true, authMode: 0 })
    expect(resumed.filter((one) => one)).toEqual([])
  })

  test('on: what an unverified connection left does not help a verified one', async () => {
    const { port, resumed } = await listener()
    await visit(port, { useTickets: true, authMode: 0 })
    await visit(port, { useTickets: true })
    expect(resumed).toEqual([false, false])
  })

  test('off: none resumes', async () => {
    const { port, resumed } = await listener()
    for (let i = 0; i < 3; i++) expect(await visit(port, {})).toBe('connected')
    expect(resumed).toEqual([false, false, false])
  })
})
