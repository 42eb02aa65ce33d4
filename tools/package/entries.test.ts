import { describe, expect, test } from 'vitest'
import { entries, folderWith, start } from './installed.ts'

const names = JSON.stringify(entries)

test('every entry is there for import and for require', () => {
  const folder = folderWith({
    'import.mjs': `for (const name of ${names}) console.log(name, Object.keys(await import(name)).sort().join())`,
    'require.cjs': `for (const name of ${names}) console.log(name, Object.keys(require(name)).filter((key) => key !== '__esModule' && key !== 'module.exports').sort().join())`,
  })
  const [imported, required] = [
    start('node', ['import.mjs'], folder),
    start('node', ['--no-warnings', 'require.cjs'], folder),
  ]
  expect([imported.code, imported.err]).toEqual([0, ''])
  expect([required.code, required.err]).toEqual([0, ''])
  expect(imported.out.split('\n').filter(Boolean)).toHaveLength(entries.length)
  expect(required.out).toBe(imported.out)
})

describe('what is not exported', () => {
  test('has no way in', () => {
    const folder = folderWith({ 'a.mjs': "import 'atmqtt/dist/at/public.js'" })
    expect(start('node', ['a.mjs'], folder).err).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED')
  })
})
