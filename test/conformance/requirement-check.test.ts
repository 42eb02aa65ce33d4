import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { Requirement } from '../../src/conformance/requirements.ts'
import { type RunTest, unshown } from '../support/requirements/requirement-check.ts'
import { idsIn, requirements, tagOf, withoutTags } from '../support/requirements/requirements.ts'

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const wanted: Requirement = { id: 'some-1', section: '§1', sentence: 'It does.', evidence: ['E'], source: 'our choice' }
const sentence = 'No passed test shows requirement some-1 (§1): It does.'
const left = 'Requirement some-1 is not shown here: its tests were skipped.'
const run = (about: Partial<RunTest>): RunTest => ({
  title: `a${tagOf(['some-1'])}`,
  state: 'passed',
  assertions: 1,
  ...about,
})

describe('requirements that no test shows are named', () => {
  test.each<[string, readonly RunTest[], boolean, readonly string[], readonly string[]]>([
    ['shown', [run({})], true, [], []],
    ['no test at all', [], false, [sentence], []],
    ['shown by another', [run({ state: 'failed' }), run({})], true, [], []],
    ['failed', [run({ state: 'failed' })], false, [sentence], []],
    ['empty', [run({ assertions: 0 })], false, [sentence], []],
    ['skipped', [run({ state: 'skipped' })], true, [sentence], []],
    ['skipped, and nobody expects all servers here', [run({ state: 'skipped' })], false, [], [left]],
    ['another ID', [run({ title: `a${tagOf(['some-10'])}` })], true, [sentence], []],
  ])('%s', (_, tests, ci, missing, skipped) => {
    expect(unshown([wanted], tests, ci)).toEqual({ missing, skipped })
  })
})

test('IDs stand in brackets, several with blanks between; other brackets are text', () => {
  const title = `a > ${['b [,(0-1)] [0-9]', tagOf(['some-1', '2.2.13-r4'])].join('')} > c${tagOf(['other-2'])}`
  expect(idsIn(title)).toEqual(['some-1', '2.2.13-r4', 'other-2'])
  expect(withoutTags(`a b${tagOf(['some-1'])}`)).toBe('a b')
})

test('every requirement has an ID of its own', () => {
  const ids = requirements().map(({ id }) => id)
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
  expect(ids.length).toBeGreaterThan(600)
})

describe('a run of a suite with planted requirements', () => {
  const vitest = (...args: readonly string[]) => {
    const env = { ...process.env, CI: '1' }
    const command = [
      path('../../node_modules/vitest/vitest.mjs'),
      'run',
      '--config',
      path('../support/run/planted/vitest.config.ts'),
    ]
    const { stdout, status } = spawnSync(process.execPath, [...command, ...args], { env, encoding: 'utf8' })
    return { lines: stdout.split('\n').filter(Boolean), status }
  }

  test('fails, and names each that is not shown', () => {
    const { lines, status } = vitest()
    expect(lines).toEqual([
      'No passed test shows requirement planted-2 (§0.1): No test shows it.',
      'No passed test shows requirement planted-3 (§0.1): Its test is skipped.',
      'No passed test shows requirement planted-4 (§0.1): Its test asserts nothing.',
      '4 passed, 3 failed, 1 skipped',
    ])
    expect(status).toBe(1)
  })

  test.each([
    [['two.planted.ts'], '1 passed, 0 failed, 0 skipped'],
    [['-t', 'passes'], '2 passed, 0 failed, 3 skipped'],
  ])('says nothing when a part of it is run: %j', (args, last) => {
    const { lines, status } = vitest(...args)
    expect([lines, status]).toEqual([[last], 0])
  })
})
