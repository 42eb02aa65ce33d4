import { expect, test } from 'vitest'
import { OK, pureModule, said } from '../../../test/support/pure-module.ts'
import { profiles } from '../../at/public.ts'
import { hasCheckDigit, withCheckDigit } from '../../at/syntax/check-digit.ts'
import { identityFromSeed } from './identity.ts'

test('check digits, by numbers of real modules and cards', () => {
  expect(withCheckDigit('35739601218317')).toBe('357396012183175')
  expect(withCheckDigit('8986031876023861093')).toBe('89860318760238610932')
  expect(hasCheckDigit('357396012183174')).toBe(false)
})

test.each(Object.values(profiles))('the identity of $name is well formed', ({ identity }) => {
  expect([identity.imei.length, identity.imsi.length, identity.iccid.length]).toEqual([15, 15, 20])
  expect([hasCheckDigit(identity.imei), hasCheckDigit(identity.iccid)]).toEqual([true, true])
})

test('a fleet of 20,000 has 20,000 identities, the same each time', () => {
  const fleet = Array.from({ length: 20_000 }, (_, seed) => identityFromSeed(seed))
  for (const key of ['imei', 'imsi', 'iccid'] as const) {
    expect(new Set(fleet.map((identity) => identity[key])).size).toBe(fleet.length)
    for (const identity of fleet) if (key !== 'imsi' && !hasCheckDigit(identity[key])) throw new Error(identity[key])
  }
  expect(fleet.every(({ imei, imsi, iccid }) => imei.length === 15 && imsi.length === 15 && iccid.length === 20)).toBe(
    true,
  )
  expect(identityFromSeed(7)).toEqual(fleet[7])
})

test('a configured identity is the one that all commands show', () => {
  const m = pureModule({ identity: { ...identityFromSeed(1), model: 'SIM7652E', revision: 'R1' } })
  const { imei, imsi, iccid } = identityFromSeed(1)
  expect(m.at('+CGSN')).toBe(said(imei) + OK)
  expect(m.at('I')).toContain(`Model: SIM7652E\r\nRevision: R1\r\nIMEI: ${imei}`)
  expect(m.at('+CGMM;+CGMR;+CIMI;+CICCID')).toBe(
    ['SIM7652E', '+CGMR: R1', imsi, `+ICCID: ${iccid}`].map(said).join('') + OK,
  )
})

test('an IMEI that was written outlives a reset [device-12]', () => {
  const m = pureModule()
  expect(m.at('+SIMEI=357396012183175')).toBe(OK)
  m.input({ type: 'reset' }).type('ATE0\r')
  expect(m.at('+CGSN')).toBe(said('357396012183175') + OK)
})
