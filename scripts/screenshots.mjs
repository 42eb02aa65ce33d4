// `npm run screenshots`: pictures of the console, docs/img/console-*.png. `npm run screenshots -- figures`: how fast the
// page is in Chromium, .cache/console-figures.md.
import { spawnSync } from 'node:child_process'
import { ensureBuilt, ensureTools, root, tool } from './ensure.mjs'

ensureBuilt()
ensureTools('browser')
const [what = 'screenshots'] = process.argv.slice(2)
const { status } = spawnSync(tool('vitest'), ['run', '--config', 'tools/browser/vitest.config.ts', what], {
  cwd: root,
  stdio: 'inherit',
})
process.exit(status ?? 1)
