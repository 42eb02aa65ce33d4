// `npm run bench -- [NAME…]`: side-by-side measurements; writes bench/RESULTS.md and bench/results.json.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ensureBuilt, root, run, tool } from './ensure.mjs'

ensureBuilt()
run(tool('tsdown'), ['--config', 'bench/tsdown.config.ts', '--logLevel', 'error'])
const main = join(root, '.cache', 'bench', 'main.js')
const result = spawnSync(process.execPath, [main, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' })
process.exit(result.status ?? 1)
