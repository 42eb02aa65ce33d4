// `npm run bundle`: the package with its dependencies in one archive, which installs where there is no registry.
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureBuilt, root, run } from './ensure.mjs'
import { pack, packFolder } from './pack.mjs'

ensureBuilt()
const folder = join(root, '.cache', 'bundle')
const content = join(folder, 'package')
rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
renameSync(pack().content, content)

// The versions that were tested.
cpSync(join(root, 'package-lock.json'), join(content, 'package-lock.json'))
run('npm', ['ci', '--omit=dev', '--ignore-scripts', '--loglevel=error'], { cwd: content })
rmSync(join(content, 'package-lock.json'))

const path = join(content, 'package.json')
const manifest = JSON.parse(readFileSync(path, 'utf8'))
const inside = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })
writeFileSync(path, `${JSON.stringify({ ...manifest, bundleDependencies: inside }, null, 2)}\n`)
withoutOtherPlatforms(join(content, 'node_modules'))

const { filename } = packFolder(content, folder)
const name = filename.replace('.tgz', `-${process.platform}-${process.arch}.tgz`)
cpSync(join(folder, filename), join(root, name))
console.log(name)

/** npm would ask a registry for the packages of other platforms: koffi keeps the one that is there. */
function withoutOtherPlatforms(modules) {
  const path = join(modules, 'koffi', 'package.json')
  const koffi = JSON.parse(readFileSync(path, 'utf8'))
  const here = Object.entries(koffi.optionalDependencies).filter(([name]) => existsSync(join(modules, name)))
  writeFileSync(path, `${JSON.stringify({ ...koffi, optionalDependencies: Object.fromEntries(here) }, null, 2)}\n`)
}
