import { isIP } from 'node:net'
import { expect, test } from 'vitest'
import { isIpAddress } from './silenceable-dialer.ts'

test.each([
  '1.2.3.4',
  '0.0.0.0',
  '255.255.255.255',
  '256.1.1.1',
  '01.2.3.4',
  '1.2.3',
  '1.2.3.4.5',
  '1.2.3.4.',
  '',
  'a.b.c.d',
  'broker.example.com',
  'localhost',
  '::1',
  'fe80::1:2',
  '::ffff:1.2.3.4',
  'abc',
])('an address is told from a name as Node does it: %j', (host) => {
  expect(isIpAddress(host)).toBe(isIP(host) !== 0)
})
