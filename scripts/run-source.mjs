import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ensureInstalled, root } from './ensure.mjs'

/** Builds a TypeScript program of the tests into `.cache/NAME` and runs it. Its exit code. */
export async function runSource(name, entry, args = []) {
  ensureInstalled()
  const { build } = await import('tsdown')
  const outDir = join(root, '.cache', name)
  await build({
    config: false,
    cwd: root,
    entry: { main: entry },
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
  const { status } = spawnSync(process.execPath, [join(outDir, 'main.js'), ...args], { cwd: root, stdio: 'inherit' })
  return status ?? 1
}
