import { expect, test } from 'vitest'
import { ERROR, OK, type PureModule, pureModule, said } from '../../../test/support/pure-module.ts'
import { profiles } from '../../at/public.ts'

const epochMs = Date.UTC(2026, 10, 23, 22, 59, 30)
const clock = (m: PureModule): string | undefined => /"(.*)"/.exec(m.at('+CCLK?'))?.[1]

test('the network sets the clock at registration, as +CTZU says', () => {
  const m = pureModule({ epochMs })
  m.input({ type: 'radio', change: { zone: 8 } }).advance(1000)
  expect(clock(m)).toBe('26/11/23,22:59:31+00')
  m.at('+CTZU=3')
  m.at('+CFUN=4')
  m.at('+CFUN=1')
  expect(clock(m.advance(60_000))).toBe('26/11/24,01:00:31+08')
})

test('a clock that nobody sets begins in 2014, without a zone, and is lost without power [device-14]', () => {
  const m = pureModule({ epochMs, profile: profiles.a76xx! }).advance(5000)
  expect(clock(m)).toBe('14/01/01,00:00:05')
  expect(m.at('+CCLK="26/02/28,23:59:59-20"')).toBe(OK)
  expect(clock(m.advance(1000))).toBe('26/03/01,00:00:00-20')
  m.at('+CRESET')
  m.type('ATE0\r')
  expect(clock(m)).toBe('26/03/01,00:00:00')
  m.input({ type: 'power', on: false }).advance(1000).input({ type: 'power', on: true }).type('ATE0\r')
  expect(clock(m)).toBe('14/01/01,00:00:00')
})

test.each([
  ['26/02/28,23:00:00', '2026-02-28T23:00:00Z'],
  ['26/02/28,23:00:00-20', '2026-03-01T04:00:00Z'],
  ['26/02/28,23:00:00+08', '2026-02-28T21:00:00Z'],
])('TLS takes its date from the clock: %s is %s', (shown, utc) => {
  const m = pureModule()
  m.at(`+CCLK="${shown}"`)
  m.at('+CMQTTSTART;+CMQTTACCQ=0,"me",1')
  m.at('+CMQTTCONNECT=0,"tcp://server",60')
  expect(m.dialled[0]?.localTime).toBe(Date.parse(utc))
})

test.each(['26/13/01,00:00:00+00', '26/01/01,24:00:00+00', '26/01/01,00:00:00+97', '26-01-01,00:00:00+00'])(
  'no time: %s',
  (time) => expect(pureModule().at(`+CCLK="${time}"`)).toBe(ERROR),
)

test.each([
  ['sim767x', 1, '+CTZV: -20'],
  ['sim767x', 3, '+CTZEU: -20,0,"2026/11/23,22:59:30"'],
  ['a76xx', 1, '+CTZV: -20,26/11/23,22:59:30,0'],
])('%s with +CTZR=%i', (name, n, report) => {
  const m = pureModule({ epochMs, profile: profiles[name]! })
  m.input({ type: 'radio', change: { zone: -20 } })
  m.at(`+CTZR=${n}`)
  m.at('+COPS=2')
  expect(m.at('+COPS=0')).toContain(OK + said(report))
})
