import type { SecureVersion, TLSSocket } from 'node:tls'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { TlsSettings } from '../net/dialer.ts'
import { until } from '../testing/until.ts'
import type { CertificateStore } from './certificate-store.ts'
import { type Made, make, rsaKeys } from './testing-certificates.ts'
import { closeAll, dialTls, listenTls, plain, storeOf } from './testing-tls.ts'
import { type TlsMaterial, tlsMaterial } from './tls-context.ts'
import { oldSuites, tls12Suites, tls13Suites } from './tls-suites.ts'
import { hasCipherSuite } from './tls-versions.ts'

let root: Made
let store: CertificateStore
let keyed: { key: string; cert: string; ciphers: string }

beforeAll(async () => {
  const keys = await rsaKeys(2048)
  root = await make({ name: 'Root', ca: true, keys })
  const server = await make({ name: 'Server', issuer: root, hosts: ['127.0.0.1'], keys: await rsaKeys(2048) })
  keyed = { key: server.key, cert: server.pem, ciphers: 'DEFAULT@SECLEVEL=0' }
  store = storeOf({ 'ca.pem': root.pem })
})
afterEach(closeAll)

const versions: readonly SecureVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']

async function agreed(server: object, settings: Partial<TlsSettings>): Promise<string> {
  const { port, sockets } = await listenTls({ ...keyed, minVersion: 'TLSv1', ...server })
  const verified = { authMode: 1 as const, caCert: 'ca.pem', ...settings }
  const first = await dialTls({ port, store, settings: verified }).first()
  if (first !== 'connected') return first ?? ''
  await until(() => sockets.length > 0)
  const { name } = (sockets[0] as TLSSocket).getCipher()
  return `${sockets[0]?.getProtocol()} ${name}`
}

describe('sslversion', () => {
  const rows: [TlsSettings['sslVersion'], readonly SecureVersion[]][] = [
    [1, ['TLSv1']],
    [2, ['TLSv1.1']],
    [3, ['TLSv1.2']],
    [4, versions],
  ]
  const cells = rows.flatMap(([sslVersion, allowed]) =>
    versions.map((only) => [sslVersion, only, allowed.includes(only)] as const),
  )
  test.each(cells)('%i, a server that speaks only %s: %s [tls-5]', async (sslVersion, only, fits) => {
    const result = await agreed({ minVersion: only, maxVersion: only }, { sslVersion })
    if (fits) expect(result.split(' ')[0]).toBe(only)
    else expect(result).toMatch(/^tls: no TLS with 127\.0\.0\.1: .*(protocol version|version in common)/)
  })

  test('4 takes the best', async () => expect(await agreed({}, { sslVersion: 4 })).toMatch(/^TLSv1\.3 /))

  test('0: SSL 3.0 is gone', async () =>
    expect(await agreed({}, { sslVersion: 0 })).toMatch(/^tls: SSL 3\.0 \(sslversion 0\) is not in the local OpenSSL/))

  test('SHA-1 and 1024 bits, in each version', async () => {
    const signer = await rsaKeys(1024, 'SHA-1')
    const old = await make({ name: 'Old', ca: true, keys: signer, hash: 'SHA-1' })
    const own = await rsaKeys(1024, 'SHA-1')
    const server = await make({ name: 'Server', issuer: old, hosts: ['127.0.0.1'], keys: own, hash: 'SHA-1' })
    store.write('old.pem', Buffer.from(old.pem))
    for (const only of versions) {
      const options = { key: server.key, cert: server.pem, minVersion: only, maxVersion: only }
      expect(await agreed(options, { caCert: 'old.pem' })).toMatch(new RegExp(`^${only} `))
    }
  })
})

describe('ciphersuites [tls-16]', () => {
  test.each<[number, TlsSettings['sslVersion'], string | RegExp]>([
    [0xc02f, 4, 'TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256'],
    [0xc02f, 3, 'TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256'],
    [0x1303, 4, 'TLSv1.3 TLS_CHACHA20_POLY1305_SHA256'],
    [0x002f, 1, 'TLSv1 AES128-SHA'],
    [0xc014, 4, 'TLSv1.2 ECDHE-RSA-AES256-SHA'],
    [0, 4, /^TLSv1\.3 /],
    [0xffff, 4, /^TLSv1\.3 /],
    [0xc02f, 2, 'tls: no TLS version that sslversion 2 allows has the cipher suite 0xC02F'],
    [0x1301, 3, 'tls: no TLS version that sslversion 3 allows has the cipher suite 0x1301'],
    [0x0001, 4, 'tls: the local OpenSSL has no cipher suite 0x0001'],
    [0xc02b, 4, /^tls: no TLS with 127\.0\.0\.1: the server refused with the alert "handshake failure"/],
  ])('%i with sslversion %i: %s', async (cipherSuites, sslVersion, expected) => {
    const result = await agreed({}, { cipherSuites, sslVersion })
    if (typeof expected === 'string') expect(result).toBe(expected)
    else expect(result).toMatch(expected)
  })

  test('a server without that suite', async () => {
    const server = { ciphers: 'AES128-SHA@SECLEVEL=0', maxVersion: 'TLSv1.2' }
    expect(await agreed(server, { cipherSuites: 0xc02f })).toMatch(/^tls: .*no cipher suite in common/)
  })

  test('hasCipherSuite: what OpenSSL has, not what is anonymous, unencrypted or unknown', () => {
    for (const number of [0xc02f, 0xc030, 0xcca8, 0x009c, 0x002f, 0x1301, 0x1302, 0x1303])
      expect([number, hasCipherSuite(number)]).toEqual([number, true])
    for (const number of [0, 0x0001, 0x0005, 0x0034, 0x008c, 0x00ff, 0x1399, 0xffff, -1, 0.5])
      expect([number, hasCipherSuite(number)]).toEqual([number, false])
  })

  test('each number is there once', () => {
    const numbers = [...tls13Suites, ...tls12Suites, ...oldSuites].map(([number]) => number)
    expect(new Set(numbers).size).toBe(numbers.length)
  })
})

describe('contexts', () => {
  const material = (settings: Partial<TlsSettings>, from = store) =>
    tlsMaterial({ ...plain, ...settings }, from) as TlsMaterial

  test('one for all with the same inputs, whatever their names and anchors', () => {
    const first = material({ authMode: 1, caCert: 'ca.pem' })
    const again = material({ authMode: 1, caCert: 'root.pem' }, storeOf({ 'root.pem': root.pem }))
    expect(again.context).toBe(first.context)
    expect(again.anchors).toBe(first.anchors)
    expect(again.fingerprint).toBe(first.fingerprint)
    expect(material({}).context).toBe(first.context)
    expect(material({}).fingerprint).not.toBe(first.fingerprint)
  })

  test('another for another version, suite, ticket or key', async () => {
    const [one, two] = [await make({ name: 'A' }), await make({ name: 'A' })]
    const files = (made: Made) => storeOf({ 'a.pem': made.pem, 'k.pem': made.key })
    const identity = { authMode: 3 as const, clientCert: 'a.pem', clientKey: 'k.pem' }
    const all = [
      material({}),
      material({ sslVersion: 3 }),
      material({ cipherSuites: 0xc02f }),
      material({ useTickets: true }),
      material(identity, files(one)),
      material(identity, files(two)),
    ]
    expect(new Set(all.map(({ context }) => context)).size).toBe(all.length)
    expect(material(identity, files(one)).context).toBe(all[4]?.context)
  })
})
