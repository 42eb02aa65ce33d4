import type { TlsOptions } from 'node:tls'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { virtualClock } from '../../src/io/runtime/clock-virtual.ts'
import { type Made, make, x509 } from '../../src/io/tls/testing-certificates.ts'
import { closeAll, storeOf } from '../../src/io/tls/testing-tls.ts'
import { closeModules, TlsModule } from '../support/tls/tls-module.ts'
import { listenMqtts } from '../support/tls/tls-peers.ts'

/** Certificates that pass in most profiles and that the reader of `a7670c-v11` refuses. */

const hosts = ['broker.test']
const crLf = (pem: string) => pem.replaceAll('\n', '\r\n')

let root: Made
let late: Made
let server: TlsOptions
let lateServer: TlsOptions
let client: Made
let files: Readonly<Record<string, string | Uint8Array>>

beforeAll(async () => {
  root = await make({ name: 'Root', ca: true, from: '2010-01-01' })
  late = await make({ name: 'Late', ca: true, from: '2010-01-01', to: '2050-01-01' })
  server = options(await make({ name: 'Server', issuer: root, hosts }))
  lateServer = options(await make({ name: 'Server', issuer: late, hosts }))
  client = await make({ name: 'Client', issuer: root })
  const lateClient = await make({ name: 'Client', issuer: root, to: '2060-01-01' })
  const last = await make({ name: 'Root', ca: true, keys: root.keys, to: '2049-12-31T23:59:59Z' })
  files = {
    'ca.pem': root.pem,
    'last.pem': last.pem,
    'ca.der': root.certificate.raw,
    'crlf.pem': crLf(root.pem),
    'late.pem': late.pem,
    'cert.pem': client.pem,
    'key.pem': client.key,
    'cert-crlf.pem': crLf(client.pem),
    'key-crlf.pem': crLf(client.key),
    'cert-late.pem': lateClient.pem,
    'key-late.pem': lateClient.key,
  }
})
afterEach(async () => {
  await closeModules()
  closeAll()
})

const options = ({ key, pem: cert }: Made): TlsOptions => ({ key, cert })

async function ready(profile: string, settings: Readonly<Record<string, number | string>>) {
  const tls = new TlsModule({ profile, clock: virtualClock(), store: storeOf(files) })
  const host = await tls.attach()
  await host.says('AT+CCLK="26/01/01,00:00:00"', 'OK')
  await host.says('AT+CMQTTSTART', ...(profile === 'sim7600' ? ['+CMQTTSTART: 0', 'OK'] : ['OK', '+CMQTTSTART: 0']))
  await host.says('AT+CMQTTACCQ=0,"client",1', 'OK')
  for (const [key, value] of Object.entries(settings))
    await host.says(`AT+CSSLCFG="${key}",0,${typeof value === 'string' ? `"${value}"` : value}`, 'OK')
  const connect = async (port: number, code: number): Promise<void> => {
    host.send(`AT+CMQTTCONNECT=0,"tcp://broker.test:${port}",60,1`)
    if (code === 0) await host.expectLines('OK', '+CMQTTCONNECT: 0,0')
    else await host.expectBytes(`\r\n+CMQTTCONNECT: 0,${code}\r\n\r\nERROR\r\n`)
    await host.expectQuiet()
  }
  return { tls, host, connect, messages: () => tls.logged().map(({ msg }) => msg) }
}

const both = { authmode: 2, cacert: 'ca.pem', clientcert: 'cert.pem', clientkey: 'key.pem' }
const crLfEnds = (what: string) => `${what} ends its lines with CR LF`
const past2049 = (what: string) => `${what} has a certificate that is valid past 2049`

const files34 = [
  ['cacert', { authmode: 1, cacert: 'crlf.pem' }, crLfEnds('cacert crlf.pem')],
  ['clientcert', { ...both, clientcert: 'cert-crlf.pem' }, crLfEnds('clientcert cert-crlf.pem')],
  ['clientkey', { ...both, clientkey: 'key-crlf.pem' }, crLfEnds('clientkey key-crlf.pem')],
  ['cacert past 2049', { authmode: 1, cacert: 'late.pem' }, past2049('cacert late.pem')],
  [
    'clientcert past 2049',
    { ...both, clientcert: 'cert-late.pem', clientkey: 'key-late.pem' },
    past2049('clientcert cert-late.pem'),
  ],
] as const

describe('files that the reader of a7670c-v11 refuses', () => {
  test.each(files34)('%s: 34, and nobody is dialled [tls-44 tls-45 prof-81]', async (_, settings, what) => {
    const { port, below } = await listenMqtts(settings.cacert === 'late.pem' ? lateServer : server)
    const { connect, messages } = await ready('a7670c-v11', settings)
    for (let round = 0; round < 2; round++) await connect(port, 34)
    const line = `CONNECT failed: ${what}, which this module does not read`
    expect(messages()).toEqual([line, line])
    expect(below).toHaveLength(0)
  })

  test.each(
    ['sim767x', 'sim767x-v106', 'a76xx', 'sim7600'].flatMap((profile) =>
      files34.map((row) => [profile, ...row] as const),
    ),
  )('%s takes it, %s, and warns once [tls-47]', async (profile, _, settings, what) => {
    const { port } = await listenMqtts(settings.cacert === 'late.pem' ? lateServer : server)
    const { tls, host, connect } = await ready(profile, settings)
    for (let round = 0; round < 2; round++) {
      await connect(port, 0)
      await host.says('AT+CMQTTDISC=0,60', 'OK', '+CMQTTDISC: 0,0')
    }
    const lines = tls.logged().map(({ level, msg }) => `${level} ${msg}`)
    expect(lines).toEqual([`warn ${what}: a7670c-v11 refuses it with 34`])
  })

  test.each(['ca.pem', 'ca.der', 'last.pem'])('%s is taken by all, without a word', async (cacert) => {
    const { port } = await listenMqtts(server)
    for (const profile of ['a7670c-v11', 'sim767x']) {
      const { connect, messages } = await ready(profile, { authmode: 1, cacert })
      await connect(port, 0)
      expect(messages()).toEqual([])
    }
  })

  test('a file that is replaced is named anew', async () => {
    const { port } = await listenMqtts(server)
    const { tls, host, connect, messages } = await ready('sim767x', { authmode: 1, cacert: 'crlf.pem' })
    await connect(port, 0)
    await host.says('AT+CMQTTDISC=0,60', 'OK', '+CMQTTDISC: 0,0')
    tls.store.write('crlf.pem', Buffer.from(`\r\n${crLf(root.pem)}`))
    await connect(port, 0)
    expect(messages()).toHaveLength(2)
  })
})

/** A server whose certificates have so many bytes together, with 3 for each. */
async function serverOf(total: number): Promise<TlsOptions> {
  const middle = await make({ name: 'Middle', issuer: root, ca: true })
  const rest = total - 3 - (middle.certificate.raw.length + 3)
  const padded = async (bytes: number) => {
    const extra = [new x509.Extension('1.3.6.1.4.1.99999.1', false, new Uint8Array(bytes).buffer)]
    return make({ name: 'Server', issuer: middle, hosts, extra })
  }
  // A signature of ECDSA has 70 to 72 bytes.
  for (let bytes = rest - 500; ; ) {
    const made = await padded(bytes)
    const off = rest - made.certificate.raw.length
    if (off === 0) return { key: made.key, cert: made.pem + middle.pem }
    if (Math.abs(off) > 4) bytes += off
  }
}

describe('the certificates that a server sends', () => {
  test.each([
    [4608, 0],
    [4609, 32],
  ])('%i bytes, a7670c-v11: %i, verified or not [tls-43 prof-82]', async (bytes, code) => {
    const { port, connects } = await listenMqtts(await serverOf(bytes))
    for (const settings of [{ authmode: 1, cacert: 'ca.pem' }, { authmode: 0 }]) {
      const { connect, messages } = await ready('a7670c-v11', settings)
      await connect(port, code)
      if (code === 0) expect(messages()).toEqual([])
      else
        expect(messages()).toEqual([
          `CONNECT failed: the certificates that broker.test:${port} sends have ${bytes} bytes together, more than this module reads`,
        ])
    }
    expect(connects).toHaveLength(code === 0 ? 2 : 0)
  })

  test('elsewhere they pass, with one warning for a server [tls-47]', async () => {
    const { port } = await listenMqtts(await serverOf(4609))
    const { host, connect, messages } = await ready('a76xx', { authmode: 1, cacert: 'ca.pem' })
    for (let round = 0; round < 2; round++) {
      await connect(port, 0)
      await host.says('AT+CMQTTDISC=0,60', 'OK', '+CMQTTDISC: 0,0')
    }
    expect(messages()).toEqual([
      `the certificates that broker.test:${port} sends have 4609 bytes together: a7670c-v11 refuses it with 32`,
    ])
  })
})

describe('ignorelocaltime of a7670c-v11 [tls-46 prof-83]', () => {
  test('OK, shown, and without effect: the clock stands at 1970 until it is set', async () => {
    const { port } = await listenMqtts(server)
    const tls = new TlsModule({ profile: 'a7670c-v11', clock: virtualClock(), store: storeOf(files) })
    const host = await tls.attach()
    await host.says('AT+CCLK?', '+CCLK: "70/01/01,00:00:00"', 'OK')
    await host.says('AT+CMQTTSTART', 'OK', '+CMQTTSTART: 0')
    await host.says('AT+CMQTTACCQ=0,"client",1', 'OK')
    for (const setting of ['"authmode",0,1', '"cacert",0,"ca.pem"', '"ignorelocaltime",0,1'])
      await host.says(`AT+CSSLCFG=${setting}`, 'OK')
    await host.says('AT+CSSLCFG=0', '+CSSLCFG: 0,4,1,1,300,"ca.pem","","","",0,0', 'OK')
    host.send(`AT+CMQTTCONNECT=0,"tcp://broker.test:${port}",60,1`)
    await host.expectBytes('\r\n+CMQTTCONNECT: 0,32\r\n\r\nERROR\r\n')
    expect(tls.logged()[0]?.msg).toMatch(/"CN=Server" is not valid before 2020-01-01.*; it is 1970-01-01/)
    await host.says('AT+CCLK="26/01/01,00:00:00"', 'OK')
    host.send(`AT+CMQTTCONNECT=0,"tcp://broker.test:${port}",60,1`)
    await host.expectLines('OK', '+CMQTTCONNECT: 0,0')
  })
})
