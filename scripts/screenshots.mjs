// `npm run screenshots`: pictures of the console for the documentation, docs/img/console-*.png.
import { spawnSync } from 'node:child_process'
import { ensureBuilt, ensureTools, root, tool } from './ensure.mjs'

ensureBuilt()
ensureTools('browser')
const { status } = spawnSync(tool('vitest'), ['run', '--config', 'tools/browser/vitest.config.ts'], {
  cwd: root,
  stdio: 'inherit',
})
process.exit(status ?? 1)
