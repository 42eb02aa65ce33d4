import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..', '..')
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

describe('package.json', () => {
  test('repository, homepage and bugs are one place, whose owner is open as in the docs', () => {
    const place = 'https://github.com/OWNER/atmqtt'
    const { repository, homepage, bugs } = manifest
    expect([repository.url, homepage, bugs.url]).toEqual([`git+${place}.git`, `${place}#readme`, `${place}/issues`])
    expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain(`git+${place}.git`)
  })

  test('ES modules alone, from Node 20.19 on; only the command does something when it is loaded', () => {
    const { type, engines, sideEffects, bin } = manifest
    expect({ type, engines }).toEqual({ type: 'module', engines: { node: '>=20.19' } })
    expect(sideEffects).toEqual([`./${bin.atmqtt}`, './dist/cli/main.js'])
  })

  test('what only one part needs is an optional peer', () => {
    const { peerDependencies, peerDependenciesMeta, dependencies, optionalDependencies } = manifest
    const peers = Object.keys(peerDependencies)
    expect(Object.keys(peerDependenciesMeta)).toEqual(peers)
    for (const peer of peers) {
      expect(peerDependenciesMeta[peer]).toEqual({ optional: true })
      expect({ ...dependencies, ...optionalDependencies }).not.toHaveProperty(peer)
    }
  })

  test('the pytest plugin is packed, its tests are not', () => {
    const python = (manifest.files as string[]).filter((path) => path.startsWith('python/'))
    expect(python).toContain('python/atmqtt_pytest/*.py')
    for (const path of python.filter((each) => !each.includes('*'))) expect(existsSync(join(root, path))).toBe(true)
    expect(python.some((path) => path.includes('tests'))).toBe(false)
  })
})

test('no page says how to get atmqtt without what takes its place until it is on the registry', () => {
  for (const page of ['README.md', 'docs/guide/firmware-in-ci.md', 'docs/guide/pytest.md']) {
    const text = readFileSync(join(root, page), 'utf8')
    expect(text).toContain('npm install --save-dev atmqtt')
    expect(text).toContain('npm install --save-dev git+https://github.com/OWNER/atmqtt.git')
  }
})

test('CI tries every part of the package', () => {
  const text = readFileSync(join(root, '.ci', 'run'), 'utf8')
  const parts = [...text.matchAll(/^npm run package -- (.*)$/gm)].flatMap(([, names]) => names!.split(' '))
  const files = readdirSync(join(root, 'tools', 'package')).filter((name) => name.endsWith('.test.ts'))
  expect(files.length).toBeGreaterThan(8)
  // As Vitest takes them: each stands for the files in whose names it is.
  for (const file of files) expect(parts.some((part) => file.includes(part))).toBe(true)
  expect(parts).toEqual(expect.arrayContaining(['start', 'testing', 'pytest', 'c-host', '22', '24']))
})
