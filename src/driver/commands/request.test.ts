import { expect, test } from 'vitest'
import { profiles } from '../../at/profiles/profiles.ts'
import { tablesOf } from './request.ts'

test('modems of the same firmware share definitions, also where each was asked for its forms itself; another firmware has its own', () => {
  const [one, other] = [profiles.sim767x!, profiles.sim7600!]
  const asked = structuredClone(one)
  for (const group of ['general', 'mqtt', 'tls'] as const) expect(tablesOf(asked)[group]).toBe(tablesOf(one)[group])
  expect(tablesOf(other).mqtt).not.toBe(tablesOf(one).mqtt)
})
