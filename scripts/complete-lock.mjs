// After a change of dependencies (`npm install`, here, in a folder of tools/ or in test/compat/install): adds to each lock file the optional
// packages of other platforms that the registry at hand did not give, without which `npm ci` refuses it. They are never
// installed on this platform.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './ensure.mjs'

const systems = ['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'openbsd', 'win32', 'aix', 'netbsd', 'sunos']
const machines = ['arm64', 'arm', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el', 'wasm32']

const own = readdirSync(join(root, 'tools')).map((name) => join('tools', name))
const folders = ['.', ...own, join('test', 'compat', 'install')]
for (const path of folders.map((folder) => join(root, folder, 'package-lock.json')))
  if (existsSync(path)) complete(path)

function complete(path) {
  const lock = JSON.parse(readFileSync(path, 'utf8'))
  for (const entry of Object.values(lock.packages))
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const key = `node_modules/${name}`
      if (lock.packages[key]) continue
      const words = name.split(/[/-]/)
      lock.packages[key] = {
        version: version.replace(/^[~^]/, ''),
        cpu: machines.filter((machine) => words.includes(machine)),
        ...(entry.dev && { dev: true }),
        ...(words.includes('musl') && { libc: ['musl'] }),
        optional: true,
        os: systems.filter((system) => words.includes(system) || (system === 'win32' && words.includes('windows'))),
      }
      process.stderr.write(`added ${name} ${version}\n`)
    }
  const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1))
  writeFileSync(path, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`)
}
