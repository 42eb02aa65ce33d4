import { describe, expect, test } from 'vitest'
import { hasCheckDigit, isImei, withCheckDigit } from './check-digit.ts'

describe('check digits', () => {
  test.each([
    ['490154203237518', true],
    ['490154203237517', false],
    ['79927398713', true],
    ['0', true],
    ['18', true],
    ['', false],
    ['x490154203237518', false],
    ['490154203237518x', false],
  ])('%j: %j', (text, right) => {
    expect(hasCheckDigit(text)).toBe(right)
  })

  test.each(['49015420323751', '7992739871', '0000', '1'])('%s gets one, from 0 to 9', (body) => {
    expect(withCheckDigit(body)).toMatch(new RegExp(`^${body}\\d$`))
    expect(hasCheckDigit(withCheckDigit(body))).toBe(true)
  })

  test('an IMEI has 15 digits, the last a check digit', () => {
    expect(isImei('490154203237518')).toBe(true)
    expect(isImei('490154203237517')).toBe(false)
    expect(isImei('79927398713')).toBe(false)
  })
})
