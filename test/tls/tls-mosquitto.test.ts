import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Mosquitto, mosquittoMissing, startMosquitto } from '../support/programs/mosquitto.ts'
import { closeModules, TlsModule } from '../support/tls/tls-module.ts'
import { makeTlsPeers, type TlsPeers } from '../support/tls/tls-peers.ts'

const folder = mkdtempSync(join(tmpdir(), 'atmqtt-tls-'))
const trusted = { clientcert: 'cert.pem', clientkey: 'key.pem' }
const stranger = { clientcert: 'stranger.pem', clientkey: 'stranger-key.pem' }

/** A server that says in an alert what it does not like, unlike those on Node. */
describe.skipIf(mosquittoMissing)('mosquitto that wants client certificates', () => {
  let world: TlsPeers
  const servers: Record<string, Mosquitto> = {}
  beforeAll(async () => {
    world = await makeTlsPeers()
    const path = (name: string, text: string) => {
      writeFileSync(join(folder, name), text, { mode: 0o600 })
      return join(folder, name)
    }
    const { key, cert } = world.servers.right
    const config = [
      `cafile ${path('root.pem', world.root.pem)}`,
      `certfile ${path('server.pem', cert)}`,
      `keyfile ${path('server.key', key)}`,
      'require_certificate true',
    ]
    // The lowest version that it speaks.
    for (const version of ['tlsv1.2', 'tlsv1.3'])
      servers[version] = await startMosquitto([...config, `tls_version ${version}`].join('\n'))
  })
  afterEach(closeModules)
  afterAll(async () => {
    for (const server of Object.values(servers)) await server.stop()
    rmSync(folder, { recursive: true })
  })

  test.each([
    ['tlsv1.2', 3, 3, trusted, 0, undefined],
    ['tlsv1.2', 4, 2, trusted, 0, undefined],
    ['tlsv1.2', 3, 2, stranger, 32, /alert "unknown ca": it does not trust who issued the client certificate$/],
    ['tlsv1.2', 3, 0, {}, 32, /alert "handshake failure": .*misses a client certificate$/],
    ['tlsv1.3', 4, 2, trusted, 0, undefined],
    ['tlsv1.3', 4, 3, stranger, 32, /alert "unknown ca": it does not trust who issued the client certificate$/],
    ['tlsv1.3', 4, 0, {}, 32, /alert "certificate required": it wants a client certificate, and none was sent$/],
    ['tlsv1.3', 3, 3, trusted, 32, /alert "protocol version": no TLS version in common$/],
  ] as const)('%s, sslversion %i, authmode %i, %j: %i each time', async (version, ssl, mode, files, code, words) => {
    const tls = new TlsModule({ store: world.store() })
    const host = await tls.attach()
    await host.says('AT+CMQTTSTART', 'OK', '+CMQTTSTART: 0')
    await host.says('AT+CMQTTACCQ=0,"client",1', 'OK')
    await host.says(`AT+CSSLCFG="sslversion",0,${ssl};+CSSLCFG="authmode",0,${mode};+CSSLCFG="cacert",0,"ca.pem"`, 'OK')
    for (const [key, name] of Object.entries(files)) await host.says(`AT+CSSLCFG="${key}",0,"${name}"`, 'OK')
    const rounds = 15
    for (let round = 0; round < rounds; round++) {
      const connect = `AT+CMQTTCONNECT=0,"tcp://${servers[version]!.address}",60,1`
      await host.says(connect, 'OK', `+CMQTTCONNECT: 0,${code}`)
      if (code === 0) await host.says('AT+CMQTTDISC=0,60', 'OK', '+CMQTTDISC: 0,0')
    }
    await host.expectQuiet()
    expect(tls.logged()).toHaveLength(code === 0 ? 0 : rounds)
    for (const { msg } of tls.logged()) expect(msg).toMatch(words!)
  })

  const deferred = (code: number) => `\r\nOK\r\n\r\n+CMQTTCONNECT: 0,${code}\r\n`
  test.each([
    ['sim767x', deferred(32)],
    ['sim767x-v106', deferred(32)],
    ['a76xx', '\r\n+CMQTTCONNECT: 0,32\r\n\r\nERROR\r\n'],
    ['sim7600', deferred(32)],
  ])('%s: server and client verified; without a certificate of its own it is refused', async (profile, refused) => {
    for (const version of ['tlsv1.2', 'tlsv1.3']) {
      const tls = new TlsModule({ profile, store: world.store() })
      const host = await tls.attach()
      const started = ['OK', '+CMQTTSTART: 0']
      await host.says('AT+CMQTTSTART', ...(profile === 'sim7600' ? started.reverse() : started))
      await host.says('AT+CMQTTACCQ=0,"client",1', 'OK')
      await host.says('AT+CSSLCFG="authmode",0,1;+CSSLCFG="cacert",0,"ca.pem"', 'OK')
      const connect = async (expected: string) => {
        host.send(`AT+CMQTTCONNECT=0,"tcp://${servers[version]!.address}",60,1`)
        await host.expectBytes(expected)
      }
      await connect(refused)
      await host.says('AT+CSSLCFG="authmode",0,2;+CSSLCFG="clientcert",0,"cert.pem"', 'OK')
      await host.says('AT+CSSLCFG="clientkey",0,"key.pem"', 'OK')
      await connect(deferred(0))
      await host.expectQuiet()
      expect(tls.logged()).toHaveLength(1)
    }
  })
})
