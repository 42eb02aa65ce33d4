import { expect, test } from 'vitest'
import { profiles } from '../src/at/commands/profiles.ts'
import { ownSuite, playUnits, suiteTarget } from './support/suite-target.ts'

test.each(Object.keys(profiles))(
  '%s in memory: every case passes, and none is skipped',
  { timeout: 120_000 },
  async (profile) => {
    const target = await suiteTarget(profile)
    try {
      const { units } = ownSuite(profile)
      const results = await playUnits(target, units)
      const others = results.filter(({ outcome }) => outcome.kind !== 'passed')
      expect(others.map(({ fileName, line, outcome }) => [fileName, line, outcome])).toEqual([])
      expect(results.length).toBe(units.reduce((sum, { cases }) => sum + cases.length, 0))
      expect(results.length).toBeGreaterThan(200)
    } finally {
      await target.close()
    }
  },
)
