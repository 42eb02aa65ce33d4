import { describe, expect, test } from 'vitest'
import { ERROR, OK, okThen, type PureModule, pureModule, refused, said } from '../../../test/support/pure-module.ts'

const asked = (m: PureModule) => m.effects.filter((effect) => effect.type === 'lookup')
const resolved = (m: PureModule, lookup: number, ...addresses: string[]) =>
  m.input({ type: 'resolved', lookup, addresses }).got()

describe('+CDNSGIP asks for an address, and answers when it is there [firmware-3]', () => {
  test.each([
    [['192.0.2.7'], said('+CDNSGIP: 1,"broker.example","192.0.2.7"') + OK],
    [['2001:db8::7', '192.0.2.7'], said('+CDNSGIP: 1,"broker.example","192.0.2.7"') + OK],
    [['2001:db8::7'], said('+CDNSGIP: 1,"broker.example","2001:db8::7"') + OK],
    [[], refused('+CDNSGIP: 0,10')],
  ])('%j', (addresses, answer) => {
    const m = pureModule()
    expect(m.at('+CDNSGIP="broker.example"')).toBe('')
    expect(asked(m)).toEqual([{ type: 'lookup', lookup: 1, host: 'broker.example', timeoutMs: 10_000 }])
    expect(resolved(m, 1, ...addresses).replaceAll('\r\n\r\n', '\r\n')).toBe(answer.replaceAll('\r\n\r\n', '\r\n'))
    expect(m.state.cellular.sockets.lookups).toEqual([])
  })

  test('the rest of the line, and what is typed ahead, come afterwards', () => {
    const m = pureModule()
    m.at('+CDNSGIP="a.b";+CMEE?')
    expect(m.at('+CIPMODE?')).toBe('')
    const lines = resolved(m, 1, '192.0.2.7').split('\r\n')
    expect(lines.filter((line) => line !== '')).toEqual([
      '+CDNSGIP: 1,"a.b","192.0.2.7"',
      '+CMEE: 2',
      'OK',
      '+CIPMODE: 0',
      'OK',
    ])
  })

  test('without network nobody is asked', () => {
    const m = pureModule()
    m.at('+CFUN=4')
    expect(m.at('+CDNSGIP="a.b"').split('\r\n')).toContain('+CDNSGIP: 0,10')
    expect(asked(m)).toEqual([])
  })

  test('an answer that comes after a restart is nobody’s [firmware-6]', () => {
    const m = pureModule()
    m.at('+CDNSGIP="a.b"')
    m.input({ type: 'reset' }).got()
    m.at('E0')
    m.at('+CDNSGIP="c.d"')
    expect(resolved(m, 1, '192.0.2.1')).toBe('')
    expect(resolved(m, 2, '192.0.2.2')).toContain('"c.d","192.0.2.2"')
  })

  test('two lines ask at the same time, each gets its own answer', () => {
    const m = pureModule().attach(2)
    m.at('+CDNSGIP="one.example"')
    m.at('+CDNSGIP="two.example"', 2)
    m.input({ type: 'resolved', lookup: 2, addresses: ['192.0.2.2'] })
    expect(m.got()).toBe('')
    expect(m.got(2)).toContain('"two.example","192.0.2.2"')
    expect(resolved(m, 1, '192.0.2.1')).toContain('"one.example","192.0.2.1"')
  })
})

describe('+CPING [firmware-4]', () => {
  test('a host that resolves answers each echo', () => {
    const m = pureModule()
    expect(m.at('+CPING="a.b",1,2,32,1000,10000,64')).toBe(OK)
    const echo = said('+CPING: 1,192.0.2.7,32,42,64')
    expect(resolved(m, 1, '192.0.2.7')).toBe(echo + echo + said('+CPING: 3,2,2,0,42,42,42'))
  })
  test('one that does not answers none', () => {
    const m = pureModule()
    m.at('+CPING="a.b",1')
    expect(resolved(m, 1)).toBe(said('+CPING: 2').repeat(4) + said('+CPING: 3,4,0,4,0,0,0'))
  })
  test('at most 16 are under way', () => {
    const m = pureModule()
    const ping = () => m.at('+CPING="a.b",1,1')
    expect(Array.from({ length: 16 }, ping)).toEqual(Array(16).fill(OK))
    expect(ping()).toBe(ERROR)
    resolved(m, 1, '192.0.2.7')
    expect([ping(), ping()]).toEqual([OK, ERROR])
  })
  test('without network', () => {
    const m = pureModule().input({ type: 'network', coverage: 'silent' })
    expect(m.at('+CPING="a.b",1')).toBe(ERROR)
  })
})

describe('+CNTP sets the clock [firmware-5]', () => {
  test.each([
    ['', '26/01/01,00:00:00+00'],
    ['+CNTP="a.b",32', '26/01/01,08:00:00+32'],
    ['+CNTP="a.b",-20', '25/12/31,19:00:00-20'],
  ])('%s: %s', (setting, time) => {
    const m = pureModule({ epochMs: Date.UTC(2026, 0, 1) })
    m.at('+CCLK="14/01/01,00:00:00+00"')
    if (setting) m.at(setting)
    expect(m.at('+CNTP')).toBe(okThen('+CNTP: 0'))
    expect(m.at('+CCLK?')).toContain(`"${time}"`)
  })
  test('without network it stays', () => {
    const m = pureModule()
    m.at('+CFUN=4')
    m.at('+CCLK="14/01/01,00:00:00+00"')
    expect(m.at('+CNTP')).toBe(okThen('+CNTP: 4'))
    expect(m.at('+CCLK?')).toContain('"14/01/01,00:00:00+00"')
  })
})

describe('what is kept [firmware-2]', () => {
  test.each([
    ['+CMGF=1', '+CMGF?', '1', '0'],
    ['+CNMI=1,2', '+CNMI?', '1,2,0,0,0', '2,1,0,0,0'],
    ['+CATR=2', '+CATR?', '2', '0'],
    ['+CSCLK=1', '+CSCLK?', '1', '0'],
  ])('AT%s is read back, until a restart or AT&F', (write, read, set, first) => {
    for (const end of ['reset', '&F'] as const) {
      const m = pureModule()
      expect(m.at(write)).toBe(OK)
      expect(m.at(read)).toContain(`: ${set}\r`)
      if (end === '&F') m.at('&F')
      else m.input({ type: 'reset' })
      m.at('E0')
      expect(m.at(read)).toContain(`: ${first}\r`)
    }
  })
})

describe('S registers [firmware-7]', () => {
  test.each([
    ['S0=1S7=60V1X4', OK],
    ['S0?', said('000') + OK],
    ['S7?S0?', said('050') + said('000') + OK],
    ['s10 = 20', OK],
    ['S0=1;+CMEE?', said('+CMEE: 2') + OK],
    ['S0', ERROR],
    ['S0=', ERROR],
    ['S0=?', ERROR],
    ['S0=256', ERROR],
    ['S3=13S4=10S5=8', OK],
    ['S3=10', ERROR],
    ['S99=1', ERROR],
  ])('AT%s', (typed, answer) => {
    const plain = (text: string) => text.split('\r\n').filter((line) => line !== '')
    expect(plain(pureModule().at(typed))).toEqual(plain(answer))
  })
})

test.each([
  ['instant', 0],
  ['real', 9000],
] as const)('with %s timing, GNSS is ready after %i ms; it has no fix [firmware-9]', (timing, afterMs) => {
  const m = pureModule({ timing }).advance(60_000)
  m.got()
  const answer = m.at('+CGNSSPWR=1') + m.advance(100).got()
  const later = m.advance(afterMs).got()
  expect([answer, later].map((text) => text.includes('+CGNSSPWR: READY!'))).toEqual([afterMs === 0, afterMs > 0])
  expect(m.at('+CGNSSINFO') + m.advance(100).got()).toContain('+CGNSSINFO: ,,,,,,,,')
})
