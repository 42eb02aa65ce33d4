import { beforeAll, describe, expect, test } from 'vitest'
import { lineageOf, profiles } from '../../src/at/profiles/profiles.ts'
import type { Case } from '../../src/transcript/language/cases.ts'
import type { CaseResult } from '../../src/transcript/player/run.ts'
import { ownSuite, playUnits, suiteTarget } from '../support/conformance/suite-target.ts'
import { tagOf } from '../support/requirements/requirements.ts'

const placeOf = ({ fileName, line }: Case): string => `${fileName.replace(/^.*[\\/]/, '')}:${line}`

const countOf = (profile: string): number => ownSuite(profile).units.flatMap(({ cases }) => cases).length

/** Why a profile does not play the transcripts of the one that it extends: it plays those that name it. */
const reasons: Readonly<Record<string, string>> = {
  sim767x: 'it extends none',
  'sim767x-v106': 'the examples of the note print lines that V1.06 prints otherwise',
  a76xx: 'another family: prompt, boot lines, ranges and codes are others',
  sim7600: 'another family: prompt, boot lines, ranges and codes are others',
}

test.each(Object.keys(profiles))(
  '%s plays no fewer cases than the profile that it extends, or a reason is stated',
  (profile) => {
    const [, base] = lineageOf(profile)
    if (base === undefined) expect(Object.keys(reasons)).toContain(profile)
    else expect(countOf(profile)).toBeGreaterThanOrEqual(countOf(base))
  },
)

/** The suite as `atmqtt conformance` plays it: every case passes, and none is skipped. */
describe.each(Object.keys(profiles))('%s in memory', (profile) => {
  const { units } = ownSuite(profile)
  const cases = units.flatMap((unit) => unit.cases)
  const results = new Map<string, CaseResult>()
  beforeAll(async () => {
    const target = await suiteTarget(profile)
    try {
      for (const result of await playUnits(target, units)) results.set(placeOf(result), result)
    } finally {
      await target.close()
    }
  }, 180_000)

  test('has its cases', () => {
    expect(cases.length).toBeGreaterThan(200)
    expect(results.size).toBe(cases.length)
  })

  test.each(cases.map((one) => [`${placeOf(one)} ${one.title}${tagOf(one.shows)}`, one] as const))('%s', (_, one) => {
    expect(results.get(placeOf(one))?.outcome).toEqual({ kind: 'passed' })
  })
})
