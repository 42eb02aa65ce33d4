import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Where `npm run package` has installed the packed package. */
export const installed = wanted('ATMQTT_INSTALLED')
/** What it has installed. */
export const archive = wanted('ATMQTT_ARCHIVE')

function wanted(name: string): string {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not set: start these tests with npm run package.`)
  return value
}

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs a program to its end, without the settings that npm gave to the tests. */
export function start(command: string, args: readonly string[], cwd = installed): Ended {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|VITEST|NODE_ENV)/.test(name)))
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8' })
  return { code: status, out: stdout, err: stderr }
}

/** A folder of its own beside the installed package, which its files find. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(installed, 'test-'))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

interface Manifest {
  readonly exports: Readonly<Record<string, unknown>>
  readonly version: string
}

export const manifest: Manifest = JSON.parse(
  readFileSync(join(installed, 'node_modules', 'atmqtt', 'package.json'), 'utf8'),
)

/** `atmqtt`, `atmqtt/driver` …; without the fixture, which only Vitest can load. */
export const entries = Object.keys(manifest.exports)
  .filter((name) => name !== './package.json' && name !== './testing/vitest')
  .map((name) => join('atmqtt', name))

/** Entries that a browser can load. */
export const browserEntries = entries.filter((name) => /\/(at|driver|explain|faults|module|mqtt)$/.test(name))

/** A program of what the package is looked at with. */
export function tool(name: string): string {
  const own = join(import.meta.dirname, 'node_modules', '.bin', name)
  return existsSync(own) ? own : join(import.meta.dirname, '..', '..', 'node_modules', '.bin', name)
}
