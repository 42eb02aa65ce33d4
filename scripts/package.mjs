// `npm run package -- [NODE…]`: the package as npm would publish it, installed into an empty folder: its commands,
// entries, types and bundles, and how fast it starts; or with Nodes of tools/nodes ("22 24") what depends on Node.
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
const versions = process.argv.slice(2)
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
  const passed = versions.length > 0 ? environments.every(passesWith) : passes(process.env) && startsInTime(folder)
  process.exitCode = passed ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}

/** The tests of what depends on Node, which declarations and installing do not. */
function passesWith(env) {
  return passes(env, ['command', 'entries', 'bundles', 'testing'])
}

function passes(env, files = []) {
  const given = { ...env, ATMQTT_INSTALLED: folder, ATMQTT_ARCHIVE: archive }
  const args = ['run', '--config', config, ...files]
  return spawnSync(tool('vitest'), args, { cwd: root, stdio: 'inherit', env: given }).status === 0
}
