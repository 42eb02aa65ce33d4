import { createPrivateKey } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import { closeAll } from '../../src/io/tls/testing-tls.ts'
import type { TestHost } from '../support/module/module-host.ts'
import { SecretWatch } from '../support/tls/secret-watch.ts'
import { closeModules, TlsModule } from '../support/tls/tls-module.ts'
import { listenMqtts, makeTlsPeers, wanting } from '../support/tls/tls-peers.ts'

afterEach(async () => {
  await closeModules()
  closeAll()
})

const login = 'correct horse battery staple'
const keyPassword = 'open sesame, said the thief'
const wrongPassword = 'open barley, said the brother'

async function store(host: TestHost, name: string, data: string): Promise<void> {
  host.send(`AT+CCERTDOWN="${name}",${data.length}`)
  await host.expectBytes(`AT+CCERTDOWN="${name}",${data.length}\r\r\n>\r\n`)
  host.type(data)
  await host.expectBytes(`${data}\r\nOK\r\n`)
}

const echoed = async (host: TestHost, command: string, ...lines: readonly string[]): Promise<void> => {
  host.send(command)
  await host.expectBytes([`${command}\r`, ...lines.map((line) => `\r\n${line}\r\n`)].join(''))
}

test.each(['TLSv1.2', 'TLSv1.3'] as const)(
  'a session over %s: no level of the log, nobody sees a secret [tls-13 tls-32]',
  async (only) => {
    const world = await makeTlsPeers()
    const plain = createPrivateKey(world.files['key.pem']!)
    const encrypted = plain.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: keyPassword })
    const { port, connects } = await listenMqtts({ ...world.servers.right, ...wanting(world.root), maxVersion: only })
    const tls = new TlsModule({ profile: 'sim767x-v106' })
    const host = await tls.attach('at0', true)
    const watch = new SecretWatch(tls)
    const files = {
      'ca.pem': world.root.pem,
      'cert.pem': world.files['cert.pem']!,
      'key.pem': String(encrypted),
      'open.pem': world.files['key.pem']!,
      'pw.pem': keyPassword,
      'wrong.pem': wrongPassword,
      'stranger.pem': world.files['stranger-key.pem']!,
    }
    for (const [name, data] of Object.entries(files)) await store(host, name, data)
    await echoed(host, 'AT+CMQTTSTART', 'OK', '+CMQTTSTART: 0')
    await echoed(host, 'AT+CMQTTACCQ=0,"client",1', 'OK')
    const set = (key: string, value: string | number) =>
      echoed(host, `AT+CSSLCFG="${key}",0,${typeof value === 'string' ? `"${value}"` : value}`, 'OK')
    await set('authmode', 2)
    await set('cacert', 'ca.pem')
    await set('clientcert', 'cert.pem')
    const connect = (code: number) =>
      echoed(
        host,
        `AT+CMQTTCONNECT=0,"tcp://127.0.0.1:${port}",60,1,"user","${login}"`,
        'OK',
        `+CMQTTCONNECT: 0,${code}`,
      )

    for (const [name, password, code] of [
      ['key.pem', undefined, 33],
      ['key.pem', 'wrong.pem', 33],
      ['stranger.pem', 'pw.pem', 33],
      ['pw.pem', 'pw.pem', 33],
      ['key.pem', 'pw.pem', 0],
    ] as const) {
      await set('clientkey', name)
      if (password) await set('password', password)
      await connect(code)
    }
    expect(connects).toHaveLength(1)
    expect(connects[0]?.includes(login)).toBe(true)
    await echoed(host, 'AT+NOSUCH="x"', 'ERROR')
    await echoed(host, 'AT+CMQTTDISC=0,60', 'OK', '+CMQTTDISC: 0,0')
    await set('clientkey', 'open.pem')
    await connect(0)
    tls.module.reset()

    const seen = watch.everything()
    expect(tls.logged().map(({ level, msg }) => `${level} ${msg}`)).toEqual([
      'warn CONNECT failed: clientkey key.pem is encrypted, and the context names no password file',
      'warn CONNECT failed: the password in wrong.pem does not open clientkey key.pem',
      'warn CONNECT failed: the key stranger.pem does not fit the certificate cert.pem',
      'warn CONNECT failed: clientkey pw.pem is no private key in PEM or DER',
      expect.stringMatching(/^warn AT\+NOSUCH is no command of the profile sim767x-v106: it was answered ERROR\./),
    ])
    // Observers of bytes see CONNECT as it is typed; who passes it on takes the password out.
    const keys = [files['key.pem'], files['open.pem'], files['stranger.pem'], keyPassword, wrongPassword]
    watch.expectHidden(keys)
    const { lines, ...passedOn } = seen
    watch.expectHidden([login, ...keys], passedOn)
    for (const text of Object.values(seen)) expect(text.length).toBeGreaterThan(100)
    expect(lines).toContain(login)
    expect(passedOn.told).toContain('"user",***')
    watch.close()
  },
)

test('the guard finds a piece of a secret, in each place', async () => {
  const tls = new TlsModule()
  const host = await tls.attach()
  const watch = new SecretWatch(tls)
  await host.says('AT+CMQTTSTART', 'OK', '+CMQTTSTART: 0')
  for (const place of ['lines', 'events', 'told', 'trace'])
    expect(() => watch.expectHidden(['-----\nxxAT+CMQTTSTARTxx'], { it: watch.everything()[place]! })).toThrow(
      /AT.CMQTT/,
    )
  await host.says('AT+SECRETWORD', 'ERROR')
  expect(() => watch.expectHidden(['+SECRETWORD'], { log: watch.everything().log! })).toThrow()
  watch.expectHidden(['something else'])
  watch.close()
})
