import { X509Certificate } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { type ChainOptions, chainFault, datesLike } from './chain.ts'
import { ecKeys, type Made, make, rsaKeys, x509 } from './testing-certificates.ts'

const { Extension, KeyUsageFlags } = x509

const now = Date.parse('2026-06-01')
const past = { from: '2019-01-01', to: '2020-01-01' }
const future = { from: '2030-01-01', to: '2040-01-01' }
const host = 'broker.test'

let root: Made
let otherRoot: Made
let namesake: Made
let inter: Made
let leaf: Made

beforeAll(async () => {
  root = await make({ name: 'Root', ca: true })
  otherRoot = await make({ name: 'Other Root', ca: true })
  namesake = await make({ name: 'Root', ca: true })
  inter = await make({ name: 'Inter', ca: true, issuer: root })
  leaf = await make({ name: 'Server', ca: false, issuer: inter, hosts: [host, '*.wild.test', '192.0.2.7', '::1'] })
})

const fault = (sent: readonly Made[], anchors: readonly Made[], options: Partial<ChainOptions> = {}) =>
  chainFault(
    sent.map(({ certificate }) => certificate),
    { anchors: anchors.map(({ certificate }) => certificate), host, ...options },
  )

const leafOf = (issuer: Made, draft: object = {}) =>
  make({ name: 'Server', ca: false, issuer, hosts: [host], ...draft })

describe('a chain that is accepted [tls-18]', () => {
  test('root', async () => expect(fault([await leafOf(root)], [root])).toBeUndefined())
  test('root and intermediate', () => expect(fault([leaf, inter], [root])).toBeUndefined())
  test('the root sent too', () => expect(fault([leaf, inter, root], [root])).toBeUndefined())
  test('one of several roots', () => expect(fault([leaf, inter], [otherRoot, root])).toBeUndefined())
  test('an intermediate as anchor', () => expect(fault([leaf], [inter])).toBeUndefined())
  test('the server itself as anchor', () => expect(fault([leaf], [leaf])).toBeUndefined())
  test('self-signed, as anchor', async () => {
    const own = await make({ name: host })
    expect(fault([own], [own])).toBeUndefined()
  })
  test('three intermediates, in each order, with others between them', async () => {
    const second = await make({ name: 'Second', ca: true, issuer: inter })
    const third = await make({ name: 'Third', ca: true, issuer: second })
    const own = await leafOf(third)
    const others = [inter, second, third, otherRoot, namesake]
    for (let turn = 0; turn < others.length; turn++) {
      others.push(others.shift()!)
      expect(fault([own, ...others], [root])).toBeUndefined()
      expect(fault([own, ...others.toReversed()], [root])).toBeUndefined()
    }
  })
  test('SHA-1 [tls-20]', async () => {
    const keys = await rsaKeys(2048, 'SHA-1')
    const old = await make({ name: 'Old', ca: true, keys, hash: 'SHA-1' })
    expect(fault([await leafOf(old, { hash: 'SHA-1' })], [old])).toBeUndefined()
  })
  test('1024 bits [tls-20]', async () => {
    const old = await make({ name: 'Old', ca: true, keys: await rsaKeys(1024) })
    expect(fault([await leafOf(old, { keys: await rsaKeys(1024) })], [old])).toBeUndefined()
  })
  test('the path that holds, behind one that does not: same name, same key, expired', async () => {
    const expired = await make({ name: 'Inter', ca: true, issuer: root, keys: inter.keys, ...past })
    expect(fault([leaf, expired, inter], [root], { at: now })).toBeUndefined()
  })
  test('the intermediate that signed, behind its namesake with another key', async () => {
    const other = await make({ name: 'Inter', ca: true, issuer: root })
    expect(fault([leaf, other, inter], [root])).toBeUndefined()
  })
  test('a server that has a purpose, and one with key usages', async () => {
    const usage = KeyUsageFlags.digitalSignature
    expect(fault([await leafOf(root, { purposes: ['1.3.6.1.5.5.7.3.1'], usage })], [root])).toBeUndefined()
  })
})

describe('anchors of the time before basicConstraints', () => {
  test('a root of version 1, and nothing but a root', () => {
    const [old, own] = [new X509Certificate(versionOne), new X509Certificate(versionOneLeaf)]
    expect(chainFault([own], { anchors: [old], host })).toBeUndefined()
    expect(chainFault([own, old], { anchors: [root.certificate], host })).toMatch(/"CN=Ancient" is no certificate auth/)
    expect(chainFault([own], { anchors: [root.certificate], host })).toMatch(/"CN=Ancient", which is not trusted/)
  })
  test('a key usage alone: the right one', async () => {
    const right = await make({ name: 'Plain', usage: KeyUsageFlags.keyCertSign })
    const wrong = await make({ name: 'Plain', usage: KeyUsageFlags.digitalSignature })
    expect(fault([await leafOf(right)], [right])).toBeUndefined()
    expect(fault([await leafOf(wrong)], [wrong])).toMatch(/"CN=Plain" is no certificate authority/)
  })
})

describe('a chain that is refused [tls-18]', () => {
  test('nothing sent', () => expect(fault([], [root])).toBe('the server sent no certificate'))
  test('untrusted root', () =>
    expect(fault([leaf, inter, root], [otherRoot])).toBe('"CN=Root" is its own issuer and not trusted'))
  test('the intermediate is missing', () =>
    expect(fault([leaf], [root])).toBe('"CN=Server" is issued by "CN=Inter", which is not trusted'))
  test('a root of the same name with another key', async () => {
    const forged = await leafOf(namesake)
    expect(fault([forged], [root])).toMatch(/^"CN=Server" is not signed with the key of "CN=Root"/)
    expect(fault([forged, namesake], [root])).toMatch(/"CN=Root" is its own issuer and not trusted; .* same name/)
  })
  test('the same, with its own intermediate', async () => {
    const forged = await make({ name: 'Inter', ca: true, issuer: namesake })
    expect(fault([await leafOf(forged), forged, namesake], [root])).toMatch(/same name/)
    expect(fault([await leafOf(forged), forged, inter], [root])).toMatch(/"CN=Inter" is not signed with the key of/)
  })
  test('self-signed', async () =>
    expect(fault([await make({ name: host })], [root])).toMatch(/^"CN=broker\.test" is its own issuer/))
  test('a server as authority', async () => {
    const victim = await leafOf(leaf)
    const expected = '"CN=Server" is no certificate authority, but signed "CN=Server"'
    expect(fault([victim, leaf, inter], [root])).toBe(expected)
    expect(fault([victim], [leaf])).toBe(expected)
  })
  test('an authority by basicConstraints, not by key usage; one by neither', async () => {
    const usage = KeyUsageFlags.digitalSignature
    const weak = await make({ name: 'Weak', ca: true, usage, issuer: root })
    expect(fault([await leafOf(weak), weak], [root])).toMatch(/"CN=Weak" is no certificate authority/)
    const plain = await make({ name: 'Plain', issuer: root })
    expect(fault([await leafOf(plain), plain], [root])).toMatch(/"CN=Plain" is no certificate authority/)
    expect(fault([await leafOf(plain)], [plain])).toMatch(/"CN=Plain" is no certificate authority/)
  })
  test('more authorities than one allows', async () => {
    const short = await make({ name: 'Short', ca: true, issuer: root, pathLength: 0 })
    const below = await make({ name: 'Below', ca: true, issuer: short })
    expect(fault([await leafOf(short), short], [root])).toBeUndefined()
    expect(fault([await leafOf(below), below, short], [root])).toBe(
      '"CN=Short" allows 0 authorities below it; there are 1',
    )
  })
  test('a client certificate; an authority for clients', async () => {
    const purposes = ['1.3.6.1.5.5.7.3.2']
    expect(fault([await leafOf(root, { purposes })], [root])).toMatch(/"CN=Server" is not for servers/)
    const clients = await make({ name: 'Clients', ca: true, issuer: root, purposes })
    expect(fault([await leafOf(clients), clients], [root])).toMatch(/"CN=Clients" is not for servers/)
  })
  test('a key that may only sign certificates', async () =>
    expect(fault([await leafOf(root, { usage: KeyUsageFlags.keyCertSign })], [root])).toMatch(/\(key usage\)/))
  test('an unknown critical extension, and name constraints even if they are not critical', async () => {
    const extra = (id: string, critical: boolean) => [new Extension(id, critical, new Uint8Array([0x30, 0]))]
    const odd = await leafOf(root, { extra: extra('1.2.3.4', true) })
    expect(fault([odd], [root])).toBe('"CN=Server" has the critical extension 1.2.3.4, which is unknown')
    expect(fault([await leafOf(root, { extra: extra('1.2.3.4', false) })], [root])).toBeUndefined()
    const narrow = await make({ name: 'Narrow', ca: true, issuer: root, extra: extra('2.5.29.30', false) })
    expect(fault([await leafOf(narrow), narrow], [root])).toMatch(/name constraints/)
  })
  test('512 bits', async () => {
    const old = await make({ name: 'Old', ca: true, keys: await rsaKeys(512) })
    expect(fault([await leafOf(old)], [old])).toBe('"CN=Old" has a key of only 512 bits')
  })
  test('a maze: certificates that issue one another', async () => {
    const keys = await ecKeys()
    const ring = await make({ name: 'Ring', ca: true, keys })
    const maze = await Promise.all(
      Array.from({ length: 20 }, (_, i) => make({ name: 'Ring', ca: true, keys, issuer: ring, pathLength: 20 + i })),
    )
    // Tried in every order, it would take longer than a test may.
    expect(fault([await leafOf(ring), ...maze], [root])).toBeDefined()
    expect(fault([leaf, ...maze, ...maze, ...maze], [root])).toMatch(/61 certificates/)
  })
})

describe('dates, at every level', () => {
  const levels = ['root', 'intermediate', 'server'] as const
  const cases = levels.flatMap((level) => [
    { level, when: 'expired', dates: past, words: /expired on 2020-01-01T00:00:00Z; it is 2026-06-01T00:00:00Z here$/ },
    { level, when: 'not yet valid', dates: future, words: /not valid before 2030-01-01T00:00:00Z; it is 2026/ },
  ])
  test.each(cases)('$level $when: refused, and only for its dates', async ({ level, dates, words }) => {
    const at = (one: string) => (one === level ? dates : {})
    const top = await make({ name: 'T root', ca: true, ...at('root') })
    const middle = await make({ name: 'T intermediate', ca: true, issuer: top, ...at('intermediate') })
    const own = await make({ name: 'T server', issuer: middle, hosts: [host], ...at('server') })
    expect(fault([own, middle], [top], { at: now })).toMatch(words)
    expect(fault([own, middle], [top], { at: now })).toContain(`"CN=T ${level}"`)
    expect(fault([own, middle], [top])).toBeUndefined()
    expect(fault([own, middle], [otherRoot])).toMatch(/is not trusted$/)
  })
  test('the first and the last second', async () => {
    const own = await leafOf(root, { from: '2026-06-01', to: '2026-06-02' })
    const at = (ms: number) => fault([own], [root], { at: now + ms })
    const day = 86_400_000
    expect([at(-1), at(0), at(day), at(day + 1000)].map((one) => one === undefined)).toEqual([false, true, true, false])
  })
})

describe('hosts [tls-19]', () => {
  test.each([
    [host, true],
    ['BROKER.test', true],
    ['broker.test.', true],
    ['a.wild.test', true],
    ['a.b.wild.test', false],
    ['wild.test', false],
    ['192.0.2.7', true],
    ['192.0.2.8', false],
    ['::1', true],
    ['0:0::1', true],
    ['::2', false],
    ['Server', false],
    ['.test', false],
    ['', false],
    ['broker.test\0.evil', false],
  ])('%j: %s', (name, right) => {
    const found = fault([leaf, inter], [root], { host: name })
    expect(found === undefined).toBe(right)
    if (!right) expect(found).toMatch(/^"CN=Server" is not for the host .*; its names: DNS:broker\.test/)
  })
  test('a star is a whole label', async () => {
    const part = await leafOf(root, { hosts: ['b*.part.test'] })
    expect(fault([part], [root], { host: 'broker.part.test' })).toBeDefined()
  })
  test('not checked', () => expect(fault([leaf, inter], [root], { host: undefined })).toBeUndefined())
  test('the subject counts where there are no other names, with addresses too', async () => {
    const [name, address] = [
      await leafOf(root, { name: host, hosts: undefined }),
      await leafOf(root, { name: '192.0.2.9', hosts: undefined }),
    ]
    expect(fault([name], [root])).toBeUndefined()
    expect(fault([address], [root], { host: '192.0.2.9' })).toBeUndefined()
    const star = await leafOf(root, { name: '*.0.2.9', hosts: undefined })
    expect(fault([star], [root], { host: '192.0.2.9' })).toBeDefined()
  })
})

test('dates like one: none of the certificates begins or ceases to be valid between them', async () => {
  const certificates = [root, await leafOf(root, past), await leafOf(root, future)].map((one) => one.certificate)
  const like = (date: string) => {
    const { from, to } = datesLike(Date.parse(date), certificates)
    return [from, to].map((ms) => new Date(ms).toISOString().slice(0, 19))
  }
  expect(like('2026-06-01')).toEqual(['2020-01-01T00:00:00', '2029-12-31T23:59:59'])
  expect(like('2019-06-01')).toEqual(['2019-01-01T00:00:00', '2019-12-31T23:59:59'])
  expect(like('2035-01-01')[0]).toBe('2030-01-01T00:00:00')
})

/** Made with OpenSSL's command line: the library makes version 3 only. */
const versionOne = `-----BEGIN CERTIFICATE-----
MIIBIDCBxwIUBhki7jY1E5ysAaQVxqcygRWxMQYwCgYIKoZIzj0EAwIwEjEQMA4G
A1UEAwwHQW5jaWVudDAgFw0yNjExMjMwMjE5MDBaGA8yMDUxMDcxNTAyMTkwMFow
EjEQMA4GA1UEAwwHQW5jaWVudDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABMWN
UrThsZfAaHPAZLVcBOsevJBWW/CYeCEycG5jUHMrmvNet7nBf3+EuBJcA4J4tG3X
UE5Id+2t1hV0I4Q/2rowCgYIKoZIzj0EAwIDSAAwRQIgK2rJsdqTd0DpxTyfVw6F
i2Zk86OPUkEbaq4vdOtw8ygCIQD3rp35AiyJRG675OjZMaeH/O34xux79k47mf/p
nOt0sw==
-----END CERTIFICATE-----`
const versionOneLeaf = `-----BEGIN CERTIFICATE-----
MIIBJTCBywIUHYh9aN855UcX73dmiC6uLp3lOxAwCgYIKoZIzj0EAwIwEjEQMA4G
A1UEAwwHQW5jaWVudDAgFw0yNjExMjMwMjE5MDBaGA8yMDUxMDcxNTAyMTkwMFow
FjEUMBIGA1UEAwwLYnJva2VyLnRlc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AASKQuQ5zVoETj5Gut590qiCYauHvft/yuQAC/MloLCPTFc3+Y0rUjW6UOOffNcL
l5YdnLUHlwjThQaP2cXKMeSgMAoGCCqGSM49BAMCA0kAMEYCIQDG2fZPcKjNWRn0
DRx+UceIkc9zfskTQwP15NXJqCk9qgIhAKuagwPDll2BXx3CT/XtZXAg3j9m4GCm
tSlgwAXm3e5Z
-----END CERTIFICATE-----`
