import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { profiles } from '../../src/at/profiles/profiles.ts'
import type { SuiteTarget } from '../../src/cli/conformance/conformance-target.ts'
import type { CaseResult } from '../../src/transcript/player/run.ts'
import { type Break, breaks } from '../support/conformance/broken-modules.ts'
import { caseOf, playUnits, suiteTarget } from '../support/conformance/suite-target.ts'

const base = 'sim767x'
let sound: SuiteTarget
beforeAll(async () => {
  sound = await suiteTarget(base)
})
afterAll(() => sound.close())

const outcomes = (results: readonly CaseResult[]) => results.map(({ title, outcome }) => [title, outcome.kind])

/** The named case, played to the module that is broken in this way. */
async function playBroken({ file, title, change, profile }: Break): Promise<readonly CaseResult[]> {
  const units = [caseOf(base, file, title)]
  if (!profile) return playUnits(sound, units, change)
  const target = await suiteTarget(base, profile(profiles[base]!))
  try {
    return await playUnits(target, units, change)
  } finally {
    await target.close()
  }
}

test('there are more than 20 broken modules, each broken in its own way', () => {
  expect(breaks.length).toBeGreaterThan(20)
  expect(new Set(breaks.map(({ what }) => what)).size).toBe(breaks.length)
})

describe.each(breaks)('$what', (broken) => {
  const { file, title } = broken

  test(`fails in ${file}: ${title}`, async () => {
    expect(outcomes(await playUnits(sound, [caseOf(base, file, title)]))).toEqual([[title, 'passed']])
    expect(outcomes(await playBroken(broken))).toEqual([[title, 'failed']])
  })
})
