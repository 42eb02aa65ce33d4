import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { requireBuild, root } from '../support/cli.ts'

/** A copy of what a start needs: tests write into its cache. */
let copy = ''
const cache = () => join(copy, 'dist', 'cache')

beforeAll(() => {
  requireBuild()
  copy = mkdtempSync(join(tmpdir(), 'atmqtt-start-'))
  for (const path of ['package.json', 'bin', 'dist/cli', 'dist/chunks', 'dist/start'])
    cpSync(join(root, path), join(copy, path), { recursive: true })
})
afterAll(() => rmSync(copy, { recursive: true, force: true }))
beforeEach(() => rmSync(cache(), { recursive: true, force: true }))

function atmqtt(args: readonly string[], flags: readonly string[] = []) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, join(copy, 'bin', 'atmqtt.js'), ...args], {
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

/** Names the modules that Node loads, on standard error. */
const hook = `
  import { register } from 'node:module'
  const loaded = 'export const load = (url, context, next) => (process._rawDebug(url), next(url, context))'
  register('data:text/javascript,' + encodeURIComponent(loaded))`

/** The sources of a built file, by its map. */
const sourcesOf = (url: string): readonly string[] => {
  const map = new URL(`${url}.map`)
  if (!existsSync(map)) return []
  return JSON.parse(readFileSync(map, 'utf8')).sources.map((path: string) => path.replace(/^(\.\.\/)+/, ''))
}

test('--version loads these few sources, and none of a subcommand or a dependency', () => {
  const flags = ['--import', `data:text/javascript,${encodeURIComponent(hook)}`]
  const { status, stdout, stderr } = atmqtt(['--version'], flags)
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  expect({ status, stdout }).toEqual({ status: 0, stdout: `${version}\n` })
  const files = stderr.split('\n').filter((url) => url.startsWith('file:'))
  expect(files[0]).toMatch(/bin\/atmqtt\.js$/)
  // The bundler leaves out what nothing of is used.
  const few = [
    'src/at/syntax/bytes.ts',
    'src/at/syntax/printable.ts',
    'src/cli/main.ts',
    'src/cli/output.ts',
    'src/cli/version.ts',
    'src/io/setup-error.ts',
    'src/launch/package.ts',
  ]
  const sources = files.flatMap(sourcesOf)
  expect(sources).toEqual(expect.arrayContaining(['src/cli/main.ts', 'src/cli/version.ts']))
  expect(sources.filter((source) => !few.includes(source))).toEqual([])
  expect(existsSync(cache())).toBe(false)
})

test('what a run has compiled is kept, and the next one takes it and says the same', () => {
  const first = atmqtt(['profiles'])
  expect(first).toMatchObject({ status: 0, stderr: '' })
  const kept = readdirSync(cache())
  expect(kept).toEqual([expect.stringMatching(/^[0-9a-f]{16}-v[\d.]+-\w+-profiles\.bin$/)])
  const before = readFileSync(join(cache(), kept[0]!))
  expect(atmqtt(['profiles'])).toEqual(first)
  expect(readFileSync(join(cache(), kept[0]!)).equals(before)).toBe(true)
})

test('another set of options adds to the cache of a subcommand; what ends badly leaves none', () => {
  atmqtt(['profiles'])
  const [name] = readdirSync(cache())
  const before = readFileSync(join(cache(), name!)).subarray(0, 64).toString().trim()
  atmqtt(['profiles', '--help'])
  expect(readFileSync(join(cache(), name!)).subarray(0, 64).toString().trim()).toMatch(
    new RegExp(`^${before}[0-9a-f]{8}$`),
  )
  expect(atmqtt(['profile']).status).toBe(2)
  expect(atmqtt(['commands', '--no-such-option']).status).toBe(2)
  expect(readdirSync(cache())).toEqual([name])
})

test('a damaged cache, one of other flags, and a folder that can not be made change nothing but the time', () => {
  const first = atmqtt(['profiles'])
  const path = join(cache(), readdirSync(cache())[0]!)
  writeFileSync(path, readFileSync(path).subarray(0, 5000))
  expect(atmqtt(['profiles'])).toEqual(first)
  expect(readFileSync(path).length).toBeGreaterThan(5000)
  expect(atmqtt(['profiles'], ['--no-opt'])).toEqual(first)
  rmSync(cache(), { recursive: true })
  writeFileSync(cache(), '')
  expect(atmqtt(['profiles'])).toEqual(first)
})
