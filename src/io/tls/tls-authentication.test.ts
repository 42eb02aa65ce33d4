import { createPrivateKey } from 'node:crypto'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { TlsSettings } from '../net/dialer.ts'
import { until } from '../testing/until.ts'
import type { CertificateStore } from './certificate-store.ts'
import { type Made, make } from './testing-certificates.ts'
import { closeAll, dialTls, listenTls, storeOf } from './testing-tls.ts'

type Mode = TlsSettings['authMode']
const password = 'open sesame'
const hosts = ['broker.test', '127.0.0.1']
let store: CertificateStore
let root: Made
let servers: Record<string, { key: string; cert: string }>
let encrypted: { pem: string; der: Buffer; old: string }

const pair = ({ key, pem }: Made, ...others: readonly Made[]) => ({
  key,
  cert: [pem, ...others.map((other) => other.pem)].join('\n'),
})

beforeAll(async () => {
  root = await make({ name: 'Root', ca: true })
  const namesake = await make({ name: 'Root', ca: true, from: '2010-01-01' })
  const inter = await make({ name: 'Inter', ca: true, issuer: root })
  const expired = { from: '2019-01-01', to: '2020-01-01' }
  servers = {
    right: pair(await make({ name: 'Server', issuer: root, hosts })),
    intermediate: pair(
      await make({ name: 'Server', issuer: inter, hosts }),
      await make({ name: 'X', ca: true }),
      inter,
    ),
    expired: pair(await make({ name: 'Server', issuer: root, hosts, ...expired })),
    namesake: pair(await make({ name: 'Server', issuer: namesake, hosts }), namesake),
    'expired and untrusted': pair(await make({ name: 'Server', issuer: namesake, hosts, ...expired }), namesake),
    'another host': pair(await make({ name: 'Server', issuer: root, hosts: ['other.test'] })),
    'self-signed': pair(await make({ name: 'broker.test', hosts })),
  }
  const client = await make({ name: 'Client', issuer: root })
  const stranger = await make({ name: 'Stranger', ca: true })
  const key = createPrivateKey(client.key)
  const lock = { cipher: 'aes-256-cbc', passphrase: password }
  encrypted = {
    pem: key.export({ type: 'pkcs8', format: 'pem', ...lock }) as string,
    der: key.export({ type: 'pkcs8', format: 'der', ...lock }),
    old: key.export({ type: 'sec1', format: 'pem', ...lock }) as string,
  }
  store = storeOf({
    'ca.pem': root.pem,
    'ca.der': root.certificate.raw,
    'two.pem': `# roots\r\n${stranger.pem.replaceAll('\n', '\r\n')}${root.pem}`,
    'client.pem': client.pem,
    'client.der': client.certificate.raw,
    'client-key.pem': client.key,
    'client-key.der': key.export({ type: 'pkcs8', format: 'der' }),
    'client-sec1.der': key.export({ type: 'sec1', format: 'der' }),
    'encrypted.pem': encrypted.pem,
    'encrypted.der': encrypted.der,
    'old.pem': encrypted.old,
    'password.pem': `${password}\r\n`,
    'wrong.pem': 'open barley',
    'stranger.pem': stranger.pem,
    'stranger-key.pem': stranger.key,
    'junk.pem': 'junk',
    'half.pem': `${root.pem}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`,
    'empty.pem': '',
  })
})
afterEach(closeAll)

const ca = { caCert: 'ca.pem' }
const own = { clientCert: 'client.pem', clientKey: 'client-key.pem' }

async function outcome(server: object, settings: Partial<TlsSettings>, localTime?: number) {
  const { port, sockets } = await listenTls(server)
  const dialed = dialTls({
    port,
    store,
    settings,
    host: 'broker.test',
    ...(localTime && { localTime: () => localTime }),
  })
  const first = await dialed.first()
  return { ...dialed, sockets, result: first, kind: first?.split(':')[0] }
}

describe('authmode × server certificate', () => {
  const cells = (mode: Mode, expected: Record<string, RegExp>) =>
    Object.entries(expected).map(([server, words]) => [mode, server, words] as const)
  const lax = /^connected$/
  const all = ['right', 'intermediate', 'expired', 'namesake', 'expired and untrusted', 'another host', 'self-signed']
  const verified = {
    right: lax,
    intermediate: lax,
    expired: lax,
    namesake: /^tls: the certificate of broker\.test is not accepted: "CN=Root" is its own issuer and not trusted; /,
    'expired and untrusted': /^tls: .* "CN=Root" is its own issuer and not trusted; /,
    'another host': /^tls: .*"CN=Server" is not for the host broker\.test; its names: DNS:other\.test$/,
    'self-signed': /^tls: .*"CN=broker\.test" is its own issuer and not trusted$/,
  }
  const anybody = Object.fromEntries(all.map((name) => [name, lax]))
  const table = [...cells(0, anybody), ...cells(1, verified), ...cells(2, verified), ...cells(3, anybody)]
  const versions = ['TLSv1.2', 'TLSv1.3'] as const
  test.each(table.flatMap((row) => versions.map((version) => [...row, version] as const)))(
    '%i, %s: %s, %s',
    async (authMode, server, expected, maxVersion) => {
      const settings = { authMode, ...(authMode === 1 || authMode === 2 ? ca : {}), ...(authMode >= 2 ? own : {}) }
      expect((await outcome({ ...servers[server], maxVersion }, settings)).result).toMatch(expected)
    },
  )

  test('ignorelocaltime 0: the date of the module counts [tls-8]', async () => {
    const settings = { authMode: 1 as const, ignoreLocalTime: false, ...ca }
    const at = async (server: string, date: string) =>
      (await outcome(servers[server]!, settings, Date.parse(date))).result
    expect(await at('right', '2026-01-01')).toBe('connected')
    expect(await at('expired', '2026-01-01')).toMatch(/^tls: .*"CN=Server" expired on 2020-01-01T00:00:00Z; it is 2026/)
    expect(await at('right', '1980-01-06')).toMatch(/^tls: .*not valid before 2020-01-01T00:00:00Z; it is 1980-01-06T/)
    expect(await at('expired and untrusted', '2019-06-01')).toMatch(/not trusted; /)
    expect((await outcome(servers.right!, settings)).result).toBe('connected')
  })

  test('ignorecertCN: another host is let in, another issuer is not [tls-14]', async () => {
    const settings = { authMode: 1 as const, ignoreCertCn: true, ...ca }
    expect((await outcome(servers['another host']!, settings)).result).toBe('connected')
    expect((await outcome(servers.namesake!, settings)).kind).toBe('tls')
  })

  test('what was accepted once is accepted for just that: chain, host and dates', async () => {
    const settings = { authMode: 1 as const, ...ca }
    const result = async (server: { key: string; cert: string }, more: object = {}) =>
      (await outcome(server, { ...settings, ...more })).result
    const { intermediate, expired } = servers
    const alone = { ...intermediate!, cert: `${intermediate!.cert.split('-----END')[0]}-----END CERTIFICATE-----\n` }
    for (const _ of [1, 2]) expect(await result(intermediate!)).toBe('connected')
    expect(await result(alone)).toMatch(/^tls: .*"CN=Server" is issued by "CN=Inter"/)
    expect(await result(expired!)).toBe('connected')
    expect(await result(expired!, { ignoreLocalTime: false })).toMatch(/^tls: .* expired on /)
    expect(await result(servers['another host']!, { ignoreCertCn: true })).toBe('connected')
    expect(await result(servers['another host']!)).toMatch(/^tls: .* is not for the host/)
  })

  test.each(['ca.der', 'two.pem'])('cacert %s [tls-11]', async (caCert) =>
    expect((await outcome(servers.right!, { authMode: 1, caCert })).result).toBe('connected'),
  )
})

describe('authmode × what the server wants of the client', () => {
  const asks = () => ({ ...servers.right, ca: root.pem, requestCert: true })
  const identity = (authMode: Mode, files: object = own) => ({ authMode, ...files, ...ca })

  test.each([0, 1, 2, 3] as const)('%i: whether a certificate is sent', async (authMode) => {
    const { result, sockets } = await outcome({ ...asks(), rejectUnauthorized: false }, identity(authMode))
    expect(result).toBe('connected')
    await until(() => sockets.length > 0)
    expect(sockets[0]?.getPeerCertificate().subject?.CN).toBe(authMode >= 2 ? 'Client' : undefined)
  })

  test.each([2, 3] as const)('%i, one that the server trusts', async (authMode) => {
    const { result, sockets } = await outcome(asks(), identity(authMode))
    expect(result).toBe('connected')
    await until(() => sockets[0]?.authorized === true)
  })

  test.each([0, 1] as const)('%i, none, TLS 1.2: refused in the handshake', async (authMode) => {
    const { result } = await outcome({ ...asks(), maxVersion: 'TLSv1.2' }, identity(authMode))
    expect(result).toMatch(/^tls: no TLS with broker\.test: the server refused with the alert "handshake failure": /)
  })

  test.each([0, 1] as const)('%i, none, TLS 1.3: refused after the handshake', async (authMode) => {
    const { happened, connection } = await outcome({ ...asks(), minVersion: 'TLSv1.3' }, identity(authMode))
    connection.write(Buffer.from('CONNECT'))
    await until(() => happened.length > 1)
    const words = 'tls: no TLS with broker.test: the server refused with the alert "certificate required": '
    expect(happened).toEqual(['connected', `${words}it wants a client certificate, and none was sent`])
  })
})

describe('files that authmode needs', () => {
  test.each<[Mode, Partial<TlsSettings>, string]>([
    [1, {}, 'authmode 1 needs cacert, which the context does not name'],
    [2, own, 'authmode 2 needs cacert, which the context does not name'],
    [2, { ...ca, clientKey: 'client-key.pem' }, 'authmode 2 needs clientcert, which the context does not name'],
    [2, { ...ca, clientCert: 'client.pem' }, 'authmode 2 needs clientkey, which the context does not name'],
    [3, { clientKey: 'client-key.pem' }, 'authmode 3 needs clientcert, which the context does not name'],
    [3, { clientCert: 'client.pem' }, 'authmode 3 needs clientkey, which the context does not name'],
    [1, { caCert: 'gone.pem' }, 'cacert gone.pem is not in the certificate store'],
    [3, { ...own, clientCert: 'gone.pem' }, 'clientcert gone.pem is not in the certificate store'],
    [3, { ...own, clientKey: 'gone.pem' }, 'clientkey gone.pem is not in the certificate store'],
    [3, { ...own, password: 'gone.pem' }, 'password gone.pem is not in the certificate store'],
    [1, { caCert: 'junk.pem' }, 'cacert junk.pem is no certificate in PEM or DER'],
    [1, { caCert: 'empty.pem' }, 'cacert empty.pem is no certificate in PEM or DER'],
    [1, { caCert: 'half.pem' }, 'cacert half.pem is no certificate in PEM or DER'],
    [1, { caCert: 'client-key.pem' }, 'cacert client-key.pem is no certificate in PEM or DER'],
    [3, { ...own, clientCert: 'junk.pem' }, 'clientcert junk.pem is no certificate in PEM or DER'],
    [3, { ...own, clientKey: 'junk.pem' }, 'clientkey junk.pem is no private key in PEM or DER'],
    [3, { ...own, clientKey: 'client.pem' }, 'clientkey client.pem is no private key in PEM or DER'],
    [3, { ...own, clientKey: 'ca.der' }, 'clientkey ca.der is no private key in PEM or DER'],
    [3, { ...own, clientKey: 'stranger-key.pem' }, 'the key stranger-key.pem does not fit the certificate client.pem'],
  ])('%i, %j', async (authMode, settings, detail) => {
    const { happened, first } = dialTls({ port: 1, store, settings: { ...settings, authMode } })
    expect(happened).toEqual([])
    expect(await first()).toBe(`certificate: ${detail}`)
  })

  test.each(['encrypted.pem', 'encrypted.der', 'old.pem'])(
    '%s with the right, a wrong and no password',
    async (clientKey) => {
      const with_ = async (name: string) =>
        (await outcome(servers.right!, { authMode: 3, ...own, clientKey, password: name })).result
      expect(await with_('password.pem')).toBe('connected')
      const results = [await with_('wrong.pem'), await with_('empty.pem'), await with_('')]
      expect(results).toEqual([
        `certificate: the password in wrong.pem does not open clientkey ${clientKey}`,
        `certificate: the password in empty.pem does not open clientkey ${clientKey}`,
        `certificate: clientkey ${clientKey} is encrypted, and the context names no password file`,
      ])
      for (const secret of ['sesame', 'barley', encrypted.pem.slice(40, 60)])
        expect(results.join()).not.toContain(secret)
    },
  )

  test.each(['client-key.der', 'client-sec1.der'])(
    'key %s; a password that is not needed is no harm',
    async (clientKey) => {
      const settings = { authMode: 3 as const, clientCert: 'client.der', clientKey, password: 'wrong.pem' }
      expect((await outcome(servers.right!, settings)).result).toBe('connected')
    },
  )

  test('changed under the same name, it counts at the next dial', async () => {
    const changing = storeOf({ 'ca.pem': root.pem })
    const { port } = await listenTls(servers.right!)
    const dial = () => dialTls({ port, store: changing, settings: { authMode: 1, ...ca } }).first()
    expect(await dial()).toBe('connected')
    changing.write('ca.pem', Buffer.from((await make({ name: 'Else', ca: true })).pem))
    expect(await dial()).toMatch(/^tls: .* is issued by "CN=Root", which is not trusted$/)
    changing.remove('ca.pem')
    expect(await dial()).toMatch(/^certificate: /)
  })
})
