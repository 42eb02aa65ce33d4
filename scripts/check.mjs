// `npm run check`: types, lint and format, unused code, package lint. All of them run; what one that fails says is
// printed.
import { spawnSync } from 'node:child_process'
import { ensureBuilt, ensureTools, root, tool } from './ensure.mjs'
import { pack } from './pack.mjs'

ensureBuilt()
// Types are checked in it too.
ensureTools('browser')
ensureTools('package')
const { archive } = pack()

const checks = [
  ['types', tool('tsc'), []],
  ['types of the console page', tool('tsc'), ['-p', 'src/console/page']],
  ['lint and format', tool('biome'), ['check', '--error-on-warnings']],
  ['unused code', tool('knip'), []],
  ['package', tool('publint'), ['--strict', archive]],
  ['types of the package', tool('attw', 'package'), ['--profile', 'esm-only', archive]],
]

const failed = checks.filter(([title, path, args]) => {
  const { status, stdout, stderr } = spawnSync(path, args, { cwd: root, encoding: 'utf8' })
  if (status === 0) console.log(`${title}: good`)
  else process.stderr.write(`${stdout}${stderr}check failed: ${title}\n`)
  return status !== 0
})
process.exit(failed.length > 0 ? 1 : 0)
