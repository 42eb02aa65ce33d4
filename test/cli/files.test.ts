import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { bin, endAll, root, run, runHere, start } from '../support/cli.ts'

vi.setConfig({ testTimeout: 60_000 })

const folder = mkdtempSync(join(tmpdir(), 'atmqtt-files-'))
const path = (name: string): string => join(folder, name)
afterEach(endAll)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const free = ['--no-pty', '--tcp', '127.0.0.1:0', '--no-broker']
const one = /^atmqtt: [^\n]+\.\n$/

/** Each way in which a subcommand is given a file to read. */
const readers: readonly (readonly [what: string, args: (file: string) => readonly string[]])[] = [
  ['certs add', (file) => ['certs', 'add', file, '--state', path('state'), '--name', 'cert.pem']],
  ['a schedule', (file) => ['module', ...free, '--faults', file]],
  ['a transcript', (file) => ['play', file, '--memory']],
  ['a suite', (file) => ['conformance', '--memory', '--suite', file]],
  ['a message', (file) => ['pub', '--tcp', '127.0.0.1:1', '-t', 'a', '-f', file]],
  ['a certificate', (file) => ['sub', '--tcp', '127.0.0.1:1', '-t', 'a', '--cafile', file]],
  [
    'the value of a hole',
    (file) => ['play', `${root}test/clients/prompt-in-30ms.at`, '--memory', '--set-file', `a=${file}`],
  ],
]

describe.skipIf(!existsSync('/dev/zero'))('files that never end', () => {
  test.each(readers)('%s: a sentence with the limit, exit 2', async (_, args) => {
    const { code, err } = await runHere(args('/dev/zero'))
    expect([code, err]).toEqual([2, expect.stringMatching(one)])
    expect(err).toMatch(/it has more than \d+ bytes/)
  })
})

describe.skipIf(process.platform === 'win32')('named pipes', () => {
  const pipe = path('pipe.json')
  beforeAll(() => {
    execFileSync('mkfifo', [pipe])
  })

  test.each([...readers, ['a profile', (file: string) => ['profiles', file]] as const])(
    '%s from one into which nobody writes: a sentence, exit 2',
    async (_, args) => {
      const { code, err } = await run(args(pipe))
      expect([code, err]).toEqual([2, expect.stringMatching(one)])
      expect(err).toContain('nobody writes into this pipe')
    },
  )

  test('one that somebody writes into is read to its end', () => {
    const play = 'printf "> AT\\n< " | { cat; printf "OK\\n"; } | "$0" "$1" play /dev/stdin --memory'
    expect(execFileSync('sh', ['-c', play, process.execPath, bin], { encoding: 'utf8' })).toContain('1 passed')
  })

  test.each([
    ['--trace', ['module', ...free, '--trace', pipe]],
    ['--pcapng', ['module', ...free, '--pcapng', pipe]],
    ['--junit', ['conformance', '--memory', '--junit', pipe]],
  ])('%s to one that nobody reads: a sentence, exit 3', async (_, args) => {
    const { code, err } = await run(args)
    expect([code, err]).toEqual([3, expect.stringMatching(one)])
    expect(err).toContain('it is a pipe that nobody reads, start its reader first')
  })
})

test.each(readers)('%s from a folder: a sentence, exit 2', async (what, args) => {
  mkdirSync(path('empty'), { recursive: true })
  const { code, err } = await runHere(args(path('empty')))
  expect([code, err]).toEqual([2, expect.stringMatching(one)])
  if (!/transcript|suite/.test(what)) expect(err).toContain('it is a folder')
})

test('standard input without an end is no message', async () => {
  const { child, ended, err } = start(['pub', '--tcp', '127.0.0.1:1', '-t', 'a', '-s'])
  for (let i = 0; i < 20; i++) child.stdin.write(Buffer.alloc(65_536))
  expect(await ended).toBe(2)
  expect(err()).toMatch(one)
})

describe.skipIf(process.platform === 'win32')('a signal before a subcommand is loaded', () => {
  /** Sends it when the first line of the program itself runs: when it looks at its output. */
  const early = (signal: string): string =>
    `const { stdout } = process, on = stdout.on
     stdout.on = (...given) => { stdout.on = on; process.kill(process.pid, '${signal}'); return on.apply(stdout, given) }`

  test.each([
    ['SIGTERM', 0, ['module', ...free]],
    ['SIGINT', 0, ['record', '--tcp', '127.0.0.1:1', '--to', path('to.at')]],
    ['SIGHUP', 1, ['conformance', '--memory']],
    ['SIGTERM', 143, ['module', ...free, '--', 'true']],
  ])('%s: exit %i of %j', async (signal, code, args) => {
    const hook = path('early.mjs')
    writeFileSync(hook, early(signal))
    const ended = await run(args, { NODE_OPTIONS: `--import=${hook}` })
    expect(ended).toEqual({ code, out: '', err: '' })
  })
})
