import { describe, expect, test } from 'vitest'
import {
  broker,
  OK,
  type PureModule,
  type PureOptions,
  pureModule,
  realModule,
  said,
  withoutResponseTimes,
} from '../../../test/support/pure-module.ts'
import { profiles } from '../../at/public.ts'

const quick = withoutResponseTimes(profiles.sim767x!)
const boot = ['QCRDY', '+CPIN: READY', 'SMS DONE', 'PB DONE']
const lines = (...texts: readonly string[]): string => texts.map(said).join('')
const lost = lines('+CMQTTCONNLOST: 0,3', '+CMQTTNONET')

/** What comes at which millisecond. */
function timetable(m: PureModule, ms: number): readonly (readonly [at: number, text: string])[] {
  const from = m.now
  const seen: [number, string][] = []
  for (let at = 1; at <= ms; at++) {
    m.advance(1)
    const text = m.got()
    if (text) seen.push([m.now - from, text.replaceAll('\r\n', ' ').trim()])
  }
  return seen
}

describe('boot', () => {
  test.each(Object.keys(profiles))('%s: all lines at once when timing is instant', (name) => {
    const profile = profiles[name]!
    const m = pureModule({ profile })
    m.input({ type: 'reset' })
    expect(m.got()).toBe(lines(...profile.boot.map(({ text }) => text)))
    expect(m.state.cellular.power).toEqual({ kind: 'on' })
  })

  test.each(Object.keys(profiles))('%s: each line at its time when timing is real', (name) => {
    const profile = profiles[name]!
    const m = pureModule({ profile, timing: 'real' })
    expect(timetable(m, 21_000)).toEqual(profile.boot.map(({ afterMs, text }) => [afterMs, text]))
  })

  test('a76xx: after AT+CRESET, faster than after power-on; sim767x alike', () => {
    const restarted = (name: string) => {
      const m = realModule({ profile: withoutResponseTimes(profiles[name]!) })
      m.at('+CRESET')
      return timetable(m, 21_000)
    }
    const bootOf = (name: string) => profiles[name]!.boot.map(({ afterMs, text }) => [afterMs + 1000, text])
    expect(restarted('a76xx')).toEqual([
      [6000, '*ATREADY: 1'],
      [6500, '+CPIN: READY'],
      [11_500, 'SMS DONE'],
      [12_000, '+CGEV: EPS PDN ACT 1'],
      [13_000, 'PB DONE'],
    ])
    for (const name of ['sim767x', 'sim7600']) expect(restarted(name)).toEqual(bootOf(name))
  })

  test('lines of a restart that a profile of its own gives, or takes back', () => {
    const bare = withoutResponseTimes(profiles.a76xx!)
    const own = { ...bare, restartBoot: [{ afterMs: 10, text: 'HELLO' }] }
    const m = realModule({ profile: own })
    m.at('+CRESET')
    expect(timetable(m, 2000)).toEqual([[1010, 'HELLO']])
    expect(m.state.cellular.power).toEqual({ kind: 'on' })
    const none = realModule({ profile: { ...bare, restartBoot: null } })
    none.at('+CRESET')
    expect(timetable(none, 21_000)[0]).toEqual([10_000, '*ATREADY: 1'])
  })

  test.each(Object.keys(profiles))('%s: from power-on to the first publish, at the real times', (name) => {
    const profile = profiles[name]!
    const m = pureModule({ profile: withoutResponseTimes(profile), timing: 'real', power: 'open' })
    m.advance(profile.boot.at(-1)!.afterMs).type('ATE0\r')
    expect(m.at('+CEREG?')).toBe(said('+CEREG: 0,1') + OK)
    m.connected().prompted('+CMQTTTOPIC=0,5', 'state')
    expect(m.at('+CMQTTPUB=0,1,60')).toBe(OK)
    m.receives(broker.puback(1))
    expect(m.got()).toBe(said('+CMQTTPUB: 0,0'))
  })

  test('nothing is heard before the first line; then AT is answered, and the SIM is busy until it is read [device-1 device-2 cme-10]', () => {
    const m = pureModule({ profile: quick, timing: 'real' })
    expect(m.at('')).toBe('')
    m.advance(1500)
    expect(m.type('ATE0\r')).toContain('QCRDY')
    expect(m.at('')).toBe(OK)
    expect(m.at('+CPIN?')).toBe(said('+CME ERROR: SIM busy'))
    expect(m.at('+CREG?')).toBe(said('+CREG: 0,0') + OK)
    m.advance(220)
    expect(m.got()).toBe(said('+CPIN: READY'))
    expect(m.at('+CREG?')).toBe(said('+CREG: 0,2') + OK)
    m.advance(2500)
    expect(m.at('+CREG?')).toBe(said('+CREG: 0,1') + OK)
  })

  test('a PIN that is asked holds back what needs the SIM [device-3]', () => {
    const m = pureModule({ profile: quick, simPin: '4711', timing: 'real' }).advance(20_000)
    expect(m.got()).toBe(lines('QCRDY', '+CPIN: SIM PIN'))
    m.type('ATE0\r')
    expect(m.at('+CPIN=4711')).toBe(OK + said('+CPIN: READY'))
    expect(timetable(m, 6000)).toEqual([
      [4280, 'SMS DONE'],
      [4780, 'PB DONE'],
    ])
  })

  test('without a SIM [device-4]', () => {
    const m = pureModule({ hasSim: false })
    m.input({ type: 'reset' })
    expect(m.got()).toBe(lines('QCRDY', '+CPIN: NOT INSERTED'))
  })
})

describe('power', () => {
  test('open: off until somebody opens a line [conn-44]', () => {
    const m = pureModule({ power: 'open', echo: true })
    expect(m.got()).toBe(lines(...boot))
    expect(pureModule({ power: 'open' }).state.cellular.power.kind).toBe('on')
  })

  test('each-open: off until somebody opens a line, and a power cut and boot lines at every opening after [conn-49]', () => {
    const m = pureModule({ power: 'each-open', echo: true })
    expect(m.got()).toBe(lines(...boot))
    m.at('E0')
    m.connected().type('AT+CMQ')
    m.input({ type: 'host', line: 1, present: false })
    expect(m.state.service.mqtt.kind).toBe('started')
    m.input({ type: 'host', line: 1, present: true })
    expect(m.effects).toContainEqual({ type: 'abandon', connection: m.connection })
    expect([m.got(), m.state.service.mqtt.kind]).toEqual([lines(...boot), 'stopped'])
    expect(m.type('AT\r')).toBe(`AT\r${OK}`)
  })

  test('off: nothing is answered, nothing is printed; on boots [device-11]', () => {
    const m = pureModule().connected()
    m.input({ type: 'power', on: false })
    expect(m.effects).toContainEqual({ type: 'abandon', connection: m.connection })
    for (const text of ['AT\r', 'A/', '+++', 'ATE1\r']) expect(m.type(text)).toBe('')
    m.input({ type: 'urc', text: 'RING' }).input({ type: 'network', coverage: 'down' })
    m.input({ type: 'network', coverage: 'up' }).input({ type: 'sim', action: 'remove' })
    m.input({ type: 'sim', action: 'insert' })
    expect(m.got()).toBe('')
    m.input({ type: 'power', on: true })
    expect(m.got()).toBe(lines(...boot))
    m.input({ type: 'power', on: true })
    expect([m.got(), m.type('AT\r')]).toEqual(['', `AT\r${OK}`])
  })

  test.each<readonly [PureOptions['power'] & string, string]>([
    ['start', ''],
    ['open', lines(...boot)],
    ['each-open', lines(...boot)],
  ])('AT+CPOF ends it; with --power %s the next opening gives %j', (power, expected) => {
    const m = pureModule({ power }).connected()
    expect(m.at('+CPOF')).toBe(OK + lost + said('POWERD DOWN'))
    expect(m.at('')).toBe('')
    m.input({ type: 'host', line: 1, present: false }).input({ type: 'host', line: 1, present: true })
    expect(m.got()).toBe(expected)
  })

  test('real timing: POWERD DOWN comes a second later, and nothing is read meanwhile', () => {
    const m = pureModule({ profile: quick, timing: 'real' }).advance(20_000)
    m.type('ATE0\r')
    m.got()
    expect(m.at('+CPOF')).toBe(OK)
    expect(m.at('')).toBe('')
    expect(timetable(m, 30_000)).toEqual([[1000, 'POWERD DOWN']])
    expect(m.state.cellular.power.kind).toBe('off')
  })
})

describe('reset', () => {
  test.each(['+CRESET', '+CFUN=1,1'])('AT%s in the middle of a publish [device-8 conn-45]', (command) => {
    const m = pureModule().connected(0, '60,0')
    m.prompted('+CMQTTTOPIC=0,1', 't')
    expect(m.at('+CMQTTPUB=0,1,60')).toBe(OK)
    expect(m.type(`AT${command}\rAT+CSQ\rAT\r`)).toBe(OK + said('+CMQTTPUB: 0,6') + lost + lines(...boot))
    expect(m.state.service.mqtt.kind).toBe('stopped')
    expect(m.type('AT\r')).toBe(`AT\r${OK}`)
  })

  test('a reset while a CONNECT is under way', () => {
    const m = pureModule().connecting()
    m.got()
    expect(m.at('+CRESET')).toBe(OK + lines('+CMQTTCONNECT: 0,3', '+CMQTTNONET', ...boot))
  })

  test('a reset while another line connects and runs the next command: that one gets no result, the CONNECT does', () => {
    const m = realModule().advance(30_000).attach(2)
    m.type('ATE0\r', 1)
    m.advance(1000).got(2)
    m.at('+CMQTTSTART')
    m.advance(5000).at('+CMQTTACCQ=0,"a"')
    m.advance(5000).got()
    m.at('+CMQTTCONNECT=0,"tcp://b.example",60,0', 2)
    m.at('')
    m.at('', 2)
    m.at('+CRESET')
    expect(m.advance(500_000).got(2)).toBe(OK + lines('+CMQTTCONNECT: 0,3', '+CMQTTNONET', ...boot))
  })

  test('a restart in the middle of booting drops the boot lines that were to come', () => {
    const m = pureModule({ profile: quick, timing: 'real' }).advance(1600)
    m.type('ATE0\r')
    expect(m.at('+CRESET')).toBe(OK)
    expect(timetable(m, 9000)).toEqual([
      [2500, 'QCRDY'],
      [2720, '+CPIN: READY'],
      [7000, 'SMS DONE'],
      [7500, 'PB DONE'],
    ])
  })

  test('what other lines have open ends too', () => {
    const m = pureModule().attach(2).acquired()
    m.at('+CMQTTPAYLOAD=0,10', 2)
    m.at('+CRESET')
    expect(m.state.lines.map(({ mode }) => mode.kind)).toEqual(['command', 'command'])
    expect(m.got(2).endsWith(lines(...boot))).toBe(true)
  })

  test('what a prompt holds back is printed before the restart', () => {
    const m = pureModule().attach(2).connecting(0, '60,1', 2)
    m.at('+CMQTTPAYLOAD=0,10', 2)
    m.got(2)
    m.at('+CRESET')
    expect(m.got(2)).toBe(lines('+CMQTTCONNECT: 0,3', '+CMQTTNONET', ...boot))
  })

  test.each<readonly [string, (m: PureModule) => unknown]>([
    ['a restart', (m) => m.at('+CRESET')],
    ['no power', (m) => m.input({ type: 'power', on: false }).input({ type: 'power', on: true })],
  ])(
    '%s: contexts, PIN lock, time zone mode stay; settings, TLS contexts, sessions do not [device-12 device-13 device-15]',
    (_, end) => {
      const m = pureModule()
      for (const command of [
        '&W',
        '+CGDCONT=2,"IP","iot"',
        '+CLCK="SC",1,"1234"',
        '+CTZU=3',
        '+CSSLCFG="authmode",0,2',
      ])
        expect(m.at(command)).toBe(OK)
      for (const command of ['+CREG=1', '+CMEE=1', '+CGEREP=1', '+IPR=9600', '+CIPRXGET=1']) m.at(command)
      end(m)
      m.type('ATE0\r')
      expect(m.at('+CPIN?')).toContain('SIM PIN')
      expect(m.at('+CGDCONT?')).toContain('2,"IP","iot"')
      expect(m.at('+CTZU?')).toContain('+CTZU: 3')
      for (const [command, shown] of [
        ['+CSSLCFG=0', '+CSSLCFG: 0,4,0'],
        ['+CREG?', '+CREG: 0,0'],
        ['+CMEE?', '+CMEE: 2'],
        ['+CGEREP?', '+CGEREP: 0,0'],
        ['+IPR?', '+IPR: 115200'],
        ['+CIPRXGET?', '+CIPRXGET: 0'],
      ] as const)
        expect(m.at(command)).toContain(shown)
    },
  )

  test('a PIN is asked anew after AT+CFUN=0 [device-6 device-7]', () => {
    const m = pureModule({ simPin: '4711' })
    m.at('+CPIN=4711')
    expect(m.at('+CPIN?')).toBe(said('+CPIN: READY') + OK)
    m.at('+CFUN=0')
    expect(m.at('+CPIN?')).toBe(said('+CME ERROR: SIM failure'))
    expect(m.at('+CFUN=1')).toBe(OK + said('+CPIN: SIM PIN'))
    expect(m.at('+CPIN=4711')).toBe(OK + lines('+CPIN: READY', 'SMS DONE', 'PB DONE'))
  })

  test('wrong PINs are remembered by the card, through power cuts [device-13 cme-9]', () => {
    const m = pureModule({ simPin: '4711' })
    m.at('+CPIN=1111')
    m.input({ type: 'reset' }).type('ATE0\r')
    expect(m.at('+SPIC')).toBe(said('+SPIC: 2,10,0,10') + OK)
    for (const pin of ['1112', '1113']) m.at(`+CPIN=${pin}`)
    for (let tries = 9; tries > 0; tries--) m.at('+CPIN=87654321,1234')
    expect(m.at('+CPIN?')).toBe(said('+CPIN: SIM PUK') + OK)
    m.at('+CPIN=87654321,1234')
    expect(m.at('+CPIN?')).toBe(said('+CME ERROR: SIM failure'))
  })
})

describe('real timing of the network', () => {
  const registered = () => {
    const m = pureModule({ profile: quick, timing: 'real' }).advance(20_000)
    m.type('ATE0\r')
    m.at('+CREG=1')
    m.got()
    return m
  }
  test('coverage that comes back is found after a search', () => {
    const m = registered()
    m.input({ type: 'network', coverage: 'down' })
    expect(m.got()).toBe(said('+CREG: 2'))
    m.input({ type: 'network', coverage: 'up' })
    expect(timetable(m, 3000)).toEqual([[2500, '+CREG: 1']])
  })

  test('a search that is in vain ends with coverage', () => {
    const m = registered()
    m.input({ type: 'network', coverage: 'down' }).input({ type: 'network', coverage: 'up' }).advance(1000)
    m.input({ type: 'network', coverage: 'down' })
    m.got()
    expect(timetable(m, 5000)).toEqual([])
    expect(m.state.schedule.events).toEqual([])
  })
})

describe('sim7600: AT+CRESET while connected [prof-87]', () => {
  const boots = ['RDY', '+CPIN: READY', 'SMS DONE', 'PB DONE']
  test.each([
    ['with NETOPEN', true, lines('+CIPEVENT: NETWORK CLOSED UNEXPECTEDLY') + lost],
    ['without it', false, lost],
  ])('%s', (_, opens, events) => {
    const m = pureModule({ profile: profiles.sim7600! }).connected()
    if (opens) expect(m.at('+NETOPEN')).toContain('+NETOPEN: 0')
    expect(m.at('+CRESET')).toBe(OK + events + lines(...boots))
  })
})
