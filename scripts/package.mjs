// `npm run package -- [NODE…]`: the package as npm would publish it, installed into an empty folder: its commands,
// entries, types and bundles, with this Node or with those of tools/nodes ("22 24", Linux x64).
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { ensureBuilt, ensureTools, root, run, tool } from './ensure.mjs'
import { pack } from './pack.mjs'

const require = createRequire(import.meta.url)
const versions = process.argv.slice(2)
const folderOf = (version) => join(root, 'tools', 'nodes', 'node_modules', `node-${version}`, 'bin')
const config = join('tools', 'package', 'vitest.config.ts')

ensureBuilt()
ensureTools('package')
if (versions.length > 0) ensureTools('nodes')
for (const version of versions) {
  if (existsSync(folderOf(version))) continue
  process.stderr.write(`package: tools/nodes has no Node ${version}: it has 22 and 24, for Linux x64.\n`)
  process.exit(2)
}

const { archive } = pack()
const folder = mkdtempSync(join(tmpdir(), 'atmqtt-package-'))
try {
  writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}\n')
  // As the project of a TypeScript user has it; without it npm takes the newest, which TypeScript 5.4 can't read.
  const { devDependencies } = require('../package.json')
  const beside = ['@types/node', 'vitest'].map((name) => `${name}@${devDependencies[name]}`)
  run('npm', ['install', '--loglevel=error', '--no-audit', '--no-fund', archive, ...beside], { cwd: folder })
  const paths = versions.length > 0 ? versions.map(folderOf) : [undefined]
  process.exitCode = paths.every(passes) ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}

/** The tests run with the Node of this process, what they start with the other. */
function passes(path) {
  const PATH = path === undefined ? process.env.PATH : `${path}${delimiter}${process.env.PATH}`
  const env = { ...process.env, PATH, ATMQTT_INSTALLED: folder, ATMQTT_ARCHIVE: archive }
  // Declarations and installing do not depend on Node.
  const files = path === undefined ? [] : ['command', 'entries', 'bundles', 'testing']
  return (
    spawnSync(tool('vitest'), ['run', '--config', config, ...files], { cwd: root, stdio: 'inherit', env }).status === 0
  )
}
