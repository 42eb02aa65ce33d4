import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundleViolations } from './browser-bundle.ts'

let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'atmqtt-bundle-'))
})
afterAll(() => rmSync(root, { recursive: true }))

const violations = (text: string, other = ''): Promise<readonly string[]> => {
  writeFileSync(join(root, 'entry.ts'), text)
  writeFileSync(join(root, 'other.ts'), other)
  return bundleViolations(root, 'entry.ts')
}

test.each([
  ["export { connect } from 'node:net'", '', 'imports node:net'],
  ["export { a } from './other.ts'", "import { isIP } from 'net'\nexport const a = isIP('1')", 'imports net'],
  [
    "export const a = async () => (await import('./other.ts')).a",
    "export { connect as a } from 'node:net'",
    'imports node:net',
  ],
  ['export const a = process.env.HOME', '', 'uses process'],
  ["export { a } from './other.ts'", 'export const a = (b: string) => Buffer.from(b)', 'uses Buffer'],
])('what a bundle wants of Node is found: %s %s', async (text, other, what) => {
  expect(await violations(text, other)).toEqual([`entry.ts, bundled for a browser, ${what}`])
})

test.each([
  ["import type { Socket } from 'node:net'\nexport const a = (b: Socket) => b", ''],
  ['/* process.env */ export const a = "Buffer"', ''],
])('what is not in the bundle is no matter: %s %s', async (text, other) => {
  expect(await violations(text, other)).toEqual([])
})

test('an entry that is not there is found', async () => {
  expect(await bundleViolations(root, 'gone.ts')).toEqual(['gone.ts is to be bundled for a browser and is not there'])
})
