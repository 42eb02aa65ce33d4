// `npm run bench -- [NAME…]`: side-by-side measurements; writes bench/RESULTS.md and bench/results.json.
// `npm run bench -- --against FOLDER [NAME…]`: this checkout beside another, installed one; writes .cache/against.md.

import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { ensureBuilt, root, run } from './ensure.mjs'

const args = process.argv.slice(2)
const against = args.indexOf('--against') + 1
ensureBuilt()
bundle(root)
if (against > 0) {
  if (args[against] === undefined) throw new Error('--against wants a folder')
  args[against] = resolve(args[against])
  bundle(args[against])
}
const main = join(root, '.cache', 'bench', 'main.js')
const result = spawnSync(process.execPath, [main, ...args], { cwd: root, stdio: 'inherit' })
process.exit(result.status ?? 1)

/** Each checkout's own measurements, by its own tools. */
function bundle(cwd) {
  run(join(cwd, 'node_modules', '.bin', 'tsdown'), ['--config', 'bench/tsdown.config.ts', '--logLevel', 'error'], {
    cwd,
  })
}
