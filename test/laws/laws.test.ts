import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { sharedNames } from './exported-names.ts'
import { type Findings, findingsOf } from './laws.ts'
import { compareOffenders, offenderList, readOffenders } from './offenders.ts'
import { readSources } from './source.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const all = readSources(root)

describe('the sources', () => {
  let findings: Findings
  beforeAll(async () => {
    findings = await findingsOf(root, all)
  })

  test('keep the laws of the architecture, but for the offenders on the list', () => {
    expect(compareOffenders(findings, readOffenders()).fresh).toEqual([])
  })

  test('no offender on the list is mended: its line goes', () => {
    expect(compareOffenders(findings, readOffenders()).mended).toEqual([])
  })
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

test('the list of offenders: a new one and a mended one are found, and what is printed is what is read', () => {
  const findings = { cycles: ['a → b'], world: [], names: ['x twice', 'y twice'] }
  expect(compareOffenders(findings, new Set(['a → b', 'x twice', 'gone']))).toEqual({
    fresh: ['y twice'],
    mended: ['gone'],
  })
  const lines = offenderList(findings)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  expect(compareOffenders(findings, new Set(lines))).toEqual({ fresh: [], mended: [] })
})
