import { describe, expect, test } from 'vitest'
import { profiles } from '../../src/at/public.ts'
import { hasCipherSuite } from '../../src/io/tls/tls-versions.ts'
import { ERROR, OK, PROMPT, pureModule, said } from '../support/pure-module.ts'

const tls = (profile = 'sim767x') => pureModule({ profile: profiles[profile]!, hasCipherSuite })
const row = (m: ReturnType<typeof tls>, context: number) => m.at(`+CSSLCFG=${context}`)

describe('read', () => {
  const defaults = [
    ['sim767x', '4,0,1,300,"","","",0'],
    ['sim767x-v106', '4,0,1,300,"","","","",0,0,0,0'],
    ['a76xx', '4,0,1,300,"","","","",0,0'],
    ['sim7600', '4,0,1,300,"","","",0,"",0x0'],
  ] as const
  test.each(defaults)('%s: ten lines, or the one that is asked for', (profile, values) => {
    const lines = Array.from({ length: 10 }, (_, context) => `\r\n+CSSLCFG: ${context},${values}`)
    expect(tls(profile).at('+CSSLCFG?')).toBe(`${lines.join('')}\r\n${OK}`)
    expect(row(tls(profile), 6)).toBe(`\r\n+CSSLCFG: 6,${values}\r\n${OK}`)
    expect(row(tls(profile), 9)).toBe(`\r\n+CSSLCFG: 9,${values}\r\n${OK}`)
  })

  test('what was set, in that context alone', () => {
    const m = tls('sim767x-v106')
    const settings = [
      '"sslversion",3,3',
      '"authmode",3,2',
      '"ignorelocaltime",3,0',
      '"negotiatetime",3,10',
      '"cacert",3,"ca.pem"',
      '"clientcert",3,"cert.der"',
      '"clientkey",3,"Key.PEM"',
      '"password",3,"pw.pem"',
      '"enableSNI",3,1',
      '"ignorecertCN",3,1',
      '"use_tickets",3,1',
      '"ciphersuites",3,0xc02f',
    ]
    for (const setting of settings) expect(m.at(`+CSSLCFG=${setting}`)).toBe(OK)
    const values = '3,2,0,10,"ca.pem","cert.der","Key.PEM","pw.pem",1,1,1,0xC02F'
    expect(row(m, 3)).toBe(`\r\n+CSSLCFG: 3,${values}\r\n${OK}`)
    for (const context of [2, 4]) expect(row(m, context)).toContain(`+CSSLCFG: ${context},${defaults[1][1]}\r\n`)
  })
})

/** `v`: behind `"<key>",0,`. */
const writes: readonly (readonly [profile: string, key: string, good: readonly string[], bad: readonly string[]])[] = [
  ['sim767x', 'sslversion', ['0', '1', '2', '3', '4'], ['5', '-1', '', '"4"', '4,0', 'x']],
  ['sim767x', 'authmode', ['0', '1', '2', '3'], ['4', '-1', '', '"1"']],
  ['sim767x', 'ignorelocaltime', ['0', '1'], ['2', '-1', '']],
  ['sim767x', 'negotiatetime', ['10', '300'], ['9', '301', '', '0x10', '10.5']],
  ['sim767x', 'enableSNI', ['0', '1'], ['2', '']],
  ...(['cacert', 'clientcert', 'clientkey'] as const).flatMap((key) => [
    ['sim767x', key, ['"a.pem"', '"a.der"', 'a.pem', name(108)], ['""', '', '".pem"', name(109), '"a.crt"']] as const,
    ['sim767x', key, [], ['"../a.pem"', '"c:/a.pem"', '"a\\b.pem"', '"a..pem"', '"/etc/a.pem"', '5']] as const,
    ['sim767x-v106', key, [name(55)], [name(56)]] as const,
  ]),
  ['sim767x-v106', 'password', [name(5), name(55)], [name(4), name(56), '', '""']],
  ['sim767x-v106', 'ignorecertCN', ['0', '1'], ['2', '']],
  ['sim767x-v106', 'use_tickets', ['0', '1'], ['2', '']],
  ['sim767x-v106', 'ciphersuites', ['0x0000', '0xFFFF', '0xc02f', '0xC02F', '0x1301'], []],
  ['sim767x-v106', 'ciphersuites', [], ['0x0005', '0x1399', '0x00FF', '0x10000', '0xC02', '49199', '"0xC02F"', '']],
  ['a76xx', 'password', [name(108)], [name(109)]],
  ['a76xx', 'ignorecertCN', ['1'], ['2']],
  ['a76xx', 'use_tickets', ['1'], ['2']],
  ['a76xx', 'ciphersuites', [], ['0xC02F']],
  ['sim7600', 'ciphersuites', ['0xC02F'], ['0x1399']],
  ['sim7600', 'password', [], [name(9)]],
  ...['password', 'ignorecertCN', 'use_tickets', 'ciphersuites'].map(
    (key) => ['sim767x', key, [], ['0', '1', '0xC02F', name(9)]] as const,
  ),
]

function name(length: number): string {
  return `"${'x'.repeat(length - 4)}.pem"`
}

const cases = writes.flatMap(([profile, key, good, bad]) => [
  ...good.map((value) => ({ profile, key, value, accepted: true })),
  ...bad.map((value) => ({ profile, key, value, accepted: false })),
])

describe('write', () => {
  test.each(cases)('$profile: "$key",0,$value: $accepted', ({ profile, key, value, accepted }) => {
    const m = tls(profile)
    const before = m.state.service.sslContexts
    expect(m.at(`+CSSLCFG="${key}",0,${value}`)).toBe(accepted ? OK : ERROR)
    if (!accepted) expect(m.state.service.sslContexts).toEqual(before)
    expect(m.state.service.mqtt.kind).toBe('stopped')
  })

  test.each([
    ['"SSLVERSION",0,3', OK],
    ['sslversion,9,3', OK],
    [' "sslversion" , 0 , 3 ', OK],
    ['"sslversion",10,3', ERROR],
    ['"sslversion",-1,3', ERROR],
    ['"sslversion","0",3', ERROR],
    ['"sslversion",,3', ERROR],
    ['"sslversion",0', ERROR],
    ['"sslversion"', ERROR],
    ['"sslversion",0,3,', ERROR],
    ['"nonsense",0,3', ERROR],
    ['10', ERROR],
    ['', ERROR],
  ])('AT+CSSLCFG=%s', (typed, expected) => expect(tls().at(`+CSSLCFG=${typed}`)).toBe(expected))

  test('refused is a bare ERROR, whatever +CMEE says [tls-22]', () => {
    for (const n of [0, 1, 2]) expect(tls().at(`+CMEE=${n};+CSSLCFG="sslversion",0,5`)).toBe(ERROR)
  })

  test('works before START, after it, and while connected; there is no bare form', () => {
    const m = tls()
    expect(m.at('+CSSLCFG="authmode",0,1')).toBe(OK)
    m.connected()
    expect(m.at('+CSSLCFG="authmode",0,2')).toBe(OK)
    expect(m.at('+CSSLCFG')).toBe(ERROR)
    m.at('+CMQTTDISC=0;+CMQTTREL=0;+CMQTTSTOP')
    expect(row(m, 0)).toContain(': 0,4,2,1,')
  })

  test('a reset clears every context [life-20 tls-4]', () => {
    const m = tls()
    const fresh = m.at('+CSSLCFG?')
    for (const context of [0, 9]) m.at(`+CSSLCFG="authmode",${context},2;+CSSLCFG="cacert",${context},"ca.pem"`)
    expect(m.at('+CSSLCFG?')).not.toBe(fresh)
    m.input({ type: 'reset' }).type('ATE0\r')
    expect(m.at('+CSSLCFG?')).toBe(fresh)
  })
})

describe('the context of a CONNECT', () => {
  const dialled = (m: ReturnType<typeof tls>, index = 0) => {
    m.at(`+CMQTTCONNECT=${index},"tcp://broker.example",60,1`)
    return m.dialled.at(-1)?.tls?.negotiateTimeMs
  }
  const ready = () => {
    const m = tls()
    for (let context = 0; context < 10; context++) m.at(`+CSSLCFG="negotiatetime",${context},${context + 10}`)
    m.at('+CMQTTSTART')
    m.at('+CMQTTACCQ=0,"a",1;+CMQTTACCQ=1,"b",1')
    m.got()
    return m
  }
  const fails = { type: 'failed', reason: 'tls', detail: '' } as const

  test('unbound: its own number; the binding is shown as 0 [2.2.5-r10 tls-2 life-18]', () => {
    const m = ready()
    expect(m.at('+CMQTTSSLCFG?')).toBe(`\r\n+CMQTTSSLCFG: 0,0\r\n+CMQTTSSLCFG: 1,0\r\n${OK}`)
    expect([dialled(m, 0), dialled(m, 1)]).toEqual([10_000, 11_000])
  })

  test('bound: that one, until CONNECT fails', () => {
    const m = ready()
    m.at('+CMQTTSSLCFG=1,0;+CMQTTSSLCFG=0,9')
    expect([dialled(m, 1), dialled(m, 0)]).toEqual([10_000, 19_000])
    m.input({ ...fails, connection: m.connection })
    expect(m.got()).toContain(said('+CMQTTCONNECT: 0,32'))
    expect(m.at('+CMQTTSSLCFG?')).toContain('+CMQTTSSLCFG: 0,0\r\n+CMQTTSSLCFG: 1,0\r\n')
    expect(dialled(m, 0)).toBe(10_000)
  })

  test('bound: until DISC, not until CONNLOST', () => {
    const m = ready()
    m.at('+CMQTTSSLCFG=0,5')
    expect(dialled(m)).toBe(15_000)
    m.opened()
      .receives(Uint8Array.of(0x20, 2, 0, 0))
      .ended('closed')
    expect(dialled(m)).toBe(15_000)
    m.opened().receives(Uint8Array.of(0x20, 2, 0, 0))
    m.got()
    m.at('+CMQTTDISC=0')
    expect(dialled(m)).toBe(10_000)
  })

  test('a TCP client has none, whatever is bound [life-19]', () => {
    const m = tls()
    m.at('+CMQTTSTART')
    m.at('+CMQTTACCQ=0,"a",0;+CMQTTSSLCFG=0,5')
    m.at('+CMQTTCONNECT=0,"tcp://broker.example",60,1')
    expect(m.dialled).toHaveLength(1)
    expect(m.dialled[0]?.tls).toBeUndefined()
  })
})

describe('CCERTDOWN, its parameters', () => {
  test.each([
    ['"a.pem",1', true],
    ['"a.pem",10240', true],
    ['"a.pem",0', false],
    ['"a.pem",10241', false],
    ['"a.pem"', false],
    ['"a.pem",', false],
    ['"a.pem","5"', false],
    ['"a.pem",5,', false],
    [`${name(55)},5`, true],
    [`${name(56)},5`, false],
    ['".pem",5', false],
    ['"a.crt",5', false],
    ['"../a.pem",5', false],
    ['"..a.pem",5', false],
    ['"a/b.pem",5', false],
    ['"a\\b.pem",5', false],
    ['"",5', false],
    [',5', false],
    ['a.pem,5', true],
    ['"A.DER",5', true],
  ])('AT+CCERTDOWN=%s: %s', (typed, accepted) => {
    expect(tls().at(`+CCERTDOWN=${typed}`)).toBe(accepted ? PROMPT : ERROR)
    expect(tls().at(`+CCERTDOWN=${typed};+CSQ`)).toBe(ERROR)
  })

  test('a76xx: names up to 108 bytes, and a prompt of its own [tls-34]', () => {
    expect(tls('a76xx').at(`+CCERTDOWN=${name(108)},5`)).toBe('\r\n>')
    expect(tls('a76xx').at(`+CCERTDOWN=${name(109)},5`)).toBe(ERROR)
  })

  test.each(['+CCERTDELE', '+CCERTMOVE'])('%s refuses the same names, and does nothing', (command) => {
    for (const typed of ['"../a.pem"', '"a.crt"', '""', '', name(56), '"a.pem",1']) {
      const m = tls()
      expect([typed, m.at(`${command}=${typed}`)]).toEqual([typed, ERROR])
      expect(m.effects.filter(({ type }) => type === 'store')).toEqual([])
    }
  })

  test('a prompt that gets nothing for 120 s: ERROR, and nothing is stored', () => {
    const m = tls()
    expect(m.at('+CCERTDOWN="a.pem",5') + m.type('abcd')).toBe(PROMPT)
    m.advance(119_999)
    expect(m.got()).toBe('')
    m.advance(1)
    expect(m.got()).toBe(ERROR)
    expect(m.effects.filter(({ type }) => type === 'store')).toEqual([])
  })
})
