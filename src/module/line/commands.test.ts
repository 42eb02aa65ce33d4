import { describe, expect, test } from 'vitest'
import { ERROR, OK, okThen, PROMPT, pureModule, refused, said } from '../../../test/support/pure-module.ts'

describe('several commands on a line', () => {
  test.each([
    ['AT+CMEE?;+CGATT?', `${said('+CMEE: 2')}${said('+CGATT: 1')}${OK}`],
    ['at+cmee?;+cgatt?;', `${said('+CMEE: 2')}${said('+CGATT: 1')}${OK}`],
    ['ATE0+CMEE?', `${said('+CMEE: 2')}${OK}`],
    ['ATE0;+CMEE?', `${said('+CMEE: 2')}${OK}`],
    ['AT+CMEE?;+NONSENSE;+CGATT?', `${said('+CMEE: 2')}${ERROR}`],
    ['AT+CMEE=1;+CMEE=7;+CMEE=0', ERROR],
    ['AT+CMEE?;;+CGATT?', `${said('+CMEE: 2')}${ERROR}`],
  ])('%s', (line, answer) => {
    expect(pureModule().type(`${line}\r`)).toBe(answer)
  })

  test('the first failure ends the line: what stood before it was run, what follows was not [line-44]', () => {
    const m = pureModule()
    m.at('+CMEE=1;+NONSENSE;+CMEE=0')
    expect(m.at('+CMEE?')).toBe(`${said('+CMEE: 1')}${OK}`)
  })

  test('deferred results follow in order behind the one OK [line-45]', () => {
    const m = pureModule().connected()
    m.prompted('+CMQTTTOPIC=0,1', 't')
    expect(m.at('+CMQTTPUB=0,0,60;+CMQTTDISC=0,0;+CMQTTREL=0;+CMQTTSTOP')).toBe(
      `${OK}${said('+CMQTTPUB: 0,0')}${said('+CMQTTDISC: 0,0')}${said('+CMQTTSTOP: 0')}`,
    )
  })

  test('a failure behind deferred results does not swallow them', () => {
    expect(pureModule().at('+CMQTTSTART;+NONSENSE')).toBe(`${ERROR}${said('+CMQTTSTART: 0')}`)
  })

  test('a form with a prompt may only stand last [line-48]', () => {
    const m = pureModule().acquired()
    expect(m.at('+CMQTTTOPIC=0,1;+CMEE?')).toBe(ERROR)
    expect(m.at('+CMEE?;+CMQTTTOPIC=0,1')).toBe(`${said('+CMEE: 2')}${PROMPT}`)
    expect(m.type('x')).toBe(OK)
    expect(m.prompted('+CMQTTTOPIC=0,1;', 'x')).toBe(PROMPT + OK)
  })

  test('; and , inside quotes do not separate', () => {
    const m = pureModule()
    m.at('+CMQTTSTART')
    expect(m.at('+CMQTTACCQ=0,"a;b,c",0;+CMEE?')).toBe(`${said('+CMEE: 2')}${OK}`)
    expect(m.at('+CMQTTACCQ?')).toBe(`\r\n+CMQTTACCQ: 0,"a;b,c",0\r\n+CMQTTACCQ: 1,"",0\r\n${OK}`)
  })
})

describe('the longest line', () => {
  const line = (length: number) => `AT+CMEE=1${' '.repeat(length - 7)}`

  test('may have 3071 characters behind AT [line-50]', () => {
    const m = pureModule()
    expect(line(3071)).toHaveLength(2 + 3071)
    expect(m.type(`${line(3071)}\r`)).toBe(OK)
    expect(m.at('+CMEE?')).toBe(`${said('+CMEE: 1')}${OK}`)
  })

  test.each([3072, 10_000])('of %i is ERROR with nothing run [line-50]', (length) => {
    const m = pureModule()
    expect(m.type(line(length))).toBe('')
    expect(m.state.lines[0]!.scan.partial.length).toBeLessThanOrEqual(3073)
    expect(m.type('\r')).toBe(ERROR)
    expect(m.at('+CMEE?')).toBe(`${said('+CMEE: 2')}${OK}`)
  })

  test('is not rescued by backspaces [line-51]', () => {
    const m = pureModule()
    expect(m.type(`${line(3072)}${'\b'.repeat(3072 - 7)}\r`)).toBe(ERROR)
    expect(m.type(`${line(3071)}${'\b'.repeat(3071 - 7)}\r`)).toBe(OK)
  })

  test('of garbage gets no answer', () => {
    expect(pureModule().type(`${'x'.repeat(5000)}\r`)).toBe('')
  })
})

describe('parameters', () => {
  const accept = (typed: string) => {
    const m = pureModule()
    m.at('+CMQTTSTART')
    return [m.at(typed), m.at('+CMQTTACCQ?').split('\r\n')[1]]
  }
  test.each([
    ['+CMQTTACCQ=0,"abc",1', '+CMQTTACCQ: 0,"abc",1'],
    ['+cmqttaccq=0,"abc",1', '+CMQTTACCQ: 0,"abc",1'],
    [' + CMQTTACCQ=0', undefined],
    [' +CMQTTACCQ = 0 , "abc" , 1 ', '+CMQTTACCQ: 0,"abc",1'],
    ['+CMQTTACCQ=0," a c "', '+CMQTTACCQ: 0," a c ",0'],
    ['+CMQTTACCQ=0,abc', '+CMQTTACCQ: 0,"abc",0'],
    ['+CMQTTACCQ=0, a c ,1', '+CMQTTACCQ: 0,"a c",1'],
    ['+CMQTTACCQ=0,"a\\22b"', '+CMQTTACCQ: 0,"a\\22b",0'],
    ['+CMQTTACCQ=0,"\xff\x01"', '+CMQTTACCQ: 0,"\xff\x01",0'],
    ['+CMQTTACCQ=0,"abc",', '+CMQTTACCQ: 0,"abc",0'],
    ['+CMQTTACCQ=00,"abc"', '+CMQTTACCQ: 0,"abc",0'],
    ['+CMQTTACCQ="0","abc"', undefined],
    ['+CMQTTACCQ=0,"abc","1"', undefined],
    ['+CMQTTACCQ=0,"a"b"', undefined],
    ['+CMQTTACCQ=0,a"b', undefined],
    ['+CMQTTACCQ=0,"abc', undefined],
    ['+CMQTTACCQ=0,"abc",0,', undefined],
    ['+CMQTTACCQ=0,"abc",0,1', undefined],
    ['+CMQTTACCQ=0,""', undefined],
    ['+CMQTTACCQ=0,', undefined],
    ['+CMQTTACCQ=,"abc"', undefined],
    ['+CMQTTACCQ=', undefined],
    ['+CMQTTACCQ=-0,"abc"', undefined],
    ['+CMQTTACCQ=+0,"abc"', undefined],
    ['+CMQTTACCQ=0x0,"abc"', undefined],
    ['+CMQTTACCQ=0.0,"abc"', undefined],
    ['+CMQTTACCQ', undefined],
    ['+CMQTTACCQ=?x', undefined],
    ['+CMQTTACCQ?x', undefined],
  ])('AT%s', (typed, row) => {
    expect(accept(typed)).toEqual(row === undefined ? [ERROR, '+CMQTTACCQ: 0,"",0'] : [OK, row])
  })

  test.each([
    '+CMQTTSUB=0,9',
    '+CMQTTUNSUB=0,9',
    '+CMQTTSUB=0,1,1,0,0',
    '+CMQTTSUB=0,,1',
    '+CMQTTSUB=0,1,',
    '+CMQTTUNSUB=0,1,0,0',
  ])('%s is ERROR', (typed) => {
    expect(pureModule().connected().at(typed)).toBe(ERROR)
  })

  test.each([
    ['+CMQTTSUB=0', 'SUB'],
    ['+CMQTTSUB=0,', 'SUB'],
    ['+CMQTTSUB=0,1', 'SUB'],
    ['+CMQTTUNSUB=0', 'UNSUB'],
    ['+CMQTTUNSUB=0,', 'UNSUB'],
    ['+CMQTTUNSUB=0,1', 'UNSUB'],
  ])('%s is a short form with nothing staged: nothing is sent [pub-11 line-59]', (typed, name) => {
    const m = pureModule().connected()
    expect(m.at(typed)).toBe(okThen(`+CMQTT${name}: 0,0`))
    expect(m.sent()).toEqual([])
  })

  test.each(['+CMQTTSUB=0,1,0,', '+CMQTTUNSUB=0,1,', '+CMQTTSUB=0,1,0', '+CMQTTUNSUB=0,1,0'])(
    '%s: an empty optional parameter takes its default [line-57]',
    (typed) => expect(pureModule().connected().at(typed)).toBe(PROMPT),
  )

  test.each(['60', '60,', '60,,', '60,,"u"', '60,0,"u","p"', '60,,u,p'])(
    'CONNECT …,%s is accepted [line-57]',
    (rest) => {
      const m = pureModule().acquired()
      expect(m.at(`+CMQTTCONNECT=0,"tcp://a.bc",${rest}`)).toBe(OK)
    },
  )
})

describe('errors', () => {
  test.each(['=0', '=1', '=2'])(
    'syntax, range and unknown commands are a bare ERROR, +CMEE%s [line-60 line-61]',
    (level) => {
      const m = pureModule()
      m.at(`+CMEE${level}`)
      for (const bad of ['+NONSENSE', '+CMEE=3', '+CMEE="1"', '+CMQTTACCQ=0,"a"', '!', '+', '+CMQTTREL=2', '&', '1'])
        expect(m.at(bad)).toBe(ERROR)
      m.at('+CMQTTSTART')
      expect(m.at('+CMQTTREL=0')).toBe(refused('+CMQTTREL: 0,20'))
    },
  )

  test.each([
    ['=0', ERROR],
    ['=1', said('+CME ERROR: 30')],
    ['=2', said('+CME ERROR: no nw service')],
  ])('+CME ERROR belongs to network commands: +CMEE%s [cme-1 line-61]', (level, answer) => {
    const m = pureModule()
    m.at(`+CMEE${level}`)
    m.input({ type: 'network', coverage: 'down' })
    expect(m.at('+CGACT=1,1')).toBe(answer)
  })
})
