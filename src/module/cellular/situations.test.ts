import { describe, expect, test } from 'vitest'
import { ERROR, OK, type PureModule, type PureOptions, pureModule, said } from '../../../test/support/pure-module.ts'
import { profiles } from '../../at/public.ts'

const network = (coverage: 'up' | 'down' | 'silent') => (m: PureModule) => m.input({ type: 'network', coverage })
const radio = (change: object) => (m: PureModule) => m.input({ type: 'radio', change })
const typed =
  (...commands: readonly string[]) =>
  (m: PureModule) => {
    for (const command of commands) m.at(command)
    return m
  }
const sim = (action: 'insert' | 'remove' | 'busy' | 'idle') => (m: PureModule) => m.input({ type: 'sim', action })

type Situation = readonly [name: string, make: (m: PureModule) => PureModule, PureOptions?]

/** What every command that tells of the network says, in each situation; one network is behind them all. */
const columns = [
  '+CPIN?',
  '+CSQ',
  '+CPSI?',
  '+CREG?',
  '+COPS?',
  '+CGATT?',
  '+CGACT?',
  '+CGPADDR=1',
  '+CMQTTSTART',
] as const
const cme = (text: string) => `+CME ERROR: ${text}`
const none = '+CSQ: 99,99'
const good = '+CSQ: 23,0'
const off = '+CPSI: NO SERVICE,Low Power Mode'
const online = '+CPSI: NO SERVICE,Online'
const gone = ['+CGATT: 0', '+CGACT: 1,0', '+CGPADDR: 1', '+CMQTTSTART: 7'] as const
const there = ['+CGATT: 1', '+CGACT: 1,1', '+CGPADDR: 1,10.83.214.110', '+CMQTTSTART: 0'] as const
const cellAt = (rsrp: number, rssi: number) =>
  `+CPSI: LTE,Online,460-01,0x9A5F,65141498,318,EUTRAN-BAND3,1650,5,5,-11,${rsrp},${rssi},5`
const cell = cellAt(-80, -67)
const operator = '+COPS: 0,2,"46001",7'

const table: readonly (readonly [Situation, readonly string[]])[] = [
  [
    ['registered', (m) => m],
    ['+CPIN: READY', good, cell, '+CREG: 0,1', operator, ...there],
  ],
  [
    ['silent', network('silent')],
    ['+CPIN: READY', good, cell, '+CREG: 0,1', operator, ...there],
  ],
  [
    ['no coverage', network('down')],
    ['+CPIN: READY', none, online, '+CREG: 0,2', '+COPS: 0', ...gone],
  ],
  [
    ['coverage back', (m) => network('up')(network('down')(m))],
    ['+CPIN: READY', good, cell, '+CREG: 0,1', operator, ...there],
  ],
  [
    ['weak signal', radio({ signal: 3 })],
    ['+CPIN: READY', '+CSQ: 3,0', cellAt(-120, -107), '+CREG: 0,1', operator, ...there],
  ],
  [
    ['unknown signal', radio({ signal: 99 })],
    ['+CPIN: READY', none, cellAt(-126, -113), '+CREG: 0,1', operator, ...there],
  ],
  [
    ['roaming', radio({ admits: 'roaming' })],
    ['+CPIN: READY', good, cell, '+CREG: 0,5', operator, ...there],
  ],
  [
    ['denied', radio({ admits: 'denied' })],
    ['+CPIN: READY', good, online, '+CREG: 0,3', '+COPS: 0', ...gone],
  ],
  [
    ['an APN refused', (m) => typed('+CFUN=4', '+CFUN=1')(radio({ refusedApns: ['internet'] })(m))],
    ['+CPIN: READY', good, cell, '+CREG: 0,1', operator, '+CGATT: 1', '+CGACT: 1,0', '+CGPADDR: 1', '+CMQTTSTART: 9'],
  ],
  [
    ['context down', typed('+CGACT=0,1')],
    ['+CPIN: READY', good, cell, '+CREG: 0,1', operator, '+CGATT: 1', '+CGACT: 1,0', '+CGPADDR: 1', '+CMQTTSTART: 0'],
  ],
  [
    ['detached', typed('+CGATT=0')],
    ['+CPIN: READY', good, online, '+CREG: 0,0', '+COPS: 0', ...gone],
  ],
  [
    ['deregistered', typed('+COPS=2')],
    ['+CPIN: READY', good, online, '+CREG: 0,0', '+COPS: 2', ...gone],
  ],
  [
    ['radio off', typed('+CFUN=4')],
    ['+CPIN: READY', none, off, '+CREG: 0,0', '+COPS: 0', ...gone],
  ],
  [
    ['minimum', typed('+CFUN=0')],
    [cme('SIM failure'), none, off, '+CREG: 0,0', '+COPS: 0', ...gone],
  ],
  [
    ['no SIM', sim('remove')],
    [cme('SIM not inserted'), good, online, '+CREG: 0,0', cme('no nw service'), ...gone],
  ],
  [
    ['started without SIM', (m) => m, { hasSim: false }],
    [cme('SIM not inserted'), good, online, '+CREG: 0,0', cme('no nw service'), ...gone],
  ],
  [
    ['SIM back', (m) => sim('insert')(sim('remove')(m))],
    ['+CPIN: READY', good, cell, '+CREG: 0,1', operator, ...there],
  ],
  [
    ['SIM busy', sim('busy')],
    [cme('SIM busy'), good, cell, '+CREG: 0,1', operator, ...there],
  ],
  [
    ['PIN pending', (m) => m, { simPin: '4711' }],
    ['+CPIN: SIM PIN', good, online, '+CREG: 0,0', '+COPS: 0', ...gone],
  ],
  [
    ['PIN typed', typed('+CPIN=4711'), { simPin: '4711' }],
    ['+CPIN: READY', good, cell, '+CREG: 0,1', operator, ...there],
  ],
]

describe('what a device says of itself [cme-7 cme-10 cme-12 device-4]', () => {
  test.each(table)('%s', ([, make, options], expected) => {
    const m = make(pureModule(options))
    m.got()
    const said = columns.map((command) => answerOf(m.at(command)))
    expect(said).toEqual(expected)
  })
})

/** The one line of an answer that is not `OK`. */
const answerOf = (answer: string): string => answer.split('\r\n').filter((text) => text && text !== 'OK')[0] ?? ''

describe('+CGREG and +CEREG say what +CREG says', () => {
  test.each(table)('%s', ([, make, options], expected) => {
    const m = make(pureModule(options))
    m.got()
    for (const name of ['+CGREG', '+CEREG'])
      expect(answerOf(m.at(`${name}?`))).toBe(expected[3]!.replace('+CREG', name))
  })
})

test('+CME ERROR by +CMEE, and words by family [cme-1 cme-3]', () => {
  const m = pureModule({ hasSim: false })
  expect(m.at('+CIMI')).toBe(said('+CME ERROR: SIM not inserted'))
  m.at('+CMEE=1')
  expect(m.at('+CIMI')).toBe(said('+CME ERROR: 10'))
  m.at('+CMEE=0')
  expect(m.at('+CIMI')).toBe(ERROR)
  const other = pureModule({ profile: profiles.a76xx! })
  other.at('+CFUN=4')
  expect(other.at('+CGATT=0')).toBe(OK)
  expect(other.at('+CGACT=1,1')).toBe(said('+CME ERROR: unknown error'))
  expect(other.at('+COPS=1,2,"26201"')).toBe(said('+CME ERROR: no network service'))
})

test('a context that the family keeps up: OK when it is to be up, an error when it is to go down [cme-13]', () => {
  const a76xx = profiles.a76xx!
  const kept = said('+CME ERROR: unknown error')
  const m = pureModule({ profile: a76xx })
  expect(['=1,1', '=1', '=0,1', '=0'].map((values) => m.at(`+CGACT${values}`))).toEqual([OK, OK, kept, kept])
  expect(m.at('+CGACT?')).toBe(said('+CGACT: 1,1') + OK)
  const strict = pureModule({ profile: { ...a76xx, general: { ...a76xx.general, refusesActiveContext: true } } })
  expect(strict.at('+CGACT=1,1')).toBe(kept)
})

test('silence and loss are not the same: only loss is noticed', () => {
  const m = pureModule().connected()
  expect(network('silent')(m).got()).toBe('')
  expect(network('down')(m).got()).toBe(said('+CMQTTCONNLOST: 0,3') + said('+CMQTTNONET'))
})

test('a SIM that is taken out ends it as a network loss does [device-5]', () => {
  const m = pureModule().connected(0).connected(1)
  expect(sim('remove')(m).got()).toBe(
    ['+CPIN: NOT INSERTED', '+CMQTTCONNLOST: 0,3', '+CMQTTCONNLOST: 1,3', '+CMQTTNONET'].map(said).join(''),
  )
  expect(sim('insert')(m).got()).toBe(['+CPIN: READY', 'SMS DONE', 'PB DONE'].map(said).join(''))
})
