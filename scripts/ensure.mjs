// Installs and builds what is missing or out of date, and prints on standard error only.
// Runs before any dependency is there: node: modules alone.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '..')
const installStamp = join(root, 'node_modules', '.atmqtt-installed')
const buildStamp = join(root, 'dist', '.atmqtt-built')
const buildInputs = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsdown.config.ts', 'src']

/** Runs a command; when it fails, prints what it said on standard error and ends this process with its exit code. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options })
  if (result.error) fail(`${command} could not be started: ${result.error.message}`)
  if (result.status === 0) return
  process.stderr.write(`${result.stdout}${result.stderr}`)
  process.exit(result.status ?? 1)
}

/** Path of a tool that a package in node_modules brings. */
export const tool = (name) => join(root, 'node_modules', '.bin', name)

export function ensureInstalled() {
  requireNode()
  // A link leads to the folder of another checkout, which sees to it.
  if (lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) return
  const wanted = `${process.version} ${digest(['package-lock.json'])}`
  if (read(installStamp) === wanted) return
  process.stderr.write('atmqtt: installing dependencies (npm ci)\n')
  run('npm', ['ci', '--ignore-scripts', '--loglevel=error'], { shell: process.platform === 'win32' })
  writeFileSync(installStamp, wanted)
}

export function ensureBuilt() {
  ensureInstalled()
  const wanted = digest(buildInputs)
  if (read(buildStamp) === wanted && existsSync(join(root, 'dist', 'cli', 'main.js'))) return
  process.stderr.write('atmqtt: building\n')
  run(tool('tsdown'), ['--logLevel', 'error'])
  writeFileSync(buildStamp, wanted)
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  fail(`Node ${process.version} is too old: atmqtt needs Node 20.19 or newer.`)
}

function fail(sentence) {
  process.stderr.write(`atmqtt: ${sentence}\n`)
  process.exit(3)
}

function digest(paths) {
  const hash = createHash('sha256')
  for (const path of paths.flatMap(files)) hash.update(`${path}\0`).update(readFileSync(join(root, path)))
  return hash.digest('hex')
}

function files(path) {
  if (!existsSync(join(root, path))) return []
  if (/\.\w+$/.test(path)) return [path]
  const entries = readdirSync(join(root, path), { withFileTypes: true, recursive: true })
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort()
}

const read = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined)
