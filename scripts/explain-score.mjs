// `npm run explain:score`: how well explain finds causes, hand-written, generated and clean logs; writes docs/explain-score.md.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ensureInstalled, root } from './ensure.mjs'

ensureInstalled()
const { build } = await import('tsdown')
const outDir = join(root, '.cache', 'explain-score')
await build({
  config: false,
  cwd: root,
  entry: 'test/explain/score/main.ts',
  outDir,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  dts: false,
  clean: true,
  fixedExtension: false,
  logLevel: 'error',
  deps: { skipNodeModulesBundle: true },
})
const { status } = spawnSync(process.execPath, [join(outDir, 'main.js'), join(root, 'docs', 'explain-score.md')], {
  cwd: root,
  stdio: 'inherit',
})
process.exit(status ?? 1)
