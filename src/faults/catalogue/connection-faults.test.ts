import { isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isNumericAddress } from './connection-faults.ts'

const ipv6 = fc.oneof(
  fc.ipV6(),
  fc.constantFrom('::', '::1', '::ffff:127.0.0.1', 'fe80::1%eth0', '1::2::3', ':::', '1:2'),
)
const hosts = fc.oneof(fc.ipV4(), ipv6, fc.domain(), fc.stringMatching(/^[\da-f.:%]{0,12}$/))

describe('dns-failure asks whether a host is an address', () => {
  test('agrees with net.isIP', () => {
    fc.assert(
      fc.property(hosts, (host) => {
        expect(isNumericAddress(host), host).toBe(isIP(host) !== 0)
      }),
    )
  })

  test.each(['', '1.2.3', '1.2.3.256', '01.2.3.4', '1.2.3.4 ', 'localhost', '[::1]', '::1%', 'broker.example'])(
    '%j is none',
    (host) => expect(isNumericAddress(host)).toBe(false),
  )
})
