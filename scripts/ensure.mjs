// Installs and builds what is missing or out of date, and prints on standard error only.
// Runs before any dependency is there: node: modules alone.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '..')
const buildStamp = join(root, 'dist', '.atmqtt-built')
const buildInputs = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsdown.config.ts',
  'scripts/build-console.mjs',
  'src',
]

/** Runs a command; when it fails, prints what it said on standard error and ends this process with its exit code. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options })
  if (result.error) fail(`${command} could not be started: ${result.error.message}`)
  if (result.status === 0) return
  process.stderr.write(`${result.stdout}${result.stderr}`)
  process.exit(result.status ?? 1)
}

/** Path of a tool that a package brings: of the checkout, or of a folder in tools/. */
export function tool(name, folder) {
  const own = folder === undefined ? undefined : join(root, 'tools', folder, 'node_modules', '.bin', name)
  return own !== undefined && existsSync(own) ? own : join(root, 'node_modules', '.bin', name)
}

/** Installs all that the sources, the tests and the checks need, but not what has a package folder in tools/. */
export function ensureInstalled() {
  install('.', 'all', 'dependencies')
}

/** Installs one of the package folders in tools/: what a single command needs. */
export function ensureTools(folder) {
  install(join('tools', folder), 'all', `tools/${folder}`)
}

/** Builds what runs, and installs no more than that takes. */
export function ensureRunnable() {
  const installed = read(join(root, 'node_modules', '.atmqtt-installed'))
  // A checkout that has everything keeps everything.
  if (installed === undefined || installed.endsWith(' run')) {
    install('.', 'run', 'what running needs')
    if (!isBuilt('code')) ensureTools('build')
  } else ensureInstalled()
  build('code')
}

/** Installs everything and builds what the package holds, types included. */
export function ensureBuilt() {
  ensureInstalled()
  build('types')
}

/** `run`: without what only developing needs. A folder that has `all` has that, too. */
function install(folder, what, title) {
  requireNode()
  const modules = join(root, folder, 'node_modules')
  // A link leads to the folder of another checkout, which sees to it and to its tools.
  for (const path of [modules, join(root, 'node_modules')])
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return
  const stamp = join(modules, '.atmqtt-installed')
  // Not by Node's version: what is native here is Node-API. The suite of another version would else install beneath itself.
  const wanted = digest([join(folder, 'package-lock.json')])
  if ([`${wanted} all`, `${wanted} ${what}`].includes(read(stamp))) return
  process.stderr.write(`atmqtt: installing ${title} (npm ci)\n`)
  const omit = what === 'run' ? ['--omit=dev'] : []
  run('npm', ['ci', '--ignore-scripts', '--loglevel=error', ...omit], {
    cwd: join(root, folder),
    shell: process.platform === 'win32',
  })
  writeFileSync(stamp, `${wanted} ${what}`)
}

/** `code`: what runs; `types`: with the declarations for TypeScript, which take most of the time. */
export function build(what) {
  if (isBuilt(what)) return
  process.stderr.write('atmqtt: building\n')
  run(tool('tsdown', 'build'), ['--logLevel', 'error', ...(what === 'code' ? ['--no-dts'] : [])])
  // Behind tsdown, which empties dist/.
  run(process.execPath, [join('scripts', 'build-console.mjs')])
  writeFileSync(buildStamp, `${digest(buildInputs)} ${what}`)
}

function isBuilt(what) {
  const built = digest(buildInputs)
  const good = [`${built} types`, `${built} ${what}`].includes(read(buildStamp))
  return (
    good &&
    ['cli/main.js', 'start/start.cjs', 'console/page/index.html'].every((file) => existsSync(join(root, 'dist', file)))
  )
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
