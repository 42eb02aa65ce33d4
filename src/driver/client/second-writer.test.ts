import { expect, test } from 'vitest'
import { SecondWriter } from './second-writer.ts'

test('the warning of another program shows its command, but for the secrets of it', () => {
  const writer = new SecondWriter()
  const heard = () => writer.heard('echo', { text: 'AT+CPIN=48151623', address: '/dev/ttyUSB2', now: 0 })?.message
  expect([heard(), heard()]).toEqual([undefined, undefined])
  expect(heard()).toContain('such as "AT+CPIN=***"')
})
