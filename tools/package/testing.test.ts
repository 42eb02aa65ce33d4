import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { folderWith, installed, start } from './installed.ts'

/** The guide of the installed package. */
const guide = readFileSync(join(installed, 'node_modules', 'atmqtt', 'docs', 'guide', 'tests-in-memory.md'), 'utf8')
const block = (language: string) => new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(guide)![1]!

test('the test of the guide runs in Vitest: at most 15 lines, with a fault and in virtual time', () => {
  const lines = block('ts').trimEnd().split('\n')
  expect(lines.length).toBeLessThanOrEqual(15)
  expect(block('ts')).toMatch(/rig\.fault\(.*[\s\S]*rig\.until\(/)
  const folder = folderWith({ 'first.test.ts': block('ts') })
  const { code, out } = start('npx', ['vitest', 'run', '--root', folder], folder)
  expect([code, out]).toEqual([0, expect.stringContaining('1 passed')])
})

test('the test of the guide runs in the test runner of Node', () => {
  const folder = folderWith({ 'first.test.mjs': block('js') })
  const { code, out } = start('node', ['--test', '--test-reporter=tap', 'first.test.mjs'], folder)
  expect([code, out]).toEqual([0, expect.stringContaining('# pass 1')])
})
