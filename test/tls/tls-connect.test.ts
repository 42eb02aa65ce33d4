import { networkInterfaces } from 'node:os'
import type { SecureVersion } from 'node:tls'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { make } from '../../src/io/tls/testing-certificates.ts'
import { closeAll } from '../../src/io/tls/testing-tls.ts'
import { acquire, type TestHost } from '../support/module/module-host.ts'
import { closeModules, TlsModule } from '../support/tls/tls-module.ts'
import { listenMqtts, makeTlsPeers, type TlsPeers, wanting } from '../support/tls/tls-peers.ts'
import { until } from '../support/until.ts'

let world: TlsPeers
beforeAll(async () => {
  world = await makeTlsPeers()
})
afterEach(async () => {
  await closeModules()
  closeAll()
})

async function configure(host: TestHost, settings: Readonly<Record<string, number | string>>, context = 0) {
  for (const [key, value] of Object.entries(settings))
    await host.says(`AT+CSSLCFG="${key}",${context},${typeof value === 'string' ? `"${value}"` : value}`, 'OK')
}

const clients = {
  none: {},
  trusted: { clientcert: 'cert.pem', clientkey: 'key.pem' },
  stranger: { clientcert: 'stranger.pem', clientkey: 'stranger-key.pem' },
  gone: { clientcert: 'gone.pem', clientkey: 'key.pem' },
  misfit: { clientcert: 'cert.pem', clientkey: 'stranger-key.pem' },
} as const
type Client = keyof typeof clients
const clientNames = Object.keys(clients) as Client[]

const serverOptions = () => ({
  right: world.servers.right,
  'right, wants a certificate': { ...world.servers.right, ...wanting(world.root) },
  'issued by nobody': world.servers.untrusted,
  'of another host': world.servers.otherHost,
  expired: world.servers.expired,
})
type Server = keyof ReturnType<typeof serverOptions>

/**
 * Written by hand: the codes for each server, with client certificates in the order of `clients`. A server on Node ends
 * without an alert when it does not trust a certificate: 26. One that says why is in `tls-mosquitto.test.ts`.
 */
const codes: Readonly<Record<number, Readonly<Record<Server, readonly number[]>>>> = {
  0: {
    right: [0, 0, 0, 0, 0],
    'right, wants a certificate': [32, 32, 32, 32, 32],
    'issued by nobody': [0, 0, 0, 0, 0],
    'of another host': [0, 0, 0, 0, 0],
    expired: [0, 0, 0, 0, 0],
  },
  1: {
    right: [0, 0, 0, 0, 0],
    'right, wants a certificate': [32, 32, 32, 32, 32],
    'issued by nobody': [32, 32, 32, 32, 32],
    'of another host': [32, 32, 32, 32, 32],
    expired: [0, 0, 0, 0, 0],
  },
  2: {
    right: [33, 0, 0, 33, 33],
    'right, wants a certificate': [33, 0, 26, 33, 33],
    'issued by nobody': [33, 32, 32, 33, 33],
    'of another host': [33, 32, 32, 33, 33],
    expired: [33, 0, 0, 33, 33],
  },
  3: {
    right: [33, 0, 0, 33, 33],
    'right, wants a certificate': [33, 0, 26, 33, 33],
    'issued by nobody': [33, 0, 0, 33, 33],
    'of another host': [33, 0, 0, 33, 33],
    expired: [33, 0, 0, 33, 33],
  },
}

/** What the log must say, in words. */
function words(code: number, authMode: number, server: Server, client: Client): RegExp {
  if (code === 33 && client === 'none') return new RegExp(`authmode ${authMode} needs clientcert, which .* not name$`)
  if (code === 33 && client === 'gone') return /clientcert gone\.pem is not in the certificate store$/
  if (code === 33) return /the key stranger-key\.pem does not fit the certificate cert\.pem$/
  if (server === 'issued by nobody') return /"CN=Server" is issued by "CN=Nobody", which is not trusted/
  if (server === 'of another host') return /"CN=Server" is not for the host broker\.test; its names: DNS:other\.test$/
  if (code === 26)
    return /the peer closed or reset the connection during the handshake$|the server ended the connection before CONNACK$/
  return /the server refused with the alert ".*": .*(client certificate)/
}

const cells = Object.entries(codes).flatMap(([authMode, rows]) =>
  Object.entries(rows).flatMap(([server, row]) =>
    row.map((code, at) => ({ authMode: Number(authMode), server: server as Server, client: clientNames[at]!, code })),
  ),
)

describe.each<SecureVersion>(['TLSv1.2', 'TLSv1.3'])('sim767x, a server that speaks %s', (version) => {
  test.each(cells)(
    'authmode $authMode, $server, client $client: $code [tls-7 tls-25 tls-26 tls-31]',
    async ({ authMode, server, client, code }) => {
      const { port, connects } = await listenMqtts({
        ...serverOptions()[server],
        minVersion: version,
        maxVersion: version,
      })
      const tls = new TlsModule({ store: world.store() })
      const host = await tls.attach()
      await host.says('AT+CMQTTSTART', 'OK', '+CMQTTSTART: 0')
      await host.says('AT+CMQTTACCQ=0,"client",1', 'OK')
      await configure(host, { authmode: authMode, cacert: 'ca.pem', ...clients[client] })
      const result = `+CMQTTCONNECT: 0,${code}`
      await host.says(`AT+CMQTTCONNECT=0,"tcp://broker.test:${port}",60,1`, 'OK', result)
      await host.expectQuiet()
      expect(connects).toHaveLength(code === 0 ? 1 : 0)
      const lines = tls.logged()
      expect(lines).toHaveLength(code === 0 ? 0 : 1)
      if (code === 0) return
      expect(lines[0]?.level).toBe('warn')
      expect(lines[0]?.msg).toMatch(/^CONNECT failed: /)
      expect(lines[0]?.msg).toMatch(words(code, authMode, server, client))
    },
  )
})

test('the table has every cell', () => expect(cells).toHaveLength(4 * 5 * 5))

async function ready(profile: string, settings: Readonly<Record<string, number | string>>) {
  const tls = new TlsModule({ profile, store: world.store() })
  const host = await tls.attach()
  await host.says('AT+CMQTTSTART', ...(profile === 'sim7600' ? ['+CMQTTSTART: 0', 'OK'] : ['OK', '+CMQTTSTART: 0']))
  await host.says('AT+CMQTTACCQ=0,"client",1', 'OK')
  await configure(host, settings)
  const dial = (port: number, name = 'broker.test') => host.send(`AT+CMQTTCONNECT=0,"tcp://${name}:${port}",60,1`)
  return { tls, host, dial }
}

describe('files of authmode', () => {
  test.each([
    [{ authmode: 1 }, 'authmode 1 needs cacert, which the context does not name'],
    [{ authmode: 1, cacert: 'gone.pem' }, 'cacert gone.pem is not in the certificate store'],
    [{ authmode: 1, cacert: 'key.pem' }, 'cacert key.pem is no certificate in PEM or DER'],
    [{ authmode: 2, ...clients.trusted }, 'authmode 2 needs cacert, which the context does not name'],
    [{ authmode: 3, clientcert: 'cert.pem' }, 'authmode 3 needs clientkey, which the context does not name'],
    [{ authmode: 3, clientkey: 'key.pem' }, 'authmode 3 needs clientcert, which the context does not name'],
    [
      { authmode: 3, clientcert: 'key.pem', clientkey: 'key.pem' },
      'clientcert key.pem is no certificate in PEM or DER',
    ],
    [{ authmode: 3, clientcert: 'cert.pem', clientkey: 'ca.pem' }, 'clientkey ca.pem is no private key in PEM or DER'],
  ])('%j: 33, and nobody is dialled [tls-25 tls-31]', async (settings, cause) => {
    const { port, below } = await listenMqtts(world.servers.right)
    const { tls, host, dial } = await ready('sim767x', settings)
    dial(port)
    await host.expectLines('OK', '+CMQTTCONNECT: 0,33')
    await host.expectQuiet()
    expect(tls.logged().map(({ msg }) => msg)).toEqual([`CONNECT failed: ${cause}`])
    expect(below).toHaveLength(0)
  })
})

describe('the shape of a failure [conn-19 tls-26 prof-70]', () => {
  const refused = (code: number) => `\r\n+CMQTTCONNECT: 0,${code}\r\n\r\nERROR\r\n`
  const deferred = (code: number) => `\r\nOK\r\n\r\n+CMQTTCONNECT: 0,${code}\r\n`
  const verified = { authmode: 1, cacert: 'ca.pem' }

  test.each([
    ['sim767x', 'right', verified, deferred(0)],
    ['sim767x', 'untrusted', verified, deferred(32)],
    ['sim767x', 'right', { authmode: 1 }, deferred(33)],
    ['sim767x-v106', 'untrusted', verified, deferred(32)],
    ['sim7600', 'untrusted', verified, deferred(32)],
    ['sim7600', 'right', { authmode: 1 }, deferred(33)],
    ['a76xx', 'right', verified, deferred(0)],
    ['a76xx', 'untrusted', verified, refused(32)],
    ['a76xx', 'otherHost', verified, refused(32)],
    ['a76xx', 'otherHost', { ...verified, ignorecertCN: 1 }, deferred(0)],
    ['a76xx', 'right', { authmode: 1 }, refused(34)],
    ['a76xx', 'right', { authmode: 1, cacert: 'gone.pem' }, refused(34)],
    ['a76xx', 'right', { authmode: 1, cacert: 'key.pem' }, refused(34)],
  ] as const)('%s, server %s, %j', async (profile, server, settings, expected) => {
    const { port } = await listenMqtts(world.servers[server])
    const { tls, host, dial } = await ready(profile, settings)
    dial(port)
    await host.expectBytes(expected)
    await host.expectQuiet()
    expect(tls.logged()).toHaveLength(expected === deferred(0) ? 0 : 1)
  })

  test('a76xx: a client without the certificate that the server wants, whenever it is told: 32', async () => {
    for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
      const { port } = await listenMqtts({ ...world.servers.right, ...wanting(world.root), maxVersion })
      const { host, dial } = await ready('a76xx', {})
      dial(port)
      await host.expectBytes(refused(32))
      await host.expectQuiet()
    }
  })
})

describe("dates are judged by the module's clock [tls-42]", () => {
  const cases = [
    ['right', 1, '01/01/06', 0],
    ['expired', 1, '26/01/01', 0],
    ['right', 0, '26/01/01', 0],
    ['expired', 0, '26/01/01', 32],
    ['right', 0, '01/01/06', 32],
    ['expired', 0, '19/06/01', 0],
  ] as const
  test.each(cases)(
    'server %s, ignorelocaltime %i, AT+CCLK="%s…": %i [tls-8 tls-26]',
    async (server, ignorelocaltime, date, code) => {
      const { port } = await listenMqtts(world.servers[server])
      const { tls, host, dial } = await ready('sim767x', { authmode: 1, cacert: 'ca.pem', ignorelocaltime })
      await host.says(`AT+CCLK="${date},00:00:00"`, 'OK')
      dial(port)
      await host.expectLines('OK', `+CMQTTCONNECT: 0,${code}`)
      if (code) expect(tls.logged()[0]?.msg).toMatch(/"CN=Server" (expired on|is not valid before) 20/)
    },
  )

  test('one that neither the network nor AT+CCLK has set shows 2014', async () => {
    const { port } = await listenMqtts(world.servers.right)
    const { tls, host, dial } = await ready('a76xx', { authmode: 1, cacert: 'ca.pem', ignorelocaltime: 0 })
    dial(port)
    await host.expectBytes('\r\n+CMQTTCONNECT: 0,32\r\n\r\nERROR\r\n')
    expect(tls.logged()[0]?.msg).toMatch(/"CN=Server" is not valid before 20/)
    await host.says('AT+CCLK="26/01/01,00:00:00"', 'OK')
    dial(port)
    await host.expectLines('OK', '+CMQTTCONNECT: 0,0')
  })
})

describe('an address in the place of the name is checked as one [tls-19]', () => {
  const cases = [
    ['[::1]', ['::1'], 0],
    ['[::1]', ['127.0.0.1', 'localhost'], 32],
    ['127.0.0.1', ['127.0.0.1'], 0],
    ['127.0.0.1', ['::1', 'localhost'], 32],
  ] as const
  const here = Object.values(networkInterfaces()).flatMap((each) => each?.map(({ address }) => address))
  test.for(cases)('tcp://%s, a server for %j: %i', async ([address, names, code], { skip }) => {
    skip(address === '[::1]' && !here.includes('::1'), 'this machine has no IPv6')
    const { key, pem: cert } = await make({ name: 'Server', issuer: world.root, hosts: [...names] })
    const { port } = await listenMqtts({ key, cert }, address.replace(/[[\]]/g, ''))
    const { tls, host, dial } = await ready('sim767x', { authmode: 1, cacert: 'ca.pem', enableSNI: 1 })
    dial(port, address)
    await host.expectLines('OK', `+CMQTTCONNECT: 0,${code}`)
    if (code) expect(tls.logged()[0]?.msg).toMatch(/"CN=Server" is not for the host (::1|127\.0\.0\.1); its names: /)
  })
})

test('the binding chooses the context; without one it is the client with the same number [tls-2 2.2.5-r10]', async () => {
  const { port, connects } = await listenMqtts(world.servers.right)
  const { host, dial } = await ready('sim767x', { authmode: 1 })
  await configure(host, { authmode: 1, cacert: 'ca.pem' }, 5)
  const outcome = async (code: number) => {
    dial(port)
    await host.expectLines('OK', `+CMQTTCONNECT: 0,${code}`)
  }
  await outcome(33)
  await host.says('AT+CMQTTSSLCFG=0,5', 'OK')
  await outcome(0)
  await host.says('AT+CMQTTDISC=0,60', 'OK', '+CMQTTDISC: 0,0')
  await outcome(33)
  await host.says('AT+CMQTTSSLCFG=0,9', 'OK')
  await outcome(0)
  await until(() => connects.length === 2, 'two CONNECT')
  await acquire(host, 1)
})
