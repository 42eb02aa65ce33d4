import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { sharedNames } from './exported-names.ts'
import { findingsOf } from './laws.ts'
import { readSources } from './source.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const all = readSources(root)

test('the sources keep the laws of the architecture', { timeout: 240_000 }, async () => {
  expect(Object.values(await findingsOf(root, all)).flat()).toEqual([])
})

test('no import is overlooked: every source with the word import or from in front of a path gives one', () => {
  expect(all.length).toBeGreaterThan(50)
  for (const { path, text, imports } of all) {
    const lines = text.split('\n').filter((line) => /^(import\b|\} from)/.test(line) && /['"]/.test(line))
    expect([path, imports.length >= lines.length]).toEqual([path, true])
  }
})

test('at most five names are exported by two files, each for a reason', () => {
  expect(Object.keys(sharedNames).length).toBeLessThanOrEqual(5)
  for (const reason of Object.values(sharedNames)) expect(reason).toMatch(/\w+ \w+ \w+/)
})
