import { describe, expect, test } from 'vitest'

test('passes [planted-1]', () => expect(1).toBe(1))
test.skip('is skipped [planted-3]', () => expect(1).toBe(1))
test('asserts nothing [planted-4]', () => {})
describe('around [planted-6]', () => {
  test('passes', () => expect(1).toBe(1))
})
