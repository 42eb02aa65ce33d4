// `npm run measure`: figures of the sources, beside their limits. It prints and judges nothing.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ensureInstalled, root } from './ensure.mjs'

ensureInstalled()
const { build } = await import('tsdown')
const outDir = join(root, '.cache', 'measure')
await build({
  config: false,
  cwd: root,
  entry: 'test/laws/measure.ts',
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
const main = join(outDir, 'measure.js')
spawnSync(process.execPath, [main], { cwd: root, stdio: 'inherit' })
