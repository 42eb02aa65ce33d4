// `npm test -- ARGS`: the whole suite, installed and built first; ARGS go to vitest.
import { spawnSync } from 'node:child_process'
import { ensureBuilt, ensureTools, root, tool } from './ensure.mjs'

ensureBuilt()
ensureTools('browser')
const result = spawnSync(tool('vitest'), ['run', ...process.argv.slice(2)], { cwd: root, stdio: 'inherit' })
process.exit(result.status ?? 1)
