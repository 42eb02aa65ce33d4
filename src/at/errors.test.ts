import { expect, test } from 'vitest'
import { cmeErrors, cmeErrorsA76xx } from './errors.ts'
import { profiles } from './profiles/profiles.ts'

test('the words of the manuals, misspelt as they are [cme-3]', () => {
  expect(Object.keys(cmeErrors)).toHaveLength(75)
  expect(cmeErrors).toMatchObject({
    3: 'operation not allowed',
    10: 'SIM not inserted',
    24: 'text str too long',
    30: 'no nw service',
    50: 'Incorrect parameters',
    127: 'Mission or unknown APN',
    537: 'Back off timer is running',
  })
  expect(cmeErrorsA76xx).toMatchObject({
    0: 'phone failure',
    2: 'phone adaptor link reserved',
    10: 'SIM not inserted',
    30: 'no network service',
    103: 'Illegal MESSAGE',
    151: 'AT command timeout',
  })
})

test('what the A76XX does not have: 0 is its own, nothing above 151', () => {
  expect(cmeErrors).not.toHaveProperty('0')
  for (const code of [127, 129, 171, 302, 311, 521, 532]) expect(cmeErrorsA76xx).not.toHaveProperty(String(code))
})

test('every family has a word for what its own numbers become', () => {
  for (const { cme } of Object.values(profiles)) expect(cme[100]).toBe('unknown error')
})
