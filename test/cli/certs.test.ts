import { X509Certificate } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { endAll, run, runHere } from '../support/cli.ts'

let folder: string
let state: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atmqtt-certs-'))
  state = join(folder, 'state')
})
afterEach(() => {
  endAll()
  rmSync(folder, { recursive: true, force: true })
})

const certs = (...args: readonly string[]) => runHere(['certs', ...args, '--state', state])
const certsOfItsOwn = (...args: readonly string[]) => run(['certs', ...args, '--state', state])
const stored = (name: string): string => join(state, 'certs', name)
const mode = (path: string): number => statSync(path).mode & 0o777

function someFile(name: string, bytes: string | Uint8Array = 'bytes'): string {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

/** One sentence or two, no stack. */
function expectRefusal({ code, out, err }: Awaited<ReturnType<typeof run>>, exitCode: number, about: string): void {
  expect(out).toBe('')
  expect(err).toMatch(/^atmqtt: [^\n]+\n$/)
  expect(Buffer.from(err, 'latin1').toString('utf8')).toContain(about)
  expect(code).toBe(exitCode)
}

describe('--help', () => {
  test('of certs and its operations fits a screen', async () => {
    const pages = await Promise.all(
      [[], ['list'], ['add'], ['remove'], ['issue']].map((args) => runHere(['certs', ...args, '--help'])),
    )
    for (const { code, out } of pages) {
      expect(code).toBe(0)
      const lines = out.trimEnd().split('\n')
      expect(lines.length).toBeLessThanOrEqual(24)
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80)
      expect(out).toContain('--state')
    }
  })
})

describe('the store', () => {
  test('takes a file, lists it, and gives it up', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i)
    expect(await certs('add', someFile('server_ca.der', bytes))).toMatchObject({ code: 0, err: '' })
    expect(readFileSync(stored('server_ca.der'))).toEqual(Buffer.from(bytes))
    expect(mode(stored('server_ca.der'))).toBe(0o600)
    expect(await certs('list')).toEqual({ code: 0, out: 'server_ca.der\n', err: '' })
    expect(await certs('remove', 'server_ca.der')).toMatchObject({ code: 0, err: '' })
    expect(await certs('list')).toEqual({ code: 0, out: '', err: '' })
    expect(existsSync(stored('server_ca.der'))).toBe(false)
  })

  test('takes a file under another name, and replaces one', async () => {
    await certs('add', someFile('a.txt', 'old'), '--name', 'key.pem')
    await certs('add', someFile('b.txt', 'new'), '--name', 'key.pem')
    expect(readFileSync(stored('key.pem'), 'utf8')).toBe('new')
    expect(readdirSync(join(state, 'certs'))).toEqual(['key.pem'])
  })

  test.each([
    ['1 byte', 1, 0],
    ['10240 bytes', 10_240, 0],
    ['no bytes', 0, 2],
    ['10241 bytes', 10_241, 2],
  ])('a file of %s', async (_title, size, code) => {
    expect((await certs('add', someFile('x.pem', Buffer.alloc(size)))).code).toBe(code)
  })

  test.each(['../key.pem', 'a/b.pem', 'key.txt', `${'é'.repeat(26)}.pem`])('%s is no name', async (name) => {
    await certs('add', someFile('x.pem'))
    writeFileSync(join(state, 'key.pem'), 'not in the store')
    const [added, removed] = await Promise.all([
      certs('add', join(folder, 'x.pem'), '--name', name),
      certs('remove', name),
    ])
    expectRefusal(added, 2, name)
    expectRefusal(removed, 2, name)
    expect(readdirSync(join(state, 'certs'))).toEqual(['x.pem'])
    expect(existsSync(join(state, 'key.pem'))).toBe(true)
  })

  test('the longest name that is allowed', async () => {
    const name = `${'k'.repeat(51)}.pem`
    await certs('add', someFile('x.pem'), '--name', name)
    expect((await certs('list')).out).toBe(`${name}\n`)
  })

  test('a name keeps its bytes', async () => {
    await certs('add', someFile('x.pem'), '--name', 'schlüssel.pem')
    const { out } = await certs('list')
    expect(Buffer.from(out, 'latin1').toString('utf8')).toBe('schlüssel.pem\n')
    expect((await certs('remove', 'schlüssel.pem')).code).toBe(0)
  })
})

describe('a client certificate', () => {
  test('is in the store with its key and the root, ready to be configured', async () => {
    const { code, out, err } = await certs('issue', 'sensor1')
    expect([code, err]).toEqual([0, ''])
    const [root, issued] = ['sensor1_ca.pem', 'sensor1_cert.pem'].map(
      (name) => new X509Certificate(readFileSync(stored(name))),
    )
    expect(issued!.subject).toBe('CN=sensor1')
    expect(issued!.verify(root!.publicKey)).toBe(true)
    expect(readFileSync(stored('sensor1_ca.pem'), 'utf8')).toBe(readFileSync(join(state, 'ca', 'root.pem'), 'utf8'))
    expect(mode(stored('sensor1_key.pem'))).toBe(0o600)
    expect(out.match(/^wrote .*$/gm)).toEqual(
      ['ca', 'cert', 'key'].map((kind) => `wrote sensor1_${kind}.pem in ${join(state, 'certs')}`),
    )
    expect(out.match(/^AT.*$/gm)).toEqual([
      'AT+CSSLCFG="authmode",0,2',
      'AT+CSSLCFG="cacert",0,"sensor1_ca.pem"',
      'AT+CSSLCFG="clientcert",0,"sensor1_cert.pem"',
      'AT+CSSLCFG="clientkey",0,"sensor1_key.pem"',
    ])
    expect(out).not.toContain('PRIVATE')
  })

  test('programs that start at once on an empty folder share one authority', async () => {
    const names = ['a', 'b', 'c', 'd']
    const results = await Promise.all(names.map((name) => certsOfItsOwn('issue', name)))
    expect(results.map(({ code, err }) => [code, err])).toEqual(names.map(() => [0, '']))
    const { publicKey } = new X509Certificate(readFileSync(join(state, 'ca', 'root.pem')))
    const issued = names.map((name) => new X509Certificate(readFileSync(stored(`${name}_cert.pem`))))
    expect(issued.map((certificate) => certificate.verify(publicKey))).toEqual(names.map(() => true))
  })

  test.each(['', '../x', 'a/b', 'n'.repeat(47)])('%j is no name for one, and nothing is made', async (name) => {
    expectRefusal(await certs('issue', name), 2, 'name')
    expect(existsSync(state)).toBe(false)
  })

  test('a damaged authority is exit 3', async () => {
    await certs('issue', 'a')
    writeFileSync(join(state, 'ca', 'root.key'), 'damaged')
    expectRefusal(await certs('issue', 'b'), 3, join(state, 'ca', 'root.key'))
    expect(existsSync(stored('b_cert.pem'))).toBe(false)
  })
})

describe('wrong usage is exit 2 and one line', () => {
  test.each([['list'], ['add', 'x.pem'], ['remove', 'x.pem'], ['issue', 'x']])(
    'certs %s without a state folder',
    async (...args) => {
      expectRefusal(await runHere(['certs', ...args]), 2, '--state DIR')
    },
  )

  test.each(['list', 'remove'])('%s in a folder that is not there', async (operation) => {
    expectRefusal(await certs(operation, ...(operation === 'remove' ? ['x.pem'] : [])), 2, state)
    expect(existsSync(state)).toBe(false)
  })

  test('a file that is not there', async () => {
    expectRefusal(await certs('add', join(folder, 'nothing.pem')), 2, 'nothing.pem')
    expectRefusal(await certs('add', folder, '--name', 'x.pem'), 2, folder)
  })

  test('removing a file that is not there', async () => {
    await certs('add', someFile('x.pem'))
    expectRefusal(await certs('remove', 'y.pem'), 2, 'y.pem')
  })

  test('a state folder that is a file is exit 3', async () => {
    writeFileSync(state, '')
    expectRefusal(await certs('list'), 3, state)
    expectRefusal(await certs('issue', 'x'), 3, state)
  })

  test.skipIf(!existsSync('/proc/self'))('a place where no folder can be made is exit 3, at once', async () => {
    for (const args of [
      ['issue', 'x'],
      ['add', someFile('x.pem')],
    ])
      expectRefusal(await runHere(['certs', ...args, '--state', '/proc/atmqtt']), 3, '/proc/atmqtt')
  })

  test.each([[['nonsense']], [['add']], [['list', 'surplus']], [['issue', 'a', 'b']]])('certs %j', async (args) => {
    expectRefusal(await certs(...args), 2, '')
  })
})
