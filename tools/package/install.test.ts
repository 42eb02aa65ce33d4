import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { installed, manifest, start } from './installed.ts'

const root = join(import.meta.dirname, '..', '..')
const modules = join(installed, 'node_modules')
const made: string[] = []
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true })
})

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
}

/** The folders of what a package depends on, without what is optional. */
function dependenciesOf(folder: string, seen = new Set<string>()): ReadonlySet<string> {
  const { dependencies = {} }: Manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  for (const name of Object.keys(dependencies)) {
    const found = [join(folder, 'node_modules', name), join(modules, name)].find(existsSync)
    if (found === undefined) throw new Error(`${name} of ${folder} is not installed`)
    if (seen.has(found)) continue
    seen.add(found)
    dependenciesOf(found, seen)
  }
  return seen
}

/** Of all files of a package, in blocks, as `du` counts them. */
const bytesOf = (folder: string): number =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.slice(folder.length).includes('node_modules'))
    .reduce((sum, path) => sum + statSync(path).blocks * 512, 0)

test('the dependencies take less than 15 MB, without optional ones', () => {
  const folders = [...dependenciesOf(join(modules, 'atmqtt'))]
  expect(folders.length).toBeGreaterThan(30)
  const megabytes = folders.reduce((sum, folder) => sum + bytesOf(folder), 0) / 1024 / 1024
  console.log(`${folders.length} dependencies: ${megabytes.toFixed(1)} MB`)
  expect(megabytes).toBeLessThan(15)
})

test('the package has no scripts: npm would warn each user of the one that builds a checkout', () => {
  const packed = JSON.parse(readFileSync(join(modules, 'atmqtt', 'package.json'), 'utf8'))
  expect(packed).toMatchObject({ name: 'atmqtt', bin: { atmqtt: 'bin/atmqtt.js' } })
  expect(packed).not.toHaveProperty('scripts')
})

/** A repository with what this checkout has, committed or not. */
function repository(): string {
  const folder = mkdtempSync(join(tmpdir(), 'atmqtt-git-'))
  made.push(folder)
  const git = (...args: string[]) => expect(spawnSync('git', args, { cwd: folder, encoding: 'utf8' }).status).toBe(0)
  const { stdout } = spawnSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: root, encoding: 'utf8' })
  const files = stdout.split('\0').filter((name) => name && existsSync(join(root, name)))
  const copied = spawnSync('tar', ['-c', '--null', '-T', '-'], {
    cwd: root,
    input: files.join('\0'),
    maxBuffer: 2 ** 30,
  })
  expect(spawnSync('tar', ['-x'], { cwd: folder, input: copied.stdout }).status).toBe(0)
  git('init', '-q')
  git('add', '-A')
  git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-q', '-m', 'x')
  return folder
}

test('npm install git+… builds; with scripts off, the command says what to do', () => {
  const url = `git+file://${repository()}`
  for (const scripts of ['on', 'off']) {
    const folder = mkdtempSync(join(tmpdir(), 'atmqtt-from-git-'))
    made.push(folder)
    mkdirSync(join(folder, 'node_modules'))
    writeFileSync(join(folder, 'package.json'), '{"private":true}\n')
    const flag = scripts === 'off' ? ['--ignore-scripts'] : ['--ignore-scripts=false']
    expect(
      start('npm', ['install', '--loglevel=error', '--no-audit', '--no-fund', ...flag, url], folder),
    ).toMatchObject({ code: 0 })
    const { code, out, err } = start('npx', ['atmqtt', '--version'], folder)
    if (scripts === 'on') expect([code, out]).toEqual([0, `${manifest.version}\n`])
    else
      expect([code, err]).toEqual([
        3,
        expect.stringMatching(/^atmqtt: this copy is not built, .*--ignore-scripts=false.*\n$/),
      ])
  }
})
