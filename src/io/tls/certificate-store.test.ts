import { spawn } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import fc from 'fast-check'
import ts from 'typescript'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { text } from '../testing/recorder.ts'
import { until } from '../testing/until.ts'
import { directoryStore } from './certificate-directory.ts'
import { type CertificateStore, memoryStore } from './certificate-store.ts'

const base = mkdtempSync(join(tmpdir(), 'atmqtt-certificates-'))
let folder = ''
let count = 0

beforeEach(() => {
  folder = join(base, `store-${count++}`)
})
afterAll(() => rmSync(base, { recursive: true, force: true }))

const modeOf = (path: string): number => statSync(path).mode & 0o777

describe.each<[string, () => CertificateStore]>([
  ['memory', memoryStore],
  ['directory', () => directoryStore(folder)],
])('%s', (_, open) => {
  test('lists in order, reads, replaces, removes', () => {
    const store = open()
    expect([store.list(), store.read('ca.pem'), store.remove('ca.pem')]).toEqual([[], undefined, false])
    for (const name of ['key.pem', 'ca.pem', 'A.DER']) store.write(name, text(name))
    expect(store.list()).toEqual(['A.DER', 'ca.pem', 'key.pem'])
    store.write('ca.pem', text('new'))
    expect(Buffer.from(store.read('ca.pem') ?? [])).toEqual(Buffer.from('new'))
    expect([store.remove('ca.pem'), store.remove('ca.pem'), store.read('ca.pem')]).toEqual([true, false, undefined])
    expect(store.list()).toEqual(['A.DER', 'key.pem'])
  })

  test('keeps what it was given, whatever becomes of the array', () => {
    const store = open()
    const [given, read] = [Buffer.from('one'), () => Buffer.from(store.read('ca.pem') ?? []).toString()]
    store.write('ca.pem', given)
    given.fill(0)
    store.read('ca.pem')?.fill(0)
    expect(read()).toBe('one')
  })
})

describe('a directory', () => {
  test('for its owner only', () => {
    directoryStore(folder).write('key.pem', text('secret'))
    expect([modeOf(folder), modeOf(join(folder, 'key.pem'))]).toEqual([0o700, 0o600])
    expect(readdirSync(folder)).toEqual(['key.pem'])
  })

  test('sees what others do at the next call', () => {
    const [one, other] = [directoryStore(folder), directoryStore(folder)]
    one.write('ca.pem', text('x'))
    expect([other.list(), other.read('ca.pem')?.length]).toEqual([['ca.pem'], 1])
    rmSync(join(folder, 'ca.pem'))
    expect([one.list(), one.read('ca.pem')]).toEqual([[], undefined])
  })

  test.each([
    '../ca.pem',
    'a/b.pem',
    'a\\b.pem',
    '.hidden.pem',
    'a..b.pem',
    'a\0.pem',
    'a\n.pem',
    '.pem',
    'ca.txt',
    '',
    `${'x'.repeat(200)}.pem`,
  ])('%j is no name', (name) => {
    const store = directoryStore(folder)
    writeFileSync(join(base, 'ca.pem'), 'outside')
    expect(() => store.write(name, text('x'))).toThrow(/can't be the name of a certificate/)
    expect([store.read(name), store.remove(name), store.list()]).toEqual([undefined, false, []])
    expect(readFileSync(join(base, 'ca.pem'), 'utf8')).toBe('outside')
  })

  test('any name stays in the folder', () => {
    const store = directoryStore(folder)
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 120 }), fc.constantFrom('', '.pem', '.der'), (stem, end) => {
        try {
          store.write(stem + end, text('x'))
        } catch {
          return store.read(stem + end) === undefined
        }
        return store.list().includes(stem + end) && store.remove(stem + end) && readdirSync(folder).length === 0
      }),
    )
  })

  test('folders, pipes and files over the limit count as missing, and opening them does not block', () => {
    const store = directoryStore(folder)
    mkdirSync(join(folder, 'folder.pem'))
    symlinkSync('nowhere', join(folder, 'dangling.pem'))
    writeFileSync(join(folder, 'huge.pem'), Buffer.alloc((1 << 20) + 1))
    expect([store.read('folder.pem'), store.read('dangling.pem'), store.read('huge.pem')]).toEqual(
      Array(3).fill(undefined),
    )
    expect([store.list(), store.remove('folder.pem')]).toEqual([['huge.pem'], false])
  })

  test('a write that fails leaves the old file and nothing else', () => {
    const store = directoryStore(folder)
    mkdirSync(join(folder, 'taken.pem', 'inside'), { recursive: true })
    expect(() => store.write('taken.pem', text('x'))).toThrow()
    expect(readdirSync(folder)).toEqual(['taken.pem'])
  })
})

describe('kill -9 in the middle of writes', () => {
  const size = 10_240

  test('the old file or the new one, and leftovers go', async () => {
    const library = compiled()
    for (let round = 0; round < 12; round++) {
      const child = writer(library, folder)
      await until(() => directoryStore(folder).list().length > 0 && child.wrote())
      const end = performance.now() + round * 3
      await until(() => whole() && performance.now() > end)
      child.process.kill('SIGKILL')
      await child.exited
      expect(whole()).toBe(true)
    }
    directoryStore(folder)
    expect(readdirSync(folder)).toEqual(['ca.pem'])
  })

  test('leftovers of the dead go, those of the living stay', () => {
    directoryStore(folder)
    const mine = `.${process.pid}-0123456789ab.tmp`
    for (const name of [mine, '.4194999-0123456789ab.tmp', '.other']) writeFileSync(join(folder, name), 'x')
    directoryStore(folder)
    expect(readdirSync(folder).sort()).toEqual([mine, '.other'].sort())
  })

  /** Every write is of one byte value, all over. */
  function whole(): boolean {
    const bytes = directoryStore(folder).read('ca.pem') ?? []
    if (bytes.length !== size || !bytes.every((byte) => byte === bytes[0])) throw new Error('half a file')
    return true
  }

  function writer(library: string, folder: string) {
    const code = `import { directoryStore } from '${pathToFileURL(library)}'
      const store = directoryStore(${JSON.stringify(folder)})
      for (let i = 0; ; i++) {
        store.write('ca.pem', new Uint8Array(${size}).fill(i))
        if (i === 1) console.log('on')
      }`
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], { timeout: 60_000 })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString()
    })
    const exited = new Promise<void>((resolve) => void child.on('close', () => resolve()))
    return { process: child, wrote: () => output !== '', exited }
  }

  /** The store as JavaScript, with what it imports. */
  function compiled(): string {
    const source = fileURLToPath(new URL('../..', import.meta.url))
    const compilerOptions = {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2023,
      rewriteRelativeImportExtensions: true,
    }
    const pending = ['io/tls/certificate-directory.ts']
    for (const path of pending) {
      const code = readFileSync(join(source, path), 'utf8')
      const { outputText } = ts.transpileModule(code, { compilerOptions })
      for (const [, target] of outputText.matchAll(/from ['"](\.[^'"]+)\.js['"]/g)) {
        const next = join(dirname(path), `${target}.ts`)
        if (!pending.includes(next)) pending.push(next)
      }
      const out = join(base, 'js', path.replace(/\.ts$/, '.js'))
      mkdirSync(dirname(out), { recursive: true })
      writeFileSync(out, outputText)
    }
    writeFileSync(join(base, 'js', 'package.json'), '{ "type": "module" }')
    return join(base, 'js/io/tls/certificate-directory.js')
  }
})
