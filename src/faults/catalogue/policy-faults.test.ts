import { expect, test } from 'vitest'
import { isCovered } from './policy-faults.ts'

test.each([
  ['denied/a', 'denied/#', true],
  ['denied/a/b', 'denied/#', true],
  ['denied', 'denied/#', true],
  ['denied/#', 'denied/#', true],
  ['deniedx', 'denied/#', false],
  ['other/a', 'denied/#', false],
  ['a/b/c', 'a/+/c', true],
  ['a/+/c', 'a/+/c', true],
  ['a/b', 'a/+/c', false],
  ['a/b/c/d', 'a/+/c', false],
  ['a', 'a', true],
  ['b', 'a', false],
  ['anything/at all', '#', true],
])('%s is of %s: %s', (topic, filter, expected) => {
  expect(isCovered(topic, filter)).toBe(expected)
})
