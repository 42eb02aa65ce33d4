import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readWhole, readWholeText } from './read-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'atmqtt-read-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const path = (name: string): string => join(folder, name)

test('a file, an empty one, and one that is as long as it may be', () => {
  writeFileSync(path('a'), 'ä\0')
  writeFileSync(path('empty'), '')
  expect([...readWhole(path('a'))]).toEqual([0xc3, 0xa4, 0])
  expect(readWholeText(path('a'), 3)).toBe('ä\0')
  expect(readWhole(path('empty'))).toHaveLength(0)
  expect(() => readWhole(path('a'), 2)).toThrow(/^it has more than 2 bytes$/)
})

test('a folder, and nothing', () => {
  expect(() => readWhole(folder)).toThrow(/^it is a folder$/)
  expect(() => readWhole(path('none'))).toThrow(/ENOENT/)
})

test.skipIf(!existsSync('/dev/zero'))('an endless one', () => {
  expect(() => readWhole('/dev/zero', 100_000)).toThrow(/^it has more than 100000 bytes$/)
})

test.skipIf(process.platform === 'win32')('a pipe that nobody writes into is not waited for', () => {
  execFileSync('mkfifo', [path('pipe')])
  expect(() => readWhole(path('pipe'))).toThrow(/^nobody writes into this pipe$/)
})
