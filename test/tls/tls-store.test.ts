import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { bytesOf, textOf } from '../../src/at/public.ts'
import { directoryStore } from '../../src/io/tls/certificate-directory.ts'
import { type CertificateStore, memoryStore } from '../../src/io/tls/certificate-store.ts'
import { storeOf } from '../../src/io/tls/testing-tls.ts'
import { type Line, ptyHost, tcpHost } from '../support/conformance/hosts.ts'
import type { TestHost } from '../support/module/module-host.ts'
import { closeModules, type TlsModule, TlsModule as TlsModuleOf, textIn } from '../support/tls/tls-module.ts'
import { until } from '../support/until.ts'

const root = mkdtempSync(join(tmpdir(), 'atmqtt-store-'))
let folders = 0
const folder = () => join(root, String(folders++))
afterEach(closeModules)
afterAll(() => rmSync(root, { recursive: true }))

/** A PEM file of exactly that many bytes, with CR LF, prompts and commands in it. */
function pem(length: number): string {
  const lines = `-----BEGIN CERTIFICATE-----\r\n>\r\nAT+CCERTLIST\r\n\x1b\x1a${'QUJD\r\n'.repeat(length / 6)}`
  const end = '\r\n-----END CERTIFICATE-----\n'
  return lines.slice(0, length - end.length) + end
}

async function download(tls: TlsModule, host: TestHost, name: string, data: string, cut: number): Promise<void> {
  host.send(`AT+CCERTDOWN="${name}",${data.length}`)
  await host.expectBytes(tls.prompt)
  for (let at = 0; at < data.length; at += cut) host.type(data.slice(at, at + cut))
  await host.expectLines('OK')
}

const list = (...names: readonly string[]) => `${names.map((name) => `\r\n+CCERTLIST: "${name}"`).join('')}\r\n`

async function expectList(host: TestHost, ...names: readonly string[]): Promise<void> {
  host.send('AT+CCERTLIST')
  await host.expectBytes(`${names.length > 0 ? list(...names) : ''}\r\nOK\r\n`)
}

describe.each<[string, () => CertificateStore]>([
  ['memory', memoryStore],
  ['a folder', () => directoryStore(folder())],
])('the store in %s', (_, open) => {
  async function ready(profile = 'sim767x') {
    const tls = new TlsModuleOf({ profile, store: open() })
    return { tls, host: await tls.attach() }
  }

  test.each([
    ['sim767x', 10_240, 10_240],
    ['sim767x', 10_240, 1],
    ['sim767x', 10_240, 3072],
    ['sim767x', 1, 1],
    ['a76xx', 10_240, 1],
    ['a76xx', 2, 2],
  ])('%s: %i bytes, %i at a time', async (profile, length, cut) => {
    const { tls, host } = await ready(profile)
    const data = length > 100 ? pem(length) : 'x'.repeat(length)
    expect(data).toHaveLength(length)
    await download(tls, host, 'ca.pem', data, cut)
    expect(textIn(tls.store.read('ca.pem'))).toBe(data)
    await host.expectQuiet()
  })

  test('every byte value', async () => {
    const { tls, host } = await ready()
    const all = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).join('')
    await download(tls, host, 'all.der', all, 7)
    expect(textIn(tls.store.read('all.der'))).toBe(all)
  })

  test('a name that exists is replaced, in any form of the line [tls-36]', async () => {
    const { tls, host } = await ready()
    await download(tls, host, 'a.pem', 'the old one', 99)
    await download(tls, host, 'a.pem', 'new', 99)
    await host.data('at+ccertdown = a.pem , 4', 'last')
    expect(textIn(tls.store.read('a.pem'))).toBe('last')
    await expectList(host, 'a.pem')
  })

  test('the list is sorted, whatever the order of the downloads; none: only OK [tls-37 tls-38 tls-39]', async () => {
    const { tls, host } = await ready()
    await expectList(host)
    for (const name of ['b.pem', 'a.der', 'B.pem', 'a.pem', '10.pem', '9.pem']) await download(tls, host, name, 'x', 1)
    await expectList(host, '10.pem', '9.pem', 'B.pem', 'a.der', 'a.pem', 'b.pem')
    await host.says('AT+CCERTDELE="a.der"', 'OK')
    await host.says('AT+CCERTDELE="a.der"', 'ERROR')
    await host.says('AT+CCERTDELE="A.PEM"', 'ERROR')
    await expectList(host, '10.pem', '9.pem', 'B.pem', 'a.pem', 'b.pem')
    await host.says('AT+CCERTDELE="9.pem";+CCERTDELE="gone.pem";+CCERTDELE="b.pem"', 'ERROR')
    await expectList(host, '10.pem', 'B.pem', 'a.pem', 'b.pem')
    expect(tls.logged()).toEqual([])
  })

  test('+CCERTMOVE takes from the files; not there: ERROR [tls-40 tls-41]', async () => {
    const files = open()
    files.write('baidu.der', bytesOf('moved'))
    const tls = new TlsModuleOf({ store: open(), files })
    const host = await tls.attach()
    await host.says('AT+CCERTMOVE="other.der"', 'ERROR')
    await host.says('AT+CCERTMOVE="baidu.der"', 'OK')
    await host.says('AT+CCERTMOVE="baidu.der"', 'ERROR')
    expect([textIn(tls.store.read('baidu.der')), files.list()]).toEqual(['moved', []])
    await host.says('AT+CCERTDELE="baidu.der"', 'OK')
  })

  test('certificates outlive a reset [life-20 tls-4]', async () => {
    const { tls, host } = await ready()
    await download(tls, host, 'a.pem', 'kept', 99)
    tls.module.reset()
    await host.expectLines('QCRDY', '+CPIN: READY', 'SMS DONE', 'PB DONE')
    host.send('ATE0')
    await host.expectBytes('ATE0\r\r\nOK\r\n')
    await expectList(host, 'a.pem')
  })

  test('two lines, one store; a prompt on one does not hold the other', async () => {
    const { tls, host } = await ready()
    const other = await tls.attach('at1')
    host.send('AT+CCERTDOWN="a.pem",4')
    await host.expectBytes(tls.prompt)
    host.type('ab')
    await expectList(other)
    await download(tls, other, 'a.pem', 'theirs', 99)
    host.type('cd')
    await host.expectLines('OK')
    expect(textIn(tls.store.read('a.pem'))).toBe('abcd')
  })
})

describe('10,240 bytes over a real line', () => {
  const lines: readonly (readonly [string, () => Promise<Line>])[] = [
    ['TCP', tcpHost],
    ['a PTY', () => ptyHost(join(root, 'ttyAT'))],
  ]
  test.each(lines.flatMap(([name, open]) => [10_240, 1].map((cut) => [name, cut, open] as const)))(
    '%s, %i at a time',
    async (_, cut, open) => {
      const tls = new TlsModuleOf({ store: directoryStore(folder()) })
      const line = await open()
      tls.module.attach(line.moduleEnd, 'line')
      let got = ''
      line.host.start({
        data: (bytes) => {
          got += textOf(bytes)
        },
      })
      line.host.write(bytesOf('ATE0\rAT+CCERTDOWN="ca.pem",10240\r'))
      await until(() => got.includes('>'), 'the prompt')
      const data = pem(10_240)
      for (let at = 0; at < data.length; at += cut) line.host.write(bytesOf(data.slice(at, at + cut)))
      await until(() => got.endsWith('\r\n>\r\n\r\nOK\r\n'), `OK alone behind the prompt, not ${got.slice(-40)}`)
      expect(textIn(tls.store.read('ca.pem'))).toBe(data)
      await line.host.close()
    },
  )
})

test('what another process does to the folder shows at the next command', async () => {
  const path = folder()
  const tls = new TlsModuleOf({ store: directoryStore(path) })
  const host = await tls.attach()
  const shell = (script: string) => execFileSync('/bin/sh', ['-c', script], { cwd: path })
  shell('printf theirs > z.pem; printf x > notes.txt; mkdir folder.pem')
  await expectList(host, 'z.pem')
  shell('mv z.pem y.pem')
  await expectList(host, 'y.pem')
  await host.says('AT+CCERTDELE="z.pem"', 'ERROR')
  shell('rm y.pem')
  await host.says('AT+CCERTDELE="y.pem"', 'ERROR')
  await expectList(host)
  await download(tls, host, 'mine.pem', 'mine', 99)
  expect(shell('cat mine.pem').toString()).toBe('mine')
  expect(readdirSync(path).sort()).toEqual(['folder.pem', 'mine.pem', 'notes.txt'])
})

describe('a store that fails', () => {
  const refuse = (): never => {
    throw new Error('the disk is full')
  }
  const broken: CertificateStore = { list: refuse, read: refuse, write: refuse, remove: refuse }
  const files = () => storeOf({ 'a.pem': 'a' })

  test.each([
    ['AT+CCERTLIST', ''],
    ['AT+CCERTDELE="a.pem"', ''],
    ['AT+CCERTMOVE="a.pem"', ''],
    ['AT+CCERTDOWN="a.pem",3', 'abc'],
  ])('%s: ERROR and one log line, and the line goes on', async (command, data) => {
    const tls = new TlsModuleOf({ store: broken, files: files() })
    const host = await tls.attach()
    host.send(command)
    if (data) await host.expectBytes(tls.prompt)
    host.type(data)
    await host.expectLines('ERROR')
    await host.expectQuiet()
    expect(tls.logged()).toEqual([
      expect.objectContaining({ level: 'error', msg: 'the certificate store failed: the disk is full' }),
    ])
  })

  test('a folder that was taken away: ERROR, one line each; nothing is moved away', async () => {
    const path = folder()
    const from = files()
    const tls = new TlsModuleOf({ store: directoryStore(path), files: from })
    const host = await tls.attach()
    rmSync(path, { recursive: true })
    await host.says('AT+CCERTLIST', 'ERROR')
    await host.says('AT+CCERTMOVE="a.pem"', 'ERROR')
    expect(tls.logged()).toHaveLength(2)
    expect(from.list()).toEqual(['a.pem'])
  })

  test('at CONNECT: 33 and one log line', async () => {
    const tls = new TlsModuleOf({ store: broken })
    const host = await tls.attach()
    await host.says('AT+CMQTTSTART', 'OK', '+CMQTTSTART: 0')
    await host.says('AT+CMQTTACCQ=0,"a",1;+CSSLCFG="authmode",0,1;+CSSLCFG="cacert",0,"a.pem"', 'OK')
    await host.says('AT+CMQTTCONNECT=0,"tcp://127.0.0.1:1",60,1', 'OK', '+CMQTTCONNECT: 0,33')
    expect(tls.logged().map(({ msg }) => msg)).toEqual([
      "CONNECT failed: the certificates can't be used: the disk is full",
    ])
  })
})
