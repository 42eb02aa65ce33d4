import { createPrivateKey } from 'node:crypto'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { profiles, textOf } from '../../src/at/public.ts'
import { CertificateError } from '../../src/driver/certificates/certificate-error.ts'
import { ContextPool } from '../../src/driver/certificates/context-pool.ts'
import { secureContext } from '../../src/driver/certificates/secure-context.ts'
import type { SecureChoice, TlsOptions } from '../../src/driver/certificates/tls-options.ts'
import { MqttError } from '../../src/driver/commands/errors.ts'
import { Modem } from '../../src/driver/commands/modem.ts'
import { bringIntoStep } from '../../src/driver/setup/bring-online.ts'
import { virtualClock } from '../../src/io/runtime/clock-virtual.ts'
import { hostedLine } from '../../src/io/testing/memory-host.ts'
import { memoryStore } from '../../src/io/tls/certificate-store.ts'
import { closeAll } from '../../src/io/tls/testing-tls.ts'
import { connectSecurely, securedModule } from '../support/tls/secured-module.ts'
import { closeModules } from '../support/tls/tls-module.ts'
import { listenMqtts, makeTlsPeers, type TlsPeers, wanting } from '../support/tls/tls-peers.ts'
import { inVirtualTime } from '../support/virtual-time.ts'

let world: TlsPeers
let encryptedKey: string
const passphrase = 'open sesame barley'
beforeAll(async () => {
  world = await makeTlsPeers()
  const key = createPrivateKey(world.files['key.pem']!)
  encryptedKey = key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase }).toString()
})
afterEach(async () => {
  await closeModules()
  closeAll()
})

const host = 'broker.test'
const ca = () => world.files['ca.pem']!
const mutual = () => ({ ca: ca(), cert: world.files['cert.pem']!, key: world.files['key.pem']! })
const own = /^atmqtt-[0-9a-f]{32}\.pem$/
const row = async (modem: Modem, { sslContext }: SecureChoice) => (await modem.tls.sslContexts.show({ sslContext }))[0]!

describe.each(Object.keys(profiles))('%s', (profile) => {
  test.each<[string, () => Partial<TlsOptions>, number, RegExp | undefined]>([
    ['a ca: the server is verified', () => ({ ca: ca() }), 1, undefined],
    ['a ca and an identity: server and client are verified', () => mutual(), 2, undefined],
    [
      'an identity alone: the server is not',
      () => ({ ...mutual(), ca: undefined }),
      3,
      /not verified.*give the authority/,
    ],
    ['nothing: neither is verified', () => ({}), 0, /not verified.*give the authority/],
    ['a ca that is not to be used', () => ({ ca: ca(), rejectUnauthorized: false }), 0, /rejectUnauthorized is false/],
  ])('%s', async (_, more, authMode, warning) => {
    const { modem, store } = await securedModule({ profile })
    await modem.command('AT+CCLK="26/11/27,12:00:00+00"')
    const { port, connects } = await listenMqtts({
      ...world.servers.right,
      ...(authMode >= 2 ? wanting(world.root) : {}),
    })
    const choice = await secureContext(modem, { host, ...more() }, new ContextPool())
    expect(choice.warning ?? '').toMatch(warning ?? /^$/)
    expect(await row(modem, choice)).toMatch(
      new RegExp(`^\\+CSSLCFG: 9,4,${authMode},${authMode % 3 === 0 ? 1 : 0},300,`),
    )
    await connectSecurely(modem, choice.sslContext, host, port)
    expect(connects).toHaveLength(1)
    expect(store.list().every((name) => own.test(name))).toBe(true)
    expect(store.list()).toHaveLength([0, 1, 3, 2][authMode]!)
  })

  test('the server of another authority or of another name is refused', async () => {
    const { modem } = await securedModule({ profile })
    const choice = await secureContext(modem, { host, ca: ca() }, new ContextPool())
    for (const server of [world.servers.untrusted, world.servers.otherHost]) {
      const { port, connects } = await listenMqtts(server)
      await expect(connectSecurely(modem, choice.sslContext, host, port)).rejects.toThrow(MqttError)
      expect(connects).toHaveLength(0)
    }
  })

  test('an encrypted key: opened where the firmware can, else refused before anything is sent', async () => {
    const { modem, sent, trace } = await securedModule({ profile })
    const wishes = { host, ...mutual(), key: encryptedKey, passphrase }
    const contexts = new ContextPool()
    if (!modem.profile.tls.keys.includes('password')) {
      await expect(secureContext(modem, wishes, contexts)).rejects.toMatchObject({
        code: 'notSupported',
        message: `key is encrypted and this firmware (${profile}) can't open it: decrypt it with openssl pkey.`,
      })
      expect(sent()).toEqual([])
      return
    }
    await modem.command('AT+CCLK="26/11/27,12:00:00+00"')
    const { port } = await listenMqtts({ ...world.servers.right, ...wanting(world.root) })
    const choice = await secureContext(modem, wishes, contexts)
    await connectSecurely(modem, choice.sslContext, host, port)
    expect(trace.join('\n')).not.toContain(passphrase)
    // A wrong one of the same key does no harm to the right one; the name in the store tells nothing of either.
    const wrong = await secureContext(modem, { ...wishes, passphrase: 'wrong' }, contexts)
    expect(wrong.sslContext).not.toBe(choice.sslContext)
    await expect(connectSecurely(modem, wrong.sslContext, host, port)).rejects.toMatchObject({
      code: modem.profile.mqtt.certificateError,
    })
    await connectSecurely(modem, choice.sslContext, host, port)
    await connectSecurely(modem, (await secureContext(modem, wishes, contexts)).sslContext, host, port)
  })
})

describe('files', () => {
  const downloads = (sent: readonly string[]) => sent.filter((line) => line.startsWith('AT+CCERTDOWN'))

  test('are stored once, also over several runs, and a second call writes nothing', async () => {
    const { tls, modem, sent, store } = await securedModule()
    const contexts = new ContextPool()
    await secureContext(modem, { host, ...mutual() }, contexts)
    expect(downloads(sent())).toHaveLength(3)
    const stored = store.list().map((name) => textOf(store.read(name)!))
    expect(stored.sort()).toEqual(Object.values(mutual()).sort())
    await secureContext(modem, { host, ...mutual() }, contexts)
    expect(sent()).toEqual(['AT+CCLK?', 'AT+CSSLCFG?', 'AT+CCERTLIST'])
    const later = await securedModule({ tls })
    const { sslContext } = await secureContext(later.modem, { host, ...mutual() }, new ContextPool())
    expect(later.sent()).toEqual(['AT+CCLK?', 'AT+CSSLCFG?', 'AT+CCERTLIST'])
    expect(sslContext).toBe(9)
  })

  test('several authorities become one file, whatever form they have', async () => {
    const { modem, store } = await securedModule()
    const both = [ca().trimEnd(), new TextEncoder().encode(world.files['stranger.pem'])]
    await secureContext(modem, { host, ca: both }, new ContextPool())
    expect(store.list().map((name) => textOf(store.read(name)!))).toEqual([ca() + world.files['stranger.pem']])
  })

  test('no part of a key or its name is in the trace', async () => {
    const { modem, trace, store } = await securedModule()
    await secureContext(modem, { host, ...mutual() }, new ContextPool())
    const lines = mutual()
      .key.split('\n')
      .filter((line) => line !== '' && !line.startsWith('-----'))
    for (const secret of lines) expect(trace.join('\n')).not.toContain(secret.slice(0, 12))
    expect(trace.filter((line) => line === '> ***')).toHaveLength(3)
    expect(store.list()).toHaveLength(3)
  })

  test('a file that a killed host left half written is deleted and written again', async () => {
    const clock = virtualClock()
    const first = await securedModule({ clock })
    const wishes = { host, ca: ca() }
    await secureContext(first.modem, wishes, new ContextPool())
    const [name] = first.store.list()
    const { moduleEnd, dial } = hostedLine('killed')
    first.tls.module.attach(moduleEnd, 'killed')
    const end = dial()
    end.write(new TextEncoder().encode(`AT+CCERTDOWN="${name}",${ca().length}\r${ca().slice(0, 100)}`))
    const modem = new Modem({ port: end, clock })
    const { promptCleanup } = await inVirtualTime(clock, bringIntoStep(modem, clock))
    expect(promptCleanup?.deleted).toEqual([name])
    expect(first.store.list()).toEqual([])
    await secureContext(modem, wishes, new ContextPool())
    expect(textOf(first.store.read(name!)!)).toBe(ca())
  })

  test('a suspect file is written again; so is, once, one of an earlier run behind a failed handshake', async () => {
    const first = await securedModule()
    const wishes = { host, ca: ca() }
    const { sslContext } = await secureContext(first.modem, wishes, new ContextPool())
    const { modem, store, sent } = await securedModule({ tls: first.tls })
    const [name] = store.list()
    const contexts = new ContextPool()
    await secureContext(modem, wishes, contexts)
    const rewritten = async (spoil: () => void) => {
      store.write(name!, Buffer.from('junk'))
      spoil()
      sent()
      for (let n = 0; n < 2; n++) await secureContext(modem, wishes, contexts)
      return [downloads(sent()).length, textOf(store.read(name!)!) === ca()]
    }
    expect(await rewritten(() => contexts.doubt(sslContext))).toEqual([1, true])
    expect(await rewritten(() => contexts.doubt(sslContext))).toEqual([0, false])
    expect(await rewritten(() => modem.suspectFiles.add(name!))).toEqual([1, true])
  })

  test('in a full store unused files of ours are deleted; without any it is refused with a sentence', async () => {
    const files = memoryStore()
    const room = { left: 0 }
    const store = {
      ...files,
      write(name: string, bytes: Uint8Array) {
        if (files.list().length >= room.left) throw new Error('no space left')
        files.write(name, bytes)
      },
    }
    const { modem } = await securedModule({ store })
    const full = { code: 'storeRefused', message: expect.stringMatching(/^The module does not take ca \(\d+ bytes\)/) }
    await expect(secureContext(modem, { host, ca: ca() }, new ContextPool())).rejects.toMatchObject(full)
    files.write('theirs.pem', Buffer.from('theirs'))
    files.write('atmqtt-00000000000000000000000000000000.pem', Buffer.from('old'))
    room.left = 2
    await secureContext(modem, { host, ca: ca() }, new ContextPool())
    expect(files.list()).toEqual([expect.stringMatching(own), 'theirs.pem'])
  })
})

describe('contexts', () => {
  const others = () => world.files['stranger.pem']!

  test('equal options share a context, different ones do not, also when they are set up at once', async () => {
    const { modem } = await securedModule()
    const contexts = new ContextPool()
    const wishes: TlsOptions[] = [
      { host, ca: ca() },
      { host, ca: others() },
      { host: 'other.test', ca: ca() },
    ]
    const found = await Promise.all(wishes.map((each) => secureContext(modem, each, contexts)))
    const [one, another, again] = found.map(({ sslContext }) => sslContext)
    // Which of the two is first is up to the versions of Node.
    expect([[one, another].sort(), again]).toEqual([[8, 9], one])
  })

  test('a context that another program has configured is left alone', async () => {
    const { modem } = await securedModule()
    await modem.tls.sslContexts.caCert({ sslContext: 9, value: 'theirs.pem' })
    await modem.tls.sslContexts.enableSni({ sslContext: 8, value: 1 })
    const before = (await modem.tls.sslContexts.read()).slice(8)
    const contexts = new ContextPool()
    expect(await secureContext(modem, { host, ca: ca() }, contexts)).toMatchObject({ sslContext: 7 })
    expect((await modem.tls.sslContexts.read()).slice(8)).toEqual(before)
    await modem.tls.sslContexts.caCert({ sslContext: 7, value: 'theirs.pem' })
    expect(await secureContext(modem, { host, ca: ca() }, contexts)).toMatchObject({ sslContext: 6 })
  })

  test('when all ten are configured by others, it is refused with a sentence', async () => {
    const { modem } = await securedModule()
    for (let sslContext = 0; sslContext < 10; sslContext++)
      await modem.tls.sslContexts.caCert({ sslContext, value: 'theirs.pem' })
    const none = secureContext(modem, { host, ca: ca() }, new ContextPool())
    await expect(none).rejects.toMatchObject({ code: 'noContext', message: expect.stringMatching(/all ten.*\.$/) })
  })

  test('the eleventh set of options takes the context that was used longest ago', async () => {
    const { modem } = await securedModule()
    const contexts = new ContextPool()
    const ask = async (negotiateTime: number) =>
      (await secureContext(modem, { host, ca: ca(), negotiateTime }, contexts)).sslContext
    const first: number[] = []
    for (let n = 0; n < 10; n++) first.push(await ask(20 + n))
    expect(first).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
    expect([await ask(20), await ask(30), await ask(21)]).toEqual([9, 8, 7])
  })

  test('a module that has restarted is configured again', async () => {
    const { modem, sent } = await securedModule()
    const contexts = new ContextPool()
    const wishes = { host, ca: ca() }
    const choice = await secureContext(modem, wishes, contexts)
    const before = await row(modem, choice)
    await modem.command('AT+CRESET')
    await modem.general.echo({ echo: 0 })
    expect(await row(modem, choice)).toContain('"","",""')
    sent()
    expect(await secureContext(modem, wishes, contexts)).toMatchObject({ sslContext: choice.sslContext })
    expect(sent().filter((line) => line.startsWith('AT+CCERTDOWN'))).toEqual([])
    expect(await row(modem, choice)).toBe(before)
  })

  test.each([
    ['broker.test', {}, 1],
    ['192.0.2.7', {}, 0],
    ['2001:db8::7', {}, 0],
    ['broker.test', { servername: '' }, 0],
    ['broker.test', { servername: 'BROKER.test' }, 1],
  ])('SNI for %s %j: %i', async (name, more, sni) => {
    const { modem } = await securedModule()
    const choice = await secureContext(modem, { host: name, ca: ca(), ...more }, new ContextPool())
    expect((await row(modem, choice)).at(-1)).toBe(String(sni))
  })
})

describe('dates', () => {
  test.each<[string, string | undefined, Partial<TlsOptions>, number, RegExp]>([
    ['are checked when the clock is set', '26/11/27,12:00:00+00', {}, 0, /^$/],
    ['are not when it never was', undefined, {}, 1, /dates of the server's certificates are not checked.*AT\+CTZU=1/],
    ['are checked when that is said', undefined, { ignoreLocalTime: false }, 0, /^$/],
    ['are not when that is said', '26/11/27,12:00:00+00', { ignoreLocalTime: true }, 1, /^$/],
  ])('%s', async (_, time, more, ignored, warning) => {
    const { modem } = await securedModule({ profile: 'a76xx' })
    if (time) await modem.command(`AT+CCLK="${time}"`)
    const choice = await secureContext(modem, { host, ca: ca(), ...more }, new ContextPool())
    expect(choice.warning ?? '').toMatch(warning)
    expect(await row(modem, choice)).toMatch(new RegExp(`^\\+CSSLCFG: 9,4,1,${ignored},`))
    const { port } = await listenMqtts(world.servers.expired)
    const connected = connectSecurely(modem, choice.sslContext, host, port)
    if (ignored) await connected
    else await expect(connected).rejects.toThrow(MqttError)
  })
})

describe('options that the module can not meet are refused with a sentence, and nothing is sent', () => {
  test.each<[string, () => Partial<TlsOptions>, string, RegExp]>([
    ['a path in place of a file', () => ({ ca: '/etc/ssl/ca.pem' }), 'badPem', /^ca is no certificate in PEM/],
    ['a key in place of a ca', () => ({ ca: mutual().key }), 'badPem', /^ca holds a private key/],
    [
      'a key behind a certificate',
      () => ({ ...mutual(), cert: mutual().cert + mutual().key }),
      'badPem',
      /^cert holds/,
    ],
    ['a certificate in place of a key', () => ({ ...mutual(), key: ca() }), 'badPem', /^key is no private key/],
    ['no file at all', () => ({ ca: 5 as unknown as string }), 'badPem', /^ca must be the text or the bytes/],
    ['a certificate without key', () => ({ cert: mutual().cert }), 'incomplete', /^cert needs key/],
    ['a key without certificate', () => ({ key: mutual().key }), 'incomplete', /^key needs cert/],
    ['an encrypted key alone', () => ({ ...mutual(), key: encryptedKey }), 'incomplete', /^key is encrypted: give/],
    [
      'too many authorities',
      () => ({ ca: Array(30).fill(ca()) }),
      'tooLong',
      /^ca has \d+ bytes, the module takes 10240/,
    ],
    ['verification without ca', () => ({ rejectUnauthorized: true }), 'incomplete', /^rejectUnauthorized needs ca/],
    ['another name', () => ({ ca: ca(), servername: 'a.test' }), 'notSupported', /^servername can't be "a.test"/],
    ['too short a handshake', () => ({ negotiateTime: 9 }), 'notSupported', /from 10 to 300/],
  ])('%s', async (_, more, code, sentence) => {
    const { modem, sent } = await securedModule()
    const error = await secureContext(modem, { host, ...more() }, new ContextPool()).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(CertificateError)
    expect(error).toMatchObject({ code, message: expect.stringMatching(sentence) })
    expect((error as Error).message).toMatch(/^[a-zA-Z][^\n]*\.$/)
    expect(sent()).toEqual([])
  })
})
