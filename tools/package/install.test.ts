import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
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

/** Of all files, in blocks, as `du` counts them. */
const bytesOf = (folder: string): number =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .map((entry) => statSync(join(entry.parentPath, entry.name)).blocks * 512)
    .reduce((sum, bytes) => sum + bytes, 0)

test('the dependencies take less than 15 MB, without optional ones', () => {
  const optional = ['koffi', '@koromix', 'atmqtt'].map((name) => bytesOf(join(modules, name)))
  const rest = bytesOf(modules) - optional.reduce((sum, bytes) => sum + bytes, 0)
  console.log(`dependencies: ${(rest / 1024 / 1024).toFixed(1)} MB`)
  expect(rest).toBeLessThan(15 * 1024 * 1024)
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
