import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..', '..')
const read = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'))
const folders = readdirSync(join(root, 'tools'))
const packages: Readonly<Record<string, { readonly version?: string }>> = read('package-lock.json').packages

test('the package folders of commands hold what the checkout itself does not install', () => {
  const own = Object.keys(read('package.json').devDependencies)
  for (const folder of folders.filter((name) => name !== 'build'))
    for (const name of Object.keys(read(`tools/${folder}/package.json`).devDependencies))
      expect(own).not.toContain(name)
})

test('npm start builds with the versions that the package is built with', () => {
  const building: typeof packages = read('tools/build/package-lock.json').packages
  const versions = Object.entries(building).filter(([path]) => /\/(tsdown|rolldown|@rolldown\/[\w-]+)$/.test(path))
  expect(versions.length).toBeGreaterThan(5)
  for (const [path, { version }] of versions) expect([path, packages[path]?.version]).toEqual([path, version])
})

test('npm start finds each package that is built in', () => {
  const { dependencies, peerDependencies, optionalDependencies, devDependencies } = read('package.json')
  const standing = { ...dependencies, ...peerDependencies, ...optionalDependencies }
  const builtIn = Object.keys(devDependencies).filter((name) => !(name in standing) && isImported(name))
  expect(builtIn).toContain('hdr-histogram-js')
  expect(read('tools/build/package.json').devDependencies).toMatchObject(
    Object.fromEntries(builtIn.map((name) => [name, devDependencies[name]])),
  )
})

const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path) && !/\.test\.|testing/.test(path))
  .map((path) => readFileSync(join(root, 'src', path), 'utf8'))

const isImported = (name: string) =>
  sources.some((text) => new RegExp(`^(?!import type).* from '${name}['/]`, 'm').test(text))

test.each(folders)('tools/%s has exact versions and a lock file without addresses', (folder) => {
  const { devDependencies, private: isPrivate } = read(`tools/${folder}/package.json`)
  expect(isPrivate).toBe(true)
  for (const version of Object.values(devDependencies)) expect(version).toMatch(/^(npm:[\w-]+@)?\d+\.\d+\.\d+$/)
  expect(readFileSync(join(root, 'tools', folder, 'package-lock.json'), 'utf8')).not.toContain('"resolved"')
})
