import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './ensure.mjs'

/** Packs what is built, as npm would publish it. The path of the archive, and of its files. */
export function pack() {
  const folder = join(root, '.cache', 'pack')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const args = ['pack', '--json', '--ignore-scripts', '--loglevel=error', '--pack-destination', folder]
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error(`npm pack: ${stderr}`)
  const [{ filename, files }] = JSON.parse(stdout)
  return { archive: join(folder, filename), files: files.map(({ path }) => path) }
}
