import { expect, test } from 'vitest'
import { isForProfile } from './conditions.ts'

test.each<[string, readonly string[], boolean]>([
  ['a7670c-v11', [], true],
  ['a7670c-v11', ['a76xx'], true],
  ['a7670c-v11', ['sim7600'], false],
  ['a7670c-v11', ['a76xx', '!a7670c-v11'], false],
  ['a76xx', ['a76xx', '!a7670c-v11'], true],
  ['a76xx', ['a7670c-v11'], false],
  ['a7670c-v11', ['!a76xx'], false],
  ['sim7600', ['!a76xx'], true],
  ['of-its-own', ['!a76xx'], true],
  ['of-its-own', ['a76xx'], false],
])('%s, @profile %j: %s', (profile, profiles, expected) => {
  expect(isForProfile(profile, { profiles })).toBe(expected)
})
