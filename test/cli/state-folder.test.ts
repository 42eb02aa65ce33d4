import { spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
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
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { bin, endAll, run, runHere, startModule, watch } from '../support/cli.ts'

vi.setConfig({ testTimeout: 60_000 })

const folder = mkdtempSync(join(tmpdir(), 'atmqtt-state-cli-'))
const good = join(folder, 'good')
const args = ['module', '--no-pty', '--tcp', '127.0.0.1:0', '--broker', '127.0.0.1:0', '--broker-tls', '127.0.0.1:0']
afterEach(endAll)
afterAll(() => rmSync(folder, { recursive: true }))

/** A state folder in use: an authority, a certificate, a file to move. */
beforeAll(async () => {
  chmodSync(folder, 0o755)
  expect(await runHere(['certs', 'issue', 'sensor1', '--state', good])).toMatchObject({ code: 0 })
  mkdirSync(join(good, 'files'))
  writeFileSync(join(good, 'files', 'later.pem'), 'later')
})

/** All that is in a folder: contents and modes. */
function contents(path: string): Readonly<Record<string, unknown>> {
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).sort()
  return Object.fromEntries(
    names.map((name) => {
      const { mode } = statSync(join(path, name))
      return [name, [mode, statSync(join(path, name)).isFile() ? readFileSync(join(path, name), 'utf8') : '']]
    }),
  )
}

function copy(name: string): string {
  const path = join(folder, name)
  cpSync(good, path, { recursive: true })
  return path
}

/** One sentence that names the place, exit 3. */
function expectRefusal({ code, out, err }: { code: number; out: string; err: string }, place: string): void {
  expect({ code, out, err }).toEqual({ code: 3, out: '', err: expect.stringMatching(/^atmqtt: [^\n]+\.\n$/) })
  expect(err).toContain(place)
}

test.each(['certs', 'files', 'ca'])('%s is a file: a sentence, exit 3, and what is there stays', async (part) => {
  const state = copy(`file-${part}`)
  rmSync(join(state, part), { recursive: true })
  writeFileSync(join(state, part), 'mine')
  const before = contents(state)
  expectRefusal(await run([...args, '--state', state]), join(state, part))
  expect(contents(state)).toMatchObject(before)
})

test.each(['root.pem', 'root.key', 'server.pem', 'server.key'])('a folder in the place of %s', async (name) => {
  const state = copy(`folder-${name}`)
  rmSync(join(state, 'ca', name), { force: true })
  mkdirSync(join(state, 'ca', name))
  expectRefusal(await run([...args, '--state', state]), join(state, 'ca', name))
})

const file = join(folder, 'file')
writeFileSync(file, '')
symlinkSync('loop', join(folder, 'loop'))
symlinkSync('nowhere', join(folder, 'dangling'))

test.each([
  ['a file', file],
  ['below a file', join(file, 'state')],
  ['a name that is too long', join(folder, 'x'.repeat(300))],
  ['a symlink to itself', join(folder, 'loop')],
  ['a symlink to nothing', join(folder, 'dangling')],
  ['a place that takes no folders', '/proc/atmqtt/state'],
])('--state is %s', async (_what, state) => {
  expectRefusal(await run([...args, '--state', state]), state)
})

test.each([
  ['module', [...args, '--state', '']],
  ['certs', ['certs', 'list', '--state', '']],
  ['certs issue', ['certs', 'issue', 'x', '--state', '']],
])(
  '--state is empty, as "$DIR" of a script may be: %s makes nothing in the folder it runs in',
  async (_what, given) => {
    const where = mkdtempSync(join(folder, 'cwd-'))
    const cli = watch(spawn(process.execPath, [bin, ...given], { cwd: where }))
    cli.child.stdin.end()
    expect([await cli.ended, cli.err()]).toEqual([2, expect.stringMatching(/^atmqtt: [^\n]*--state [^\n]+\.\n$/)])
    expect(readdirSync(where)).toEqual([])
  },
)

/** As a user whose rights count, which those of root do not. */
const nobody = 65_534
const isRoot = process.getuid?.() === 0

function own(path: string): void {
  chownSync(path, nobody, nobody)
  if (statSync(path).isDirectory()) for (const name of readdirSync(path)) own(join(path, name))
}

describe.skipIf(process.platform === 'win32')('rights', () => {
  const asUser = async (given: readonly string[]) => {
    const cli = watch(
      spawn(process.execPath, [bin, ...given], { cwd: '/', ...(isRoot && { uid: nobody, gid: nobody }) }),
    )
    cli.child.stdin.end()
    return { code: await cli.ended, out: cli.out(), err: cli.err() }
  }

  test.each([
    ['.', 0o000],
    ['certs', 0o000],
    ['certs', 0o333],
    ['files', 0o000],
    ['ca', 0o000],
    ['ca/root.key', 0o000],
  ])('%s with mode %o: a sentence, exit 3, and what is there stays', async (part, mode) => {
    const state = copy(`rights-${part.replace('/', '-')}-${mode}`)
    if (isRoot) own(state)
    const path = join(state, part)
    const whole = statSync(path).mode
    const before = contents(state)
    chmodSync(path, mode)
    expectRefusal(await asUser([...args, '--state', state]), state)
    chmodSync(path, whole)
    expect(contents(state)).toMatchObject(before)
  })

  test('a store that may only be read: certs list goes on, certs add is a sentence and exit 3', async () => {
    const state = copy('read-only')
    if (isRoot) own(state)
    chmodSync(join(state, 'certs'), 0o555)
    const { code, err } = await asUser(['certs', 'add', join(state, 'ca', 'root.pem'), '--state', state])
    expect([code, err]).toEqual([3, expect.stringMatching(/^atmqtt: [^\n]*certs[^\n]+\.\n$/)])
    expect(await asUser(['certs', 'list', '--state', state])).toMatchObject({ code: 0, err: '' })
    chmodSync(join(state, 'certs'), 0o755)
  })

  test.skipIf(!isRoot)("another user's leftover of a write keeps nobody out", async () => {
    const state = copy('leftover')
    own(state)
    const certs = join(state, 'certs')
    writeFileSync(join(certs, '.999999-0123456789ab.tmp'), 'half')
    chownSync(certs, 0, 0)
    chmodSync(certs, 0o1777)
    expect(await asUser(['certs', 'list', '--state', state])).toEqual({
      code: 0,
      out: 'sensor1_ca.pem\nsensor1_cert.pem\nsensor1_key.pem\n',
      err: '',
    })
  })
})

test('the folder goes while the module runs: a command that stores is ERROR, and the module goes on', async () => {
  const state = copy('gone')
  const module = await startModule('--state', state, '--control', '127.0.0.1:0')
  rmSync(join(state, 'certs'), { recursive: true })
  writeFileSync(join(state, 'certs'), 'a file now')
  const script = ['term', '--tcp', module.ready.tcp!, '--plain']
  const cli = watch(spawn(process.execPath, [bin, ...script]))
  cli.child.stdin.end('AT+CCERTLIST\nAT+CCERTDOWN="x.pem",5\nhello\nAT+CCERTDELE="x.pem"\nAT\n')
  expect(await cli.ended).toBe(1)
  expect(cli.out().match(/^(OK|ERROR|\+CME ERROR.*)$/gm)).toEqual(['ERROR', 'ERROR', 'ERROR', 'OK'])
  expect(module.err()).toContain('the certificate store failed')
})
