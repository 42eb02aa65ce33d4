import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { hostname, networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SetupError } from '../io/setup-error.ts'
import { openAuthority } from './authority.ts'

const dayMs = 86_400_000

let state: string
let folder: string
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'atmqtt-authority-'))
  folder = join(state, 'ca')
})
afterEach(() => rmSync(state, { recursive: true, force: true }))

const file = (name: string): string => join(folder, name)
const read = (name: string): string => readFileSync(file(name), 'utf8')
const write = (name: string, text: string): void => writeFileSync(file(name), text)
const half = (text: string): string => text.slice(0, text.length / 2)
const rsaKey = (): string =>
  generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
const days = (pem: string): number => {
  const { validFrom, validTo } = new X509Certificate(pem)
  return (Date.parse(validTo) - Date.parse(validFrom)) / dayMs
}

/** Signed by the root, with a key of its own that fits. */
function expectIssued(root: string, { certificate, key }: { readonly certificate: string; readonly key: string }) {
  const [issued, issuer] = [new X509Certificate(certificate), new X509Certificate(root)]
  expect(issued.checkIssued(issuer)).toBe(true)
  expect(issued.verify(issuer.publicKey)).toBe(true)
  expect(issued.checkPrivateKey(createPrivateKey(key))).toBe(true)
  expect(issued.ca).toBe(false)
  return issued
}

describe('first use', () => {
  test('makes a root that signs itself and lasts ten years', async () => {
    const { root, rootPath } = await openAuthority(folder)
    const certificate = new X509Certificate(root)
    expect(rootPath).toBe(file('root.pem'))
    expect(read('root.pem')).toBe(root)
    expect(certificate.subject).toBe('CN=atmqtt test CA')
    expect(certificate.ca).toBe(true)
    expect(certificate.verify(certificate.publicKey)).toBe(true)
    expect(certificate.publicKey.asymmetricKeyDetails).toMatchObject({ namedCurve: 'prime256v1' })
    expect(days(root)).toBe(3651)
  })

  test('keeps keys for this user alone and leaves nothing else behind', async () => {
    await (await openAuthority(folder)).server('127.0.0.1')
    const modes = readdirSync(folder).map((name) => [name, statSync(file(name)).mode & 0o777])
    expect(Object.fromEntries(modes)).toEqual({
      'root.key': 0o600,
      'root.pem': 0o644,
      'server.key': 0o600,
      'server.pem': 0o644,
    })
    expect(statSync(folder).mode & 0o777).toBe(0o700)
  })

  test('many at once end with one authority', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => openAuthority(folder)))
    expect(new Set(all.map(({ root }) => root)).size).toBe(1)
    const servers = await Promise.all(all.map((authority) => authority.server('127.0.0.1')))
    for (const server of servers) expectIssued(read('root.pem'), server)
    expectIssued(read('root.pem'), { certificate: read('server.pem'), key: read('server.key') })
  })

  test('the next start finds what the first one made', async () => {
    const first = await openAuthority(folder)
    const server = await first.server('127.0.0.1')
    const second = await openAuthority(folder)
    expect(second.root).toBe(first.root)
    expect(await second.server('127.0.0.1')).toEqual(server)
  })

  test.each(['root.pem', 'server.key', 'server.pem'])('a start that ended before %s is finished', async (missing) => {
    const first = await openAuthority(folder)
    await first.server('127.0.0.1')
    const key = read('root.key')
    unlinkSync(file(missing))
    write('.root.pem.1.00000000', half(first.root))
    const second = await openAuthority(folder)
    const server = await second.server('127.0.0.1')
    expectIssued(second.root, server)
    expect(read('root.key')).toBe(key)
    expect({ certificate: read('server.pem'), key: read('server.key') }).toEqual(server)
  })
})

describe('the server certificate', () => {
  test('is for this machine, for servers, and for little more than a year', async () => {
    const { root, server } = await openAuthority(folder)
    const credentials = await server('127.0.0.1')
    const certificate = expectIssued(root, credentials)
    expect(certificate.checkHost('localhost')).toBeDefined()
    expect(certificate.checkIP('127.0.0.1')).toBeDefined()
    expect(certificate.checkIP('::1')).toBeDefined()
    expect(certificate.checkHost('broker.example')).toBeUndefined()
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
    expect(days(credentials.certificate)).toBe(399)
  })

  test.each(['broker.example', '192.0.2.1', '2001:db8::1'])('is renewed for %s, once', async (host) => {
    const { root, server } = await openAuthority(folder)
    const old = await server('127.0.0.1')
    const renewed = await server(host)
    expect(renewed.certificate).not.toBe(old.certificate)
    expectIssued(root, renewed)
    const { subjectAltName } = new X509Certificate(renewed.certificate)
    expect(subjectAltName).toContain(host === '2001:db8::1' ? '2001:DB8:0:0:0:0:0:1' : host)
    expect(read('server.pem')).toBe(renewed.certificate)
    expect(await server(host)).toEqual(renewed)
    expect(await server('127.0.0.1')).toEqual(renewed)
  })

  test('on every address is for the name and the addresses of this machine', async () => {
    const certificate = new X509Certificate((await (await openAuthority(folder)).server('0.0.0.0')).certificate)
    expect(certificate.checkHost(hostname())).toBeDefined()
    for (const { address } of Object.values(networkInterfaces()).flatMap((each) => each ?? []))
      expect(certificate.checkIP(address)).toBeDefined()
  })

  test('is renewed when it has expired, not before', async () => {
    const old = await (await openAuthority(folder)).server('127.0.0.1')
    const later = async (passed: number) => {
      const authority = await openAuthority(folder, { now: () => Date.now() + passed * dayMs })
      return (await authority.server('127.0.0.1')).certificate
    }
    expect(await later(397)).toBe(old.certificate)
    const renewed = await later(399)
    expect(Date.parse(new X509Certificate(renewed).validTo)).toBeGreaterThan(Date.now() + 790 * dayMs)
  })

  test('is renewed when another root has signed it', async () => {
    await (await openAuthority(folder)).server('127.0.0.1')
    for (const name of ['root.pem', 'root.key']) unlinkSync(file(name))
    const { root, server } = await openAuthority(folder)
    expectIssued(root, await server('127.0.0.1'))
  })

  test('is made anew for an RSA key that somebody has put there', async () => {
    const { root, server } = await openAuthority(folder)
    await server('127.0.0.1')
    write('server.key', rsaKey())
    const renewed = await server('127.0.0.1')
    expect(renewed.key).toBe(read('server.key'))
    expect(expectIssued(root, renewed).publicKey.asymmetricKeyType).toBe('rsa')
  })

  test('does not outlive the root', async () => {
    const { root } = await openAuthority(folder)
    const late = await openAuthority(folder, { now: () => Date.now() + 3600 * dayMs })
    const end = new X509Certificate(root).validTo
    expect(new X509Certificate((await late.server('127.0.0.1')).certificate).validTo).toBe(end)
  })
})

describe('a client certificate', () => {
  test('is for client authentication and is valid as long as the root', async () => {
    const { root, issueClient } = await openAuthority(folder)
    const issued = await issueClient('sensor1')
    const certificate = expectIssued(root, issued)
    expect(issued.key).toMatch(/^-----BEGIN PRIVATE KEY-----\n/)
    expect(certificate.subject).toBe('CN=sensor1')
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2'])
    expect(certificate.validTo).toBe(new X509Certificate(root).validTo)
  })

  test('has a new key and serial number each time', async () => {
    const { issueClient } = await openAuthority(folder)
    const [one, other] = [await issueClient('a'), await issueClient('a')]
    expect(one.key).not.toBe(other.key)
    const numbers = [one, other].map(({ certificate }) => new X509Certificate(certificate).serialNumber)
    expect(new Set(numbers).size).toBe(2)
  })

  test('a name is one name, whatever is in it', async () => {
    const { issueClient } = await openAuthority(folder)
    const { subject } = new X509Certificate((await issueClient('a, O=b+CN=c')).certificate)
    expect(subject.split('\n')).toEqual([expect.stringMatching(/^CN=/)])
  })
})

describe('errors in the folder are one sentence with the path', () => {
  const tampered = (pem: string): string => {
    const bytes = Buffer.from(new X509Certificate(pem).raw)
    bytes[bytes.indexOf('test CA')] = 0x54
    return `-----BEGIN CERTIFICATE-----\n${bytes.toString('base64')}\n-----END CERTIFICATE-----\n`
  }

  test.each<[string, string, () => void]>([
    ['half a root key', 'root.key', () => write('root.key', half(read('root.key')))],
    ['an empty root key', 'root.key', () => write('root.key', '')],
    ['a root key of another kind', 'root.key', () => write('root.key', rsaKey())],
    ['no root key', 'root.key', () => unlinkSync(file('root.key'))],
    ['half a root certificate', 'root.pem', () => write('root.pem', half(read('root.pem')))],
    ['an empty root certificate', 'root.pem', () => write('root.pem', '')],
    ['a root certificate of another key', 'root.pem', () => write('root.pem', read('server.pem'))],
    ['a root certificate that was changed', 'root.pem', () => write('root.pem', tampered(read('root.pem')))],
    ['half a server key', 'server.key', () => write('server.key', half(read('server.key')))],
    ['half a server certificate', 'server.pem', () => write('server.pem', half(read('server.pem')))],
  ])('%s', async (_title, name, damage) => {
    await (await openAuthority(folder)).server('127.0.0.1')
    damage()
    const again = openAuthority(folder).then((authority) => authority.server('127.0.0.1'))
    await expect(again).rejects.toBeInstanceOf(SetupError)
    await expect(again).rejects.toMatchObject({ message: expect.stringMatching(/^[^\n]+[^.]\.$/) })
    await expect(again).rejects.toMatchObject({ message: expect.stringContaining(file(name)) })
    await expect(again).rejects.toMatchObject({ message: expect.stringContaining(`remove ${folder} `) })
  })

  test('a root that has expired', async () => {
    await openAuthority(folder)
    const late = openAuthority(folder, { now: () => Date.now() + 3651 * dayMs })
    await expect(late).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('has expired') })
  })

  test('a file where the folder should be', async () => {
    writeFileSync(folder, '')
    await expect(openAuthority(folder)).rejects.toMatchObject({ name: 'SetupError', code: 'missing' })
    await expect(openAuthority(join(folder, 'ca'))).rejects.toMatchObject({ name: 'SetupError', code: 'missing' })
  })

  test('a folder where a file should be', async () => {
    mkdirSync(file('root.key'), { recursive: true })
    const opened = openAuthority(folder)
    await expect(opened).rejects.toMatchObject({
      name: 'SetupError',
      message: expect.stringContaining(file('root.key')),
    })
  })

  test.skipIf(process.getuid?.() === 0)('a folder of somebody else', async () => {
    chmodSync(state, 0o500)
    await expect(openAuthority(folder)).rejects.toMatchObject({ name: 'SetupError', code: 'denied' })
  })
})
