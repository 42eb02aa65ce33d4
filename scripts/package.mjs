// `npm run package -- [PART…] [NODE…]`: the package as npm would publish it, installed into an empty folder. A part is a
// test file of tools/package, or `start`: how fast it starts; all of them where none is named. With Nodes of tools/nodes
// ("22 24") the parts that depend on Node.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBuilt, ensureTools, root, run, tool } from './ensure.mjs'
import { nodeEnvironment } from './nodes.mjs'
import { pack } from './pack.mjs'
import { emptyProgram, startsInTime } from './start-time.mjs'

const require = createRequire(import.meta.url)
const words = process.argv.slice(2)
const versions = words.filter((word) => /^\d+$/.test(word))
const parts = words.filter((word) => !versions.includes(word))
const files = parts.filter((part) => part !== 'start')
const config = join('tools', 'package', 'vitest.config.ts')

ensureBuilt()
ensureTools('package')
const environments = versions.map(nodeEnvironment)

const { archive } = pack()
const folder = mkdtempSync(join(tmpdir(), 'atmqtt-package-'))
try {
  writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}\n')
  // As the project of a TypeScript user has it; without it npm takes the newest, which TypeScript 5.4 can't read.
  const { devDependencies } = require('../package.json')
  const beside = ['@types/node', 'vitest'].map((name) => `${name}@${devDependencies[name]}`)
  run('npm', ['install', '--loglevel=error', '--no-audit', '--no-fund', archive, emptyProgram(folder), ...beside], {
    cwd: folder,
  })
  const passed = versions.length > 0 ? environments.every(passesWith) : allPasses()
  process.exitCode = passed ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}

function allPasses() {
  const tests = parts.length === 0 || files.length > 0
  const starts = parts.length === 0 || parts.includes('start')
  return (!tests || passes(process.env, files)) && (!starts || startsInTime(folder))
}

/** The tests of what depends on Node, which declarations and installing do not. */
function passesWith(env) {
  return passes(env, files.length > 0 ? files : ['command', 'entries', 'bundles', 'testing'])
}

function passes(env, names) {
  const given = { ...env, ATMQTT_INSTALLED: folder, ATMQTT_ARCHIVE: archive }
  const args = ['run', '--config', config, ...names]
  return spawnSync(tool('vitest'), args, { cwd: root, stdio: 'inherit', env: given }).status === 0
}
