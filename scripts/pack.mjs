import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, run } from './ensure.mjs'

/** Packs what is built, as it is to be published. The path of the archive, and of its files. */
export function pack() {
  const folder = join(root, '.cache', 'pack')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const { filename } = packFolder(root, folder)
  run('tar', ['-xzf', join(folder, filename), '-C', folder])
  const content = join(folder, 'package')
  withoutScripts(join(content, 'package.json'))
  const { files } = packFolder(content, folder)
  return { archive: join(folder, filename), content, files: files.map(({ path }) => path) }
}

/** They are for a checkout; of `prepare` npm 11 would warn each user. */
function withoutScripts(path) {
  const { scripts: _, ...manifest } = JSON.parse(readFileSync(path, 'utf8'))
  writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`)
}

/** What npm says of the archive that it makes of a folder. */
export function packFolder(folder, target) {
  const args = ['pack', '--json', '--ignore-scripts', '--loglevel=error', '--pack-destination', target]
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new Error(`npm pack: ${stderr}`)
  return JSON.parse(stdout)[0]
}
