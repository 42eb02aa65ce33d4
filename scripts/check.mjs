// `npm run check`: types, lint and format, unused code, package lint. All of them run; one that fails fails the check.
import { spawnSync } from 'node:child_process'
import { ensureBuilt, ensureTools, root, tool } from './ensure.mjs'

const checks = [
  ['types', 'tsc', []],
  ['lint and format', 'biome', ['check', '--error-on-warnings']],
  ['unused code', 'knip', []],
  ['package', 'publint', ['--strict']],
]

ensureBuilt()
// Types are checked in it too.
ensureTools('browser')
const failed = checks.filter(
  ([, name, args]) => spawnSync(tool(name), args, { cwd: root, stdio: 'inherit' }).status !== 0,
)
for (const [title] of failed) process.stderr.write(`check failed: ${title}\n`)
process.exit(failed.length > 0 ? 1 : 0)
