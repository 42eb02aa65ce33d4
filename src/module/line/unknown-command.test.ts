import { describe, expect, test } from 'vitest'
import { ERROR, OK, type PureModule, pureModule, said } from '../../../test/support/pure-module.ts'
import { profiles, type Replies } from '../../at/public.ts'

const replying = (replies: Replies): PureModule => pureModule({ profile: { ...profiles.sim767x!, replies } })
const warnings = (m: PureModule) => m.effects.filter((effect) => effect.type === 'log' && effect.level === 'warn')

const m7 = {
  'AT+CNMP=2': ['OK'],
  'AT+CNMP?': ['+CNMP: 2', '+CNMP: again', 'OK'],
  'AT+CNMP=*': ['+CME ERROR: 10'],
  'AT+CGNSSPWR=*': ['OK', { afterMs: 900, urc: '+CGNSSPWR: READY!' }],
  'AT+CMGS="A b"': ['ERROR'],
  ATX4: ['OK'],
  'ATS0=*': ['OK'],
  'ATD*99#': ['NO CARRIER'],
  'AT+C*': ['+CMS ERROR: 1'],
} as const satisfies Replies

describe('a command that the profile does not have is answered as the profile says', () => {
  test.each([
    ['+CNMP=2', OK],
    ['+cnmp = 2 ', OK],
    ['+CNMP?', `\r\n+CNMP: 2\r\n+CNMP: again\r\n${OK}`],
    ['+CNMP=38', said('+CME ERROR: 10')],
    ['+CNMP=?', said('+CME ERROR: 10')],
    ['+CNMP=', said('+CME ERROR: 10')],
    ['+CNMP="a;b"', said('+CME ERROR: 10')],
    ['+CNMP', said('+CMS ERROR: 1')],
    ['+CMGS="A b"', ERROR],
    ['+CMGS="a b"', said('+CMS ERROR: 1')],
    ['+CGNSSPWR=1', OK],
    ['X4', OK],
    ['x4E0', OK],
    ['X3', ERROR],
    ['S0=0', OK],
    ['S0=0;+CSQ', `${OK}`.replace(OK, `\r\n+CSQ: 23,0\r\n${OK}`)],
    ['D*99#', said('NO CARRIER')],
    ['+CNMP=2;+CNMP?;+CSQ', `\r\n+CNMP: 2\r\n+CNMP: again\r\n\r\n+CSQ: 23,0\r\n${OK}`],
    ['+CNMP=2;+CNMP=3;+CSQ', said('+CME ERROR: 10')],
    ['+CSQ;+CNMP=2;', `\r\n+CSQ: 23,0\r\n${OK}`],
    ['+CNMP=2;;+CSQ', ERROR],
  ])('AT%s', (typed, answer) => {
    const m = replying(m7)
    expect(m.at(typed)).toBe(answer)
    if (!typed.startsWith('X3')) expect(m.logged).toEqual([])
  })

  test('the exact key wins, then the longest with *, whatever their order', () => {
    const m = replying({ 'AT+*': ['1', 'OK'], 'AT+A*': ['2', 'OK'], 'AT+AB=*': ['3', 'OK'], 'AT+AB=1': ['4', 'OK'] })
    const answers = ['+B', '+AC', '+AB=2', '+AB=1'].map((typed) => m.at(typed).split('\r\n')[1])
    expect(answers).toEqual(['1', '2', '3', '4'])
  })

  test('a reply takes the place of a command whose replies are our choice, in all its forms [firmware-10]', () => {
    const m = replying({ 'AT+CBC': ['+CBC: 4.123V', 'OK'], 'AT+CNTP': ['ERROR'] })
    expect(m.at('+CBC')).toBe(`\r\n+CBC: 4.123V\r\n${OK}`)
    expect(m.at('+CBC=?')).toBe(ERROR)
    expect(m.at('+CNTP')).toBe(ERROR)
    expect(m.at('+CEER')).toContain('+CEER: ')
  })

  test('+CME ERROR of a reply stands as written, whatever +CMEE says', () => {
    const m = replying(m7)
    m.at('+CMEE=0')
    expect(m.at('+CNMP=5')).toBe(said('+CME ERROR: 10'))
  })

  test('a command that it has, and a form that it lacks, are not asked for', () => {
    const m = replying({ 'AT+CSQ': ['+CSQ: 1,1', 'OK'], 'AT+C*': ['OK'], 'AT*': ['OK'] })
    expect(m.at('+CSQ')).toBe(`\r\n+CSQ: 23,0\r\n${OK}`)
    for (const typed of ['+CSQ?', '+CSQ=1', '+CSQ=', '+CSQ="', '+CMQTTSTOP=9', '+CMQTTPUB=0,"'])
      expect([typed, m.at(typed)]).toEqual([typed, ERROR])
    expect(m.at('+FOO')).toBe(OK)
    expect(m.at('$QCPWRDN')).toBe(OK)
  })
})

describe('URCs that follow', () => {
  test('come at their time, in order, each once, framed, on every line', () => {
    const m = replying({ 'AT+A': ['OK', { afterMs: 900, urc: 'B' }, { afterMs: 100, urc: 'A' }] }).attach(2)
    m.at('+A')
    expect(m.advance(99).got()).toBe('')
    expect(m.advance(1).got()).toBe(said('A'))
    expect(m.advance(799).got()).toBe('')
    expect(m.advance(1).got()).toBe(said('B'))
    expect(m.got(2)).toBe(said('A') + said('B'))
    expect(m.advance(10_000).got()).toBe('')
  })
  test('0 ms: behind the final result', () => {
    const m = replying({ 'AT+A': ['OK', { afterMs: 0, urc: 'A' }] })
    expect(m.at('+A')).toBe(OK)
    expect(m.advance(0).got()).toBe(said('A'))
  })
  test('wait for an open prompt, and end with a reset', () => {
    const m = replying({ 'AT+A': ['OK', { afterMs: 100, urc: 'A' }] }).acquired()
    m.at('+A')
    m.at('+CMQTTTOPIC=0,1')
    expect(m.advance(500).got()).toBe('')
    expect(m.type('t')).toBe(OK + said('A'))
    m.at('+A')
    m.input({ type: 'reset' }).got()
    expect(m.advance(500).got()).not.toContain('\r\nA\r\n')
  })
  test('the state is JSON: a module goes on from its copy', () => {
    const m = replying({ 'AT+A': ['OK', { afterMs: 100, urc: 'A' }] })
    m.at('+A')
    expect(JSON.parse(JSON.stringify(m.state.schedule.urcs))).toEqual([{ at: 100, text: 'A' }])
  })
})

describe('one that neither knows: ERROR, and one warning a name that shows the line to add [line-62]', () => {
  const line = (key: string) => `put a line into a profile of your own: "replies": { "${key}": ["OK"] }`
  test.each([
    ['+CNMP=2', 'AT+CNMP=*'],
    ['+cnmp?', 'AT+CNMP?'],
    ['+CNMP=?', 'AT+CNMP=*'],
    ['+CNMP', 'AT+CNMP'],
    ['L2', 'ATL*'],
    ['S90=1', 'ATS90*'],
    ['&K3', 'AT&K*'],
    ['$QCPWRDN', 'AT$QCPWRDN*'],
    ['^SYSCFG=1', 'AT^SYSCFG*'],
  ])('AT%s', (typed, key) => {
    const m = pureModule()
    expect(m.at(typed)).toBe(ERROR)
    expect(warnings(m)).toHaveLength(1)
    expect(m.logged[0]).toContain(line(key))
    expect(m.logged[0]).toContain('is no command of the profile sim767x: it was answered ERROR.')
  })
  test.each(['D*99#', 'DT12345;', 'O', '+CMUX=0', '+CGDATA="PPP",1'])(
    "AT%s would switch the line into another mode: it can't be played, and nothing is proposed [firmware-8]",
    (typed) => {
      const m = pureModule()
      expect(m.at(typed)).toBe(ERROR)
      expect(m.logged).toEqual([
        expect.stringContaining("switches the line into another mode, which atmqtt can't play"),
      ])
      expect(m.logged[0]).not.toContain('replies')
    },
  )
  test.each(['+CIPOPEN=0,"TCP","a.b",80', '+CCHOPEN=0,"a.b",443', '+HTTPINIT', '+HTTPPARA="URL","x"', '+CCHSTART'])(
    "AT%s has connections of its own: it can't be played, and nothing is proposed [firmware-8]",
    (typed) => {
      const m = pureModule()
      expect(m.at(typed)).toBe(ERROR)
      expect(m.logged).toEqual([expect.stringContaining("which atmqtt can't play: it was answered ERROR")])
      expect(m.logged[0]).not.toContain('replies')
    },
  )
  test('a profile may answer one of them all the same', () => {
    const m = replying({ 'AT+CMUX=*': ['OK'] })
    expect(m.at('+CMUX=0')).toBe(OK)
    expect(m.logged).toEqual([])
  })
  test('once a name, not once a use', () => {
    const m = pureModule()
    for (const typed of ['+CNMP=2', '+CNMP?', '+cnmp=38', '+CNMP', '+COTHER']) m.at(typed)
    m.input({ type: 'reset' }).at('+CNMP=2')
    expect(m.logged).toHaveLength(2)
  })
  test('no value is in it: it may be a secret', () => {
    const m = pureModule()
    m.at('+CUSD=1,"1234","5678"')
    expect(JSON.stringify(m.effects)).not.toMatch(/1234|5678/)
    expect(m.logged).toHaveLength(1)
  })
  test('a command that only another profile has is one of them', () => {
    const m = pureModule().acquired()
    expect(m.at('+CMQTTSUBTOPIC=0,1,0')).toBe(ERROR)
    expect(m.logged[0]).toContain('AT+CMQTTSUBTOPIC is no command of the profile sim767x')
  })
  test('a host that asks whether it has a command of another family is answered ERROR, and nobody warned', () => {
    const m = pureModule().acquired()
    for (const typed of ['+CMQTTSUBTOPIC=?', '+CMQTTUNSUBTOPIC=?']) expect(m.at(typed)).toBe(ERROR)
    expect(m.logged).toEqual([])
    expect(m.at('+CMQTTSUBTOPIC=0,1,0')).toBe(ERROR)
    expect(m.logged).toHaveLength(1)
  })
  test.each(['+CSQ=7', '+CMQTTPUB=9', ';', '+CSQ;;+CSQ', '"', '', 'E7'])(
    'AT%s is a wrong use of known ones: no warning',
    (typed) => {
      const m = pureModule()
      m.at(typed)
      expect(m.logged).toEqual([])
    },
  )
  test('a host that types nonsense fills neither log nor state', () => {
    const m = pureModule()
    for (let i = 0; i < 500; i++) m.at(`+N${i}${'x'.repeat(200)}`)
    expect(m.logged).toHaveLength(100)
    expect(JSON.stringify(m.state.unknownCommands).length).toBeLessThan(5000)
  })
})
