import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeFolder } from './make-folder.ts'

let base: string
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'atmqtt-make-'))
})
afterAll(() => rmSync(base, { recursive: true }))

test('makes all that are missing, for their owner only, and finds what is there', () => {
  const path = join(base, 'a', 'b', 'c')
  for (let time = 0; time < 2; time++) makeFolder(path)
  for (const made of [path, join(base, 'a', 'b'), join(base, 'a')]) expect(statSync(made).mode & 0o777).toBe(0o700)
  symlinkSync(path, join(base, 'linked'))
  makeFolder(join(base, 'linked', 'd'))
  expect(existsSync(join(path, 'd'))).toBe(true)
})

test('a file in the way is an error', () => {
  writeFileSync(join(base, 'file'), '')
  expect(() => makeFolder(join(base, 'file'))).toThrow(/EEXIST/)
  expect(() => makeFolder(join(base, 'file', 'a', 'b'))).toThrow(
    `EEXIST: file already exists, mkdir '${join(base, 'file')}'`,
  )
  symlinkSync('nowhere', join(base, 'dangling'))
  expect(() => makeFolder(join(base, 'dangling'))).toThrow(/EEXIST/)
})

test.skipIf(!existsSync('/proc/self'))('where no folder can be made it gives up at once', () => {
  expect(() => makeFolder('/proc/atmqtt/state')).toThrow(/ENOENT/)
})
